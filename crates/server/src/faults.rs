//! What callers are told when a call fails. A fault of ours is logged here, once, under an id that the caller gets.

use std::sync::atomic::{AtomicU64, Ordering};

use parlor_chat::Fault;
use parlor_protocol::Error;

/// Faults so far: their number is their id in the log.
static FAULTS: AtomicU64 = AtomicU64::new(0);

/// The error for the caller.
pub(crate) fn told(call: &str, fault: &Fault) -> Error {
    let mut error = fault.to_wire();
    if let Fault::Broken(cause) = fault {
        let id = FAULTS.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::error!(request = id, call, %cause, "call failed");
        error.message = format!("{} (request {id} in the log)", error.message);
    }
    error
}
