//! Any bytes as a film or a sound whose details are blanked: in place, once, and not at all where it is not understood.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use parlor_images::{blank, details};

fuzz_target!(|file: &[u8]| {
    let mut once = file.to_vec();
    // A slice has no room for a byte more: a write past its end is an error.
    let became = blank(&mut Cursor::new(&mut once[..])).expect("every write is within the file");
    let mut twice = once.clone();
    assert_eq!(details(&mut Cursor::new(&twice[..])).expect("it is read"), became);
    assert_eq!(blank(&mut Cursor::new(&mut twice[..])).expect("every write is within the file"), became);
    assert!(once == twice, "a second pass changes nothing");
});
