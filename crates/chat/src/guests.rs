//! The guest door.

use parlor_protocol::workspace::GuestJoin;

use crate::Chat;
use crate::chat::pending;
use crate::fault::Fault;
use crate::proof::{Admitted, Visitor};

/// Comes in with a name only, while the door is open.
pub async fn join(chat: &Chat, visitor: &Visitor, request: GuestJoin) -> Result<Admitted, Fault> {
    pending((chat, visitor, request))
}
