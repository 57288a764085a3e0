//! Tracks of measurements in films, such as where a phone, a camera or a drone was at each moment: their samples lie among
//! the sounds and pictures, and the track's tables say where (ISO/IEC 14496-12, 8.7).

use std::io::{Read, Seek};

use super::mp4::{Boxed, children};
use super::source::{Source, Stop, Walked, end};

/// Rows of a table that are read at most.
const ROWS: u64 = 1_000_000;

/// Blanks all samples of a track that is made of these boxes, in a film whose samples are in those.
pub(super) fn blank(
    source: &mut Source<'_, impl Read + Seek>,
    media: &[Boxed],
    data: &[Boxed],
) -> Walked<()> {
    let made = inside(source, &only(media, *b"minf")?)?;
    here(source, &only(&made, *b"dinf")?)?;
    let tables = inside(source, &only(&made, *b"stbl")?)?;
    let mut sizes = Sizes::read(source, &only(&tables, *b"stsz")?)?;
    let runs = runs(source, &only(&tables, *b"stsc")?)?;
    let mut run = 0;
    for (number, at) in (1..).zip(chunks(source, &tables)?) {
        while runs.get(run + 1).is_some_and(|(first, _)| *first <= number) {
            run += 1;
        }
        let samples = runs.get(run).map(|(_, samples)| *samples).ok_or(Stop::Strange)?;
        let ends = end(at, sizes.take(samples)?, source.len())?;
        // Elsewhere would be in the way of what the film is made of.
        let before = data.partition_point(|data| data.content <= at).checked_sub(1);
        if before.and_then(|before| data.get(before)).is_none_or(|data| ends > data.end) {
            return Err(Stop::Strange);
        }
        source.put(at, &[], ends)?;
    }
    if sizes.left == 0 { Ok(()) } else { Err(Stop::Strange) }
}

fn inside(source: &mut Source<'_, impl Read + Seek>, found: &Boxed) -> Walked<Vec<Boxed>> {
    children(source, found.content, found.end)
}

/// The only box of its kind. Of two, players may use either.
fn only(boxes: &[Boxed], kind: [u8; 4]) -> Walked<Boxed> {
    let mut found = boxes.iter().filter(|one| one.kind == kind);
    match (found.next(), found.next()) {
        (Some(found), None) => Ok(*found),
        _ => Err(Stop::Strange),
    }
}

/// Samples may lie in other files: these have to be in this one.
fn here(source: &mut Source<'_, impl Read + Seek>, dinf: &Boxed) -> Walked<()> {
    const IN_THIS_FILE: u32 = 1;
    let dref = only(&inside(source, dinf)?, *b"dref")?;
    let from = end(dref.content, 8, dref.end)?;
    for reference in children(source, from, dref.end)? {
        end(reference.content, 4, reference.end)?;
        if u32::from_be_bytes(source.bytes(reference.content)?) != IN_THIS_FILE {
            return Err(Stop::Strange);
        }
    }
    Ok(())
}

/// The sizes of a track's samples in bytes, from the first that was not taken yet.
struct Sizes {
    left: u64,
    /// Of each, if they are all the same.
    same: u64,
    each: std::vec::IntoIter<u64>,
}

impl Sizes {
    fn read(source: &mut Source<'_, impl Read + Seek>, stsz: &Boxed) -> Walked<Self> {
        end(stsz.content, 12, stsz.end)?;
        let [same, count] = numbers(&source.bytes::<8>(stsz.content + 4)?);
        let each = if same == 0 { rows::<4>(source, stsz, 8)? } else { Vec::new() };
        let each: Vec<u64> = each.iter().map(|row| numbers::<1>(row)[0]).collect();
        Ok(Self { left: count, same, each: each.into_iter() })
    }

    /// How long the next samples are together.
    fn take(&mut self, samples: u64) -> Walked<u64> {
        self.left = self.left.checked_sub(samples).ok_or(Stop::Strange)?;
        if self.same > 0 {
            return self.same.checked_mul(samples).ok_or(Stop::Strange);
        }
        let samples = usize::try_from(samples).map_err(|_| Stop::Strange)?;
        Ok(self.each.by_ref().take(samples).sum())
    }
}

/// How many samples a chunk has, from which chunk on; chunks are counted from 1.
fn runs(source: &mut Source<'_, impl Read + Seek>, stsc: &Boxed) -> Walked<Vec<(u64, u64)>> {
    let rows = rows::<12>(source, stsc, 4)?;
    let runs: Vec<(u64, u64)> = rows.iter().map(|row| numbers::<2>(row).into()).collect();
    let rising = runs.is_sorted_by(|(one, _), (next, _)| one < next);
    let begins = runs.first().is_none_or(|(first, _)| *first == 1);
    if rising && begins { Ok(runs) } else { Err(Stop::Strange) }
}

/// Where the chunks begin.
fn chunks(source: &mut Source<'_, impl Read + Seek>, tables: &[Boxed]) -> Walked<Vec<u64>> {
    let mut kinds = tables.iter().filter(|found| matches!(&found.kind, b"stco" | b"co64"));
    let (Some(found), None) = (kinds.next(), kinds.next()) else { return Err(Stop::Strange) };
    if found.kind == *b"co64" {
        return Ok(rows::<8>(source, found, 4)?.into_iter().map(u64::from_be_bytes).collect());
    }
    Ok(rows::<4>(source, found, 4)?.iter().map(|row| numbers::<1>(row)[0]).collect())
}

/// The rows of a table whose number stands so far behind the box's version.
fn rows<const WIDTH: usize>(
    source: &mut Source<'_, impl Read + Seek>,
    found: &Boxed,
    number: u64,
) -> Walked<Vec<[u8; WIDTH]>> {
    let begin = end(found.content, number + 4, found.end)?;
    let count = u64::from(u32::from_be_bytes(source.bytes(begin - 4)?));
    if count > ROWS {
        return Err(Stop::Strange);
    }
    end(begin, count * WIDTH as u64, found.end)?;
    let mut rows = vec![[0; WIDTH]; usize::try_from(count).map_err(|_| Stop::Strange)?];
    source.fill(begin, rows.as_flattened_mut())?;
    Ok(rows)
}

/// The first numbers of four bytes each.
fn numbers<const COUNT: usize>(bytes: &[u8]) -> [u64; COUNT] {
    let mut numbers = [0; COUNT];
    for (number, four) in numbers.iter_mut().zip(bytes.chunks_exact(4)) {
        *number = four.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    }
    numbers
}
