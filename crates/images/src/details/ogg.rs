//! Ogg with Opus or Vorbis: the second page holds the comments, under a checksum (RFC 3533, RFC 7845).

use std::io::{Read, Seek};

use super::source::{Source, Stop, Walked};

/// Bytes of a page's header without the lengths of its parts, and of its longest form.
const HEADER: usize = 27;
const LONGEST: usize = HEADER + 255 + 255 * 255;
/// Where a page says who it belongs to.
const SERIAL: std::ops::Range<usize> = 14..18;
/// Where its checksum is.
const SUM: std::ops::Range<usize> = 22..26;

/// One sound stream whose comments are in a page of their own, or begin one. Anything else is not understood.
pub(super) fn walk(source: &mut Source<'_, impl Read + Seek>) -> Walked<()> {
    let (first, _) = page(source, 0)?;
    let (mut second, parts) = page(source, first.len() as u64)?;
    let begins = |page: &[u8], word: &[u8]| page.get(body(page)..).is_some_and(|body| body.starts_with(word));
    let opus = begins(&first, b"OpusHead") && begins(&second, b"OpusTags");
    let vorbis = begins(&first, b"\x01vorbis") && begins(&second, b"\x03vorbis");
    if !(opus || vorbis) || first.get(SERIAL) != second.get(SERIAL) {
        return Err(Stop::Strange);
    }
    let start = body(&second);
    let packet = second.get_mut(start..start + packet(&parts)?).ok_or(Stop::Strange)?;
    emptied(packet, if opus { 8 } else { 7 }, u8::from(vorbis))?;
    if let Some(sum) = second.get_mut(SUM) {
        sum.fill(0);
    }
    let sum = checksum(&second).to_le_bytes();
    if let Some(place) = second.get_mut(SUM) {
        place.copy_from_slice(&sum);
    }
    let at = first.len() as u64;
    source.put(at, &second, at + second.len() as u64)
}

/// Leaves who encoded it, sets the number of comments to none, and what follows to padding.
fn emptied(packet: &mut [u8], word: usize, mark: u8) -> Walked<()> {
    let vendor = packet.get(word..word + 4).and_then(|four| four.try_into().ok()).ok_or(Stop::Strange)?;
    let vendor = usize::try_from(u32::from_le_bytes(vendor)).map_err(|_| Stop::Strange)?;
    let comments = vendor.checked_add(word + 4).and_then(|at| packet.get_mut(at..)).ok_or(Stop::Strange)?;
    if comments.len() < 5 {
        // Opus without comments ends with their number.
        return if comments == [0; 4] { Ok(()) } else { Err(Stop::Strange) };
    }
    comments.fill(0);
    comments.iter_mut().skip(4).take(1).for_each(|byte| *byte = mark);
    Ok(())
}

/// The whole page that begins here, and the lengths of its parts.
fn page(source: &mut Source<'_, impl Read + Seek>, at: u64) -> Walked<(Vec<u8>, Vec<u8>)> {
    let header: [u8; HEADER] = source.bytes(at)?;
    if !header.starts_with(b"OggS\0") {
        return Err(Stop::Strange);
    }
    let mut parts = vec![0; usize::from(header[HEADER - 1])];
    source.fill(at + HEADER as u64, &mut parts)?;
    let length = HEADER + parts.len() + parts.iter().map(|part| usize::from(*part)).sum::<usize>();
    let mut whole = vec![0; length.min(LONGEST)];
    source.fill(at, &mut whole)?;
    Ok((whole, parts))
}

/// Where the content of a page begins.
fn body(page: &[u8]) -> usize {
    HEADER + page.get(HEADER - 1).map_or(0, |parts| usize::from(*parts))
}

/// Bytes of the first packet of a page, which has to end in it: with the first part that is not full.
fn packet(parts: &[u8]) -> Walked<usize> {
    let full = parts.iter().take_while(|part| **part == 255).count();
    let last = parts.get(full).ok_or(Stop::Strange)?;
    Ok(full * 255 + usize::from(*last))
}

/// The checksum of a page whose own place for it is zero.
pub(super) fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
            if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04C1_1DB7 }
        })
    })
}
