//! `WebM` and Matroska: a tree of elements, each with an id and a length (RFC 8794 and RFC 9559).

use std::io::{Read, Seek};

use super::source::{Source, Stop, Walked, end};

const CLUSTER: u32 = 0x1F43_B675;
/// What is walked into: a segment, where it tells of itself, its tracks, and what says where things are.
const ENTERED: [u32; 5] = [0x1853_8067, 0x1549_A966, 0x1654_AE6B, 0xAE, 0x114D_9B74];
/// Tags, attachments, title, names of files, date, names of tracks, checksums of what is changed, and what was void before.
const BLANKED: [u32; 10] =
    [0x1254_C367, 0x1941_A469, 0x7BA9, 0x7384, 0x003C_83AB, 0x003E_83BB, 0x4461, 0x536E, 0xBF, 0xEC];
/// Says where something is.
const SEEK: u32 = 0x4DBB;
/// Lengths of which nobody knew when they were written.
const UNKNOWN: Option<u64> = None;

/// Goes through the elements as they follow each other, into some and past the others.
pub(super) fn walk(source: &mut Source<'_, impl Read + Seek>) -> Walked<()> {
    let mut at = 0;
    while at < source.len() {
        let (id, length, content) = header(source, at)?;
        let entered = ENTERED.contains(&id) || (id == CLUSTER && length == UNKNOWN);
        if entered {
            at = content;
            continue;
        }
        // The last cluster of a film that was cut short may say more than came.
        let ends = match length {
            Some(length) if id == CLUSTER => content.saturating_add(length).min(source.len()),
            Some(length) => end(content, length, source.len())?,
            None => return Err(Stop::Strange),
        };
        if BLANKED.contains(&id) || (id == SEEK && leads_to_blanked(source, content, ends)?) {
            void(source, at, ends)?;
        }
        at = ends;
    }
    Ok(())
}

/// Puts an element without meaning in the place of another one.
fn void(source: &mut Source<'_, impl Read + Seek>, at: u64, ends: u64) -> Walked<()> {
    match u8::try_from(ends - at - 2) {
        Ok(length) if length < 0x7F => source.put(at, &[0xEC, 0x80 | length], ends),
        _ => {
            let [_, length @ ..] = (ends - at - 9).to_be_bytes();
            source.put(at, &[&[0xEC, 0x01], &length[..]].concat(), ends)
        }
    }
}

/// Whether a place that is told is that of tags or attachments.
fn leads_to_blanked(source: &mut Source<'_, impl Read + Seek>, content: u64, ends: u64) -> Walked<bool> {
    if ends - content < 7 {
        return Ok(false);
    }
    let told: [u8; 7] = source.bytes(content)?;
    Ok(matches!(
        told,
        [0x53, 0xAB, 0x84, 0x12, 0x54, 0xC3, 0x67] | [0x53, 0xAB, 0x84, 0x19, 0x41, 0xA4, 0x69]
    ))
}

/// The id of an element, its length if it is known, and where its content begins.
fn header(source: &mut Source<'_, impl Read + Seek>, at: u64) -> Walked<(u32, Option<u64>, u64)> {
    let mut bytes = [0; 12];
    let there = usize::try_from(source.len() - at).unwrap_or(usize::MAX).min(bytes.len());
    let (head, _) = bytes.split_at_mut(there);
    source.fill(at, head)?;
    let (id, id_width) = number(head, false, 4).ok_or(Stop::Strange)?;
    let rest = head.get(id_width..).unwrap_or_default();
    let (length, width) = number(rest, true, 8).ok_or(Stop::Strange)?;
    let unknown = length == (1 << (7 * width)) - 1;
    let id = u32::try_from(id).map_err(|_| Stop::Strange)?;
    Ok((id, (!unknown).then_some(length), at + (id_width + width) as u64))
}

/// A number whose first bits tell how many bytes it has; they are a part of ids and not of lengths.
fn number(bytes: &[u8], masked: bool, widest: usize) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let width = first.leading_zeros() as usize + 1;
    if width > widest {
        return None;
    }
    let first = if masked { u64::from(first) & ((1 << (8 - width)) - 1) } else { u64::from(first) };
    let rest = bytes.get(1..width)?;
    Some((rest.iter().fold(first, |number, byte| (number << 8) | u64::from(*byte)), width))
}
