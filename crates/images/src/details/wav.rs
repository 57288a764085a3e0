//! WAV: chunks, each with four letters and a length.

use std::io::{Read, Seek};

use super::source::{Source, Walked, end};

/// What is needed to play: everything else is blanked.
const PLAYED: [[u8; 4]; 6] = [*b"fmt ", *b"data", *b"fact", *b"cue ", *b"smpl", *b"wavl"];

pub(super) fn walk(source: &mut Source<'_, impl Read + Seek>) -> Walked<()> {
    let mut at = 12;
    while source.len() - at >= 8 {
        let [kind @ .., a, b, c, d]: [u8; 8] = source.bytes(at)?;
        let (content, length) = (at + 8, u64::from(u32::from_le_bytes([a, b, c, d])));
        if kind == *b"data" && content.saturating_add(length) > source.len() {
            // Who recorded did not know how long it would be.
            return Ok(());
        }
        let ends = end(content, length, source.len())?;
        if !PLAYED.contains(&kind) {
            source.put(at, b"JUNK", at + 4)?;
            source.put(content, &[], ends)?;
        }
        at = (ends + length % 2).min(source.len());
    }
    Ok(())
}
