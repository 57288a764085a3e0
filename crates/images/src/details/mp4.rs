//! MP4, M4A and `QuickTime`: a tree of boxes, each with a length and four letters (ISO/IEC 14496-12).

use std::io::{Read, Seek};

use super::Details;
use super::measured;
use super::source::{Source, Stop, Walked, end};

/// Tracks that are seen and heard.
const SHOWN: [[u8; 4]; 2] = [*b"vide", *b"soun"];
/// Tracks of measurements: of a phone, a `GoPro` or a drone, of a camera in its own or in another way, and the time of day.
const MEASURED: [[u8; 4]; 4] = [*b"meta", *b"camm", *b"fdsc", *b"tmcd"];

/// A box: its letters, where it begins, where its content does, and where it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boxed {
    pub(super) kind: [u8; 4],
    at: u64,
    pub(super) content: u64,
    pub(super) end: u64,
}

pub(super) fn walk(source: &mut Source<'_, impl Read + Seek>) -> Walked<()> {
    let all = children(source, 0, source.len())?;
    let (data, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|found| found.kind == *b"mdat");
    // In a film in pieces each piece has tables of its own, so that those of the tracks lead to nothing.
    let data = (!others.iter().any(|found| found.kind == *b"moof")).then_some(&data[..]);
    for found in others {
        match &found.kind {
            b"moov" => film(source, &found, data)?,
            b"moof" => piece(source, &found)?,
            // Beside the films there are pictures in such boxes (ISO/IEC 23008-12): this one is all that makes them one.
            b"meta" => return Err(Stop::Strange),
            _ => freed(source, &found)?,
        }
    }
    Ok(())
}

/// A piece of a film, with one part for each track.
fn piece(source: &mut Source<'_, impl Read + Seek>, moof: &Boxed) -> Walked<()> {
    for found in children(source, moof.content, moof.end)? {
        if found.kind == *b"traf" {
            for found in children(source, found.content, found.end)? {
                freed(source, &found)?;
            }
        }
        freed(source, &found)?;
    }
    Ok(())
}

fn film(source: &mut Source<'_, impl Read + Seek>, moov: &Boxed, data: Option<&[Boxed]>) -> Walked<()> {
    for found in children(source, moov.content, moov.end)? {
        match &found.kind {
            b"mvhd" => timeless(source, &found)?,
            b"trak" => track(source, &found, data)?,
            _ => freed(source, &found)?,
        }
    }
    Ok(())
}

fn track(source: &mut Source<'_, impl Read + Seek>, trak: &Boxed, data: Option<&[Boxed]>) -> Walked<()> {
    for found in children(source, trak.content, trak.end)? {
        match &found.kind {
            b"tkhd" => timeless(source, &found)?,
            b"mdia" => media(source, &found, data)?,
            _ => freed(source, &found)?,
        }
    }
    Ok(())
}

/// What a track is made of. What it is of stands in one of the boxes, what it holds in another.
fn media(source: &mut Source<'_, impl Read + Seek>, mdia: &Boxed, data: Option<&[Boxed]>) -> Walked<()> {
    let all = children(source, mdia.content, mdia.end)?;
    let (mut measured, mut told) = (true, false);
    for found in &all {
        match &found.kind {
            b"mdhd" => timeless(source, found)?,
            b"hdlr" => {
                let kind = named(source, found)?;
                (measured, told) = (measured && MEASURED.contains(&kind), told || !SHOWN.contains(&kind));
            }
            _ => freed(source, found)?,
        }
    }
    if !told {
        return Ok(());
    }
    let planned = source.plan.changes.len();
    let data = data.filter(|_| measured);
    match data.map_or(Err(Stop::Strange), |data| measured::blank(source, &all, data)) {
        Err(Stop::Strange) => {
            source.plan.changes.truncate(planned);
            source.plan.details = Details::Kept;
            Ok(())
        }
        done => done,
    }
}

/// Makes free space of a box that tells of its maker, and empties what is free already.
fn freed(source: &mut Source<'_, impl Read + Seek>, found: &Boxed) -> Walked<()> {
    match &found.kind {
        b"udta" | b"meta" | b"uuid" | b"prft" | b"free" | b"skip" => {
            source.put(found.at + 4, b"free", found.at + 8)?;
            source.put(found.content, &[], found.end)
        }
        _ => Ok(()),
    }
}

/// Sets the times of making and changing to none.
fn timeless(source: &mut Source<'_, impl Read + Seek>, found: &Boxed) -> Walked<()> {
    let [version] = source.bytes(found.content)?;
    let times = if version == 0 { 8 } else { 16 };
    let begin = found.content + 4;
    source.put(begin, &[], end(begin, times, found.end)?)
}

/// Empties the name of a track, and tells what it is of.
fn named(source: &mut Source<'_, impl Read + Seek>, found: &Boxed) -> Walked<[u8; 4]> {
    let kind = source.bytes(end(found.content, 8, found.end)?)?;
    let name = end(found.content, 24, found.end)?;
    source.put(name, &[], found.end)?;
    Ok(kind)
}

/// The boxes from here to there.
pub(super) fn children(source: &mut Source<'_, impl Read + Seek>, from: u64, to: u64) -> Walked<Vec<Boxed>> {
    const MOST: usize = 100_000;
    let mut found = Vec::new();
    let mut at = from;
    // A list may end with a zero in place of a box.
    while to.saturating_sub(at) >= 8 {
        let [a, b, c, d, kind @ ..]: [u8; 8] = source.bytes(at)?;
        let (header, length) = match u32::from_be_bytes([a, b, c, d]) {
            0 if to == source.len() => (8, to - at),
            1 => (16, u64::from_be_bytes(source.bytes(at + 8)?)),
            length => (8, u64::from(length)),
        };
        let ends = end(at, length, to)?;
        if length < header || found.len() >= MOST {
            return Err(Stop::Strange);
        }
        found.push(Boxed { kind, at, content: at + header, end: ends });
        at = ends;
    }
    Ok(found)
}
