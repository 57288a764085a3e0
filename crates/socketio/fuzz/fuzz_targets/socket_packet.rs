//! Any text as one Socket.IO packet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parlor_socketio::decoders::{Body, decode_socket};

fuzz_target!(|text: &str| {
    let Ok(packet) = decode_socket(text, 4) else { return };
    assert!(packet.namespace.starts_with('/'));
    assert!(packet.body.attachments() <= 4);
    if let Body::Event { args, .. } | Body::Ack { args, .. } = packet.body {
        assert!(args.iter().map(|arg| arg.get().len()).sum::<usize>() <= text.len());
    }
});
