//! MP4, M4A and `QuickTime`: a tree of boxes, each with a length and four letters (ISO/IEC 14496-12).

use std::io::{Read, Seek};

use super::Details;
use super::source::{Source, Stop, Walked, end};

/// A box: its letters, where it begins, where its content does, and where it ends.
#[derive(Debug, Clone, Copy)]
struct Boxed {
    kind: [u8; 4],
    at: u64,
    content: u64,
    end: u64,
}

pub(super) fn walk(source: &mut Source<'_, impl Read + Seek>) -> Walked<()> {
    for found in children(source, 0, source.len())? {
        match &found.kind {
            b"moov" => film(source, &found)?,
            // Films in pieces repeat a few of the boxes there, and players look for others: they are left.
            b"moof" | b"mfra" => {}
            // Beside the films there are pictures in such boxes (ISO/IEC 23008-12): this one is all that makes them one.
            b"meta" => return Err(Stop::Strange),
            _ => freed(source, &found)?,
        }
    }
    Ok(())
}

fn film(source: &mut Source<'_, impl Read + Seek>, moov: &Boxed) -> Walked<()> {
    for found in children(source, moov.content, moov.end)? {
        match &found.kind {
            b"mvhd" => timeless(source, &found)?,
            b"trak" => track(source, &found)?,
            _ => freed(source, &found)?,
        }
    }
    Ok(())
}

fn track(source: &mut Source<'_, impl Read + Seek>, trak: &Boxed) -> Walked<()> {
    for found in children(source, trak.content, trak.end)? {
        match &found.kind {
            b"tkhd" => timeless(source, &found)?,
            b"mdia" => {
                for found in children(source, found.content, found.end)? {
                    match &found.kind {
                        b"mdhd" => timeless(source, &found)?,
                        b"hdlr" => named(source, &found)?,
                        _ => freed(source, &found)?,
                    }
                }
            }
            _ => freed(source, &found)?,
        }
    }
    Ok(())
}

/// Makes free space of a box that tells of its maker, and empties what is free already.
fn freed(source: &mut Source<'_, impl Read + Seek>, found: &Boxed) -> Walked<()> {
    match &found.kind {
        b"udta" | b"meta" | b"uuid" | b"free" | b"skip" => {
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

/// Empties the name of a track. A track of measurements, such as places, has them among the sounds and pictures.
fn named(source: &mut Source<'_, impl Read + Seek>, found: &Boxed) -> Walked<()> {
    let kind: [u8; 4] = source.bytes(end(found.content, 8, found.end)?)?;
    if !matches!(&kind, b"vide" | b"soun") {
        source.plan.details = Details::Kept;
    }
    let name = end(found.content, 24, found.end)?;
    source.put(name, &[], found.end)
}

/// The boxes from here to there.
fn children(source: &mut Source<'_, impl Read + Seek>, from: u64, to: u64) -> Walked<Vec<Boxed>> {
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
