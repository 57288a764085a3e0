//! MP3: frames of sound, with tags before and after them.

use std::io::{Read, Seek};

use super::source::{Source, Stop, Walked, end};

pub(super) fn walk(source: &mut Source<'_, impl Read + Seek>) -> Walked<()> {
    let mut at = 0;
    while source.len() - at >= 10 {
        let head: [u8; 10] = source.bytes(at)?;
        let [b'I', b'D', b'3', major, minor, flags, a, b, c, d] = head else { break };
        // Seven bits of each byte count.
        let length = [a, b, c, d].iter().fold(0, |sum, byte| (sum << 7) | u64::from(byte & 0x7F));
        let footer = if flags & 0x10 == 0 { 0 } else { 10 };
        let ends = end(at + 10, length + footer, source.len())?;
        // A tag without a frame: all of it is padding.
        source.put(at, &[b'I', b'D', b'3', major, minor, 0, a, b, c, d], ends)?;
        at = ends;
    }
    after(source, at)
}

/// What stands at the end: the oldest tag, and before it that of other players.
fn after(source: &mut Source<'_, impl Read + Seek>, begin: u64) -> Walked<()> {
    let mut ends = source.len();
    if ends - begin >= 128 && source.bytes(ends - 128)? == *b"TAG" {
        // An empty one, with no genre: without its first letters players would take it for sound.
        source.put(ends - 128, b"TAG", ends - 1)?;
        source.put(ends - 1, &[0xFF], ends)?;
        ends -= 128;
    }
    if ends - begin >= 32 {
        let footer: [u8; 32] = source.bytes(ends - 32)?;
        if let [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X', _, _, _, _, a, b, c, d, ..] = footer {
            // Its length counts the footer and not the header, which may be missing. Sound begins with two known bytes.
            let length = u64::from(u32::from_le_bytes([a, b, c, d]));
            let items = ends.checked_sub(length).filter(|items| length >= 32 && *items >= begin + 2);
            let items = items.ok_or(Stop::Strange)?;
            let headed = items - begin >= 32 && source.bytes(items - 32)? == *b"APETAGEX";
            source.put(if headed { items - 32 } else { items }, &[], ends)?;
        }
    }
    Ok(())
}
