//! GIFs without what came with them: only what draws and moves the picture is copied.

/// Copies header, palettes, frames and loop count; leaves out comments, texts, other applications' blocks, and whatever
/// follows the end. `None` for what is cut short or no GIF.
pub(crate) fn stripped(gif: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader { rest: gif };
    let mut out = Vec::with_capacity(gif.len());
    let head = reader.take(13)?;
    if !(head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a")) {
        return None;
    }
    out.extend_from_slice(head);
    out.extend_from_slice(reader.take(palette(*head.get(10)?))?);
    loop {
        match *reader.take(1)?.first()? {
            0x2C => {
                let frame = reader.take(9)?;
                out.push(0x2C);
                out.extend_from_slice(frame);
                out.extend_from_slice(reader.take(palette(*frame.get(8)?))?);
                out.extend_from_slice(reader.take(1)?);
                out.extend_from_slice(reader.blocks()?);
            }
            0x21 => {
                let label = *reader.take(1)?.first()?;
                let blocks = reader.blocks()?;
                let loops = label == 0xFF && blocks.starts_with(b"\x0BNETSCAPE2.0\x03") && blocks.len() == 17;
                let control = label == 0xF9 && blocks.len() == 6;
                if loops || control {
                    out.extend_from_slice(&[0x21, label]);
                    out.extend_from_slice(blocks);
                }
            }
            0x3B => {
                out.push(0x3B);
                return Some(out);
            }
            _ => return None,
        }
    }
}

/// Bytes of the palette that these flags announce.
fn palette(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// Blocks of data up to the empty one that ends them, all of it.
    fn blocks(&mut self) -> Option<&'a [u8]> {
        let start = self.rest;
        let mut length = 0;
        loop {
            let size = usize::from(*self.take(1)?.first()?);
            self.take(size)?;
            length += size + 1;
            if size == 0 {
                return start.get(..length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One red pixel, with a palette of two colours.
    const FRAME: &[u8] = b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";

    fn gif(extras: &[u8], after: &[u8]) -> Vec<u8> {
        let head = b"GIF89a\x01\0\x01\0\x80\0\0\xFF\0\0\0\0\0";
        [head, extras, FRAME, b"\x3B", after].concat()
    }

    #[test]
    fn what_draws_and_moves_stays_and_everything_else_goes() {
        let control = b"\x21\xF9\x04\0\x0A\0\0\0";
        let again = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
        let comment = b"\x21\xFE\x04home\0";
        let other = b"\x21\xFF\x0BXMP DataXMP\x04home\0";
        let kept = [&control[..], again].concat();
        let with = [&control[..], comment, again, other].concat();
        assert_eq!(stripped(&gif(&with, b"<script>")).unwrap(), gif(&kept, b""));
    }

    #[test]
    fn what_is_cut_short_or_something_else_is_none() {
        let whole = gif(b"", b"");
        for length in 0..whole.len() {
            assert_eq!(stripped(&whole[..length]), None, "{length}");
        }
        assert_eq!(stripped(b"\x89PNG\r\n\x1a\n0123456789"), None);
    }
}
