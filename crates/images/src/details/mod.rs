//! Films and sounds without what came with them: the details that tell who made them, when and where are blanked in place,
//! so that nothing moves and the length stays.
//!
//! Only the skeleton is read: headers of boxes, elements, chunks and pages, each within bounds. Nothing is decoded, so this
//! needs no process of its own. Everything is planned before a byte is written: a file that is not understood stays whole.

mod flac;
mod matroska;
mod measured;
mod mp3;
mod mp4;
mod ogg;
mod source;
mod wav;

use std::io::{self, Read, Seek, SeekFrom, Write};

use self::source::{Plan, Source, Stop};

/// Zeros that are written at once.
const ZEROS: [u8; 4_096] = [0; 4_096];

/// What became of a file's details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    /// Nothing is left of them that is known of.
    Blank,
    /// Some may be left: the file was not understood, or has a kind of them that is not blanked.
    Kept,
}

/// Blanks the details of a film or a sound. Done again it changes nothing.
///
/// # Errors
/// When the file can't be read or written; then it may be half done, and can be done again.
pub fn blank(file: &mut (impl Read + Write + Seek)) -> io::Result<Details> {
    let Some(plan) = plan(file)? else { return Ok(Details::Kept) };
    for change in &plan.changes {
        file.seek(SeekFrom::Start(change.at))?;
        file.write_all(&change.head)?;
        let mut left = change.zeros;
        while left > 0 {
            let some = usize::try_from(left).unwrap_or(usize::MAX).min(ZEROS.len());
            let (zeros, _) = ZEROS.split_at(some);
            file.write_all(zeros)?;
            left -= some as u64;
        }
    }
    Ok(plan.details)
}

/// Tells what [`blank`] came to, from a file that it has been through.
///
/// # Errors
/// When the file can't be read.
pub fn details(file: &mut (impl Read + Seek)) -> io::Result<Details> {
    Ok(plan(file)?.map_or(Details::Kept, |plan| plan.details))
}

fn plan(file: &mut (impl Read + Seek)) -> io::Result<Option<Plan>> {
    let mut source = Source::new(file)?;
    match walked(&mut source) {
        Ok(()) => Ok(Some(source.plan)),
        Err(Stop::Strange) => Ok(None),
        Err(Stop::Io(error)) => Err(error),
    }
}

fn walked(source: &mut Source<'_, impl Read + Seek>) -> Result<(), Stop> {
    let head: [u8; 12] = source.bytes(0)?;
    match &head {
        [0x1A, 0x45, 0xDF, 0xA3, ..] => matroska::walk(source),
        [b'f', b'L', b'a', b'C', ..] => flac::walk(source),
        [b'O', b'g', b'g', b'S', ..] => ogg::walk(source),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] => wav::walk(source),
        [b'I', b'D', b'3', ..] | [0xFF, 0xFB | 0xF3, ..] => mp3::walk(source),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => mp4::walk(source),
        _ => Err(Stop::Strange),
    }
}

#[cfg(test)]
mod tests;
