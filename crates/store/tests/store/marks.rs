//! What the model expects of what is put on messages: reactions and pins.

use parlor_protocol::{Seq, UserId};
use parlor_store::entries::RoomBody;

use crate::model::{Exactly, Expected};
use crate::view::View;

impl View {
    pub(crate) fn expected_reaction(&self, who: UserId, what: &Exactly) -> Expected {
        let target = |message: &Seq| self.messages.get(message);
        match what.clone() {
            Exactly::React { message, emoji } => match target(&message) {
                Some(found) if found.deleted => Expected::Refused,
                Some(_) if self.has_reacted(message, emoji, who) => Expected::Nothing,
                Some(_) => Expected::exactly(RoomBody::ReactionAdded { message, emoji: emoji.into() }),
                None => Expected::Refused,
            },
            Exactly::Unreact { message, emoji } => match target(&message) {
                Some(_) if !self.has_reacted(message, emoji, who) => Expected::Nothing,
                Some(_) => Expected::exactly(RoomBody::ReactionRemoved { message, emoji: emoji.into() }),
                None => Expected::Refused,
            },
            _ => Expected::Refused,
        }
    }

    /// Of those who may pin.
    pub(crate) fn expected_pin(&self, what: &Exactly) -> Expected {
        let target = |message: &Seq| self.messages.get(message);
        match what.clone() {
            Exactly::Pin { message } => match target(&message) {
                Some(found) if found.pinned => Expected::Nothing,
                Some(found) if !found.deleted => Expected::exactly(RoomBody::MessagePinned { message }),
                _ => Expected::Refused,
            },
            Exactly::Unpin { message } => match target(&message) {
                Some(found) if found.pinned => Expected::exactly(RoomBody::MessageUnpinned { message }),
                Some(_) => Expected::Nothing,
                None => Expected::Refused,
            },
            _ => Expected::Refused,
        }
    }
}
