//! Server frames: unmasked, never fragmented, so a header and the payload.

/// Room for the longest header a server frame needs.
pub(crate) const MAX_HEADER: usize = 10;

/// The kinds of frame a server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opcode {
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Pong = 0xa,
}

/// The header of a frame, at the end of a fixed array, and where in it the header starts.
pub(crate) fn header(opcode: Opcode, payload: usize) -> ([u8; MAX_HEADER], usize) {
    let first = 0x80 | opcode as u8;
    let mut bytes = [0; MAX_HEADER];
    let (_, length) = bytes.split_at_mut(2);
    length.copy_from_slice(&(payload as u64).to_be_bytes());
    let (at, marks): (usize, &[u8]) = match payload {
        0..=125 => (8, &[first]),
        126..=0xffff => (6, &[first, 126]),
        _ => (0, &[first, 127]),
    };
    // The length ends the header; the marks take the place of its leading zeros.
    for (byte, mark) in bytes.iter_mut().skip(at).zip(marks) {
        *byte = *mark;
    }
    (bytes, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_length_form_is_used() {
        let used = |n| {
            let (bytes, at) = header(Opcode::Text, n);
            bytes[at..].to_vec()
        };
        assert_eq!(used(125), [0x81, 125]);
        assert_eq!(used(126), [0x81, 126, 0, 126]);
        assert_eq!(used(0xffff), [0x81, 126, 0xff, 0xff]);
        assert_eq!(used(0x1_0000), [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
