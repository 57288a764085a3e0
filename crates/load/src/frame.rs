//! WebSocket text frames, as far as a load generator needs them: RFC 6455, section 5.2.

/// The mask of our frames. A server can't tell a constant one from a random one, and it costs nothing.
const MASK: [u8; 4] = [0x1f, 0x2e, 0x3d, 0x4c];

/// What a frame begins with that closes the connection.
pub const CLOSE: u8 = 0x88;

const FINAL_TEXT: u8 = 0x81;
const MASKED: u8 = 0x80;
const SIXTEEN_BITS: u8 = 0x7e;
const SIXTY_FOUR_BITS: u8 = 0x7f;

/// A text frame as servers send it.
pub fn from_server(payload: &[u8]) -> Vec<u8> {
    let mut frame = head(payload.len(), 0);
    frame.extend_from_slice(payload);
    frame
}

/// A text frame as clients send it.
pub fn from_client(payload: &[u8]) -> Vec<u8> {
    let mut frame = head(payload.len(), MASKED);
    frame.extend(MASK);
    frame.extend(masked(payload, MASK));
    frame
}

fn head(length: usize, masked: u8) -> Vec<u8> {
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length), _) if length < SIXTEEN_BITS => vec![FINAL_TEXT, masked | length],
        (_, Ok(length)) => [&[FINAL_TEXT, masked | SIXTEEN_BITS][..], &length.to_be_bytes()].concat(),
        _ => [&[FINAL_TEXT, masked | SIXTY_FOUR_BITS][..], &(length as u64).to_be_bytes()].concat(),
    }
}

fn masked(payload: &[u8], mask: [u8; 4]) -> impl Iterator<Item = u8> {
    payload.iter().zip(mask.into_iter().cycle()).map(|(byte, mask)| byte ^ mask)
}

/// The first whole frame of a server's bytes: its payload, and the length of the frame.
pub fn read_server(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let (start, length) = measure(bytes)?;
    let end = start.checked_add(length)?;
    Some((bytes.get(start..end)?, end))
}

/// The first whole frame of a client's bytes: its payload unmasked, and the length of the frame.
pub fn read_client(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (start, length) = measure(bytes)?;
    let payload = start.checked_add(MASK.len())?;
    let end = payload.checked_add(length)?;
    let mask = bytes.get(start..payload)?.try_into().ok()?;
    Some((masked(bytes.get(payload..end)?, mask).collect(), end))
}

/// Where the mask or the payload begins, and how long the payload is.
fn measure(bytes: &[u8]) -> Option<(usize, usize)> {
    match bytes.get(1)? & !MASKED {
        SIXTEEN_BITS => Some((4, u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into())),
        SIXTY_FOUR_BITS => {
            Some((10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?))
        }
        short => Some((2, short.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_any_size_comes_back_and_a_cut_one_does_not() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let payload = vec![7; length];
            let (server, client) = (from_server(&payload), from_client(&payload));
            assert_eq!(read_server(&server), Some((payload.as_slice(), server.len())));
            assert_eq!(read_client(&client), Some((payload, client.len())));
            assert_eq!(read_server(&server[..server.len() - 1]), None);
            assert_eq!(read_client(&client[..client.len() - 1]), None);
        }
    }
}
