//! Any text as one Engine.IO packet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parlor_socketio::decoders::{decode_part, decode_text};

fuzz_target!(|text: &str| {
    let plain = decode_text(text);
    if !text.starts_with('b') {
        assert_eq!(decode_part(text), plain);
    }
});
