//! Any bytes as a WebSocket stream, whole and in pieces: both must be read alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parlor_socketio::decoders::{Decoder, FrameError, Incoming};

fn read(stream: &[u8], piece: usize) -> (Vec<Incoming>, Result<(), FrameError>) {
    let mut decoder = Decoder::new(4_096);
    let mut buffer = Vec::new();
    let mut read = Vec::new();
    for piece in stream.chunks(piece) {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some((used, incoming))) => {
                    buffer.drain(..used);
                    read.push(incoming);
                }
                Ok(None) => break,
                Err(error) => return (read, Err(error)),
            }
        }
    }
    (read, Ok(()))
}

fuzz_target!(|input: &[u8]| {
    let Some((first, stream)) = input.split_first() else { return };
    let whole = read(stream, stream.len().max(1));
    let pieces = read(stream, usize::from(*first).max(1));
    assert_eq!(whole, pieces);
});
