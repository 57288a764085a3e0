//! FLAC: blocks of details before the frames of sound (RFC 9639).

use std::io::{Read, Seek};

use super::source::{Source, Walked, end};

/// A block that means nothing.
const PADDING: u8 = 1;
/// Applications, comments, cue sheets, pictures, and what was padding before.
const BLANKED: [u8; 5] = [PADDING, 2, 4, 5, 6];

pub(super) fn walk(source: &mut Source<'_, impl Read + Seek>) -> Walked<()> {
    let mut at = 4;
    loop {
        let [kind, a, b, c] = source.bytes(at)?;
        let ends = end(at + 4, u64::from(u32::from_be_bytes([0, a, b, c])), source.len())?;
        if BLANKED.contains(&(kind & 0x7F)) {
            source.put(at, &[(kind & 0x80) | PADDING, a, b, c], ends)?;
        }
        if kind & 0x80 != 0 {
            return Ok(());
        }
        at = ends;
    }
}
