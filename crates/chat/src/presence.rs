//! Who is there.

use parlor_protocol::live::{PresenceSet, PresenceWatch};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::{Caller, SocketId};

/// Says how present the caller is on this socket; needs [`Caller::on`].
pub async fn set(chat: &Chat, caller: &Caller, request: PresenceSet) -> Answer<PresenceSet> {
    pending((chat, caller, request))
}

/// Watches the presence of these users on this socket; needs [`Caller::on`].
pub async fn watch(chat: &Chat, caller: &Caller, request: PresenceWatch) -> Answer<PresenceWatch> {
    pending((chat, caller, request))
}

/// A socket of the caller connected: others may see them come.
pub fn connected(chat: &Chat, caller: &Caller, socket: SocketId) {
    let _ = (chat, caller, socket);
}

/// A socket closed: others may see its user go, and what it watched is forgotten.
pub fn disconnected(chat: &Chat, socket: SocketId) {
    let _ = (chat, socket);
}
