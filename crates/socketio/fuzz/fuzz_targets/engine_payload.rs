//! Any bytes as the body of a polling request.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use parlor_socketio::decoders::Payload;

fuzz_target!(|body: &[u8]| {
    let Ok(mut payload) = Payload::new(Bytes::copy_from_slice(body)) else { return };
    let mut packets = 0;
    let mut bytes = 0;
    while let Some(packet) = payload.next_packet() {
        let Ok((_, length)) = packet else { return };
        packets += 1;
        bytes += length;
    }
    // Every byte belongs to a packet or separates two.
    assert_eq!(bytes + packets - 1, body.len());
});
