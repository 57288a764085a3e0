//! The model's steps of previews, which the program writes and people take off.

use parlor_protocol::{Role, Seq, UserId};
use parlor_store::entries::RoomBody;
use parlor_store::write::previews::SetPreviews;

use super::{Expected, World};
use crate::house::preview;
use crate::view::View;

impl World {
    /// Previews come to a message that says what it said when its links were followed, unless somebody took one off.
    pub(super) async fn preview(&mut self, room: usize, pick: u8, pages: u8, stale: bool) {
        let room = self.rooms[room];
        let messages = &self.views[&room].messages;
        let Some((&message, found)) = messages.iter().nth(usize::from(pick) % (messages.len() + 1)) else {
            return;
        };
        let previews: Vec<_> = (0..pages).map(preview).collect();
        let unwanted = self.unwanted.contains(&(room, message));
        let wanted = !found.deleted && found.previews != previews && !stale && !unwanted;
        let version = if stale { 0 } else { self.versions.get(&(room, message)).copied().unwrap_or(message) };
        let set = SetPreviews { room, message, version, previews: previews.clone() };
        assert_eq!(self.house.write(set).await, Ok(wanted));
        let heard = self.hear();
        let expected = wanted.then_some((room, RoomBody::MessagePreviewed { message, previews }));
        assert_eq!(heard, expected.into_iter().collect::<Vec<_>>());
    }
}

/// How it ends when somebody of this role takes a preview off a message.
pub(super) fn removal(view: &View, (who, role): (UserId, Role), message: Seq, url: &str) -> Expected {
    let Some(found) = view.messages.get(&message) else { return Expected::Refused };
    let mut previews = found.previews.clone();
    previews.retain(|preview| preview.url != url);
    match previews.len() == found.previews.len() {
        _ if found.by != who && role < Role::Moderator => Expected::Refused,
        true => Expected::Nothing,
        false => Expected::exactly(RoomBody::MessagePreviewed { message, previews }),
    }
}
