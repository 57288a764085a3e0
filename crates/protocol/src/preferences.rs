//! What users want of their rooms: how much each one calls them, and where it stands in their side bar.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{Nonce, RoomId};

/// How much of a room calls the user: what counts for them, sounds, and shows in the title.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Every message.
    #[default]
    All,
    /// Messages that mention the user or the room, and replies in threads that they follow.
    Mentions,
    /// Nothing: the room is muted.
    Nothing,
}

/// What a user wants of one of their rooms. Only they see it; it ends when they leave the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomPreference {
    /// The room.
    pub room: RoomId,
    /// How much of it calls the user.
    pub level: Level,
    /// Whether it stands among the favourites.
    pub favourite: bool,
    /// The folder that it stands in unless it is a favourite. One that is not there any more is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub folder: Option<Nonce>,
    /// Its place where it stands, the least first; rooms without one follow in the usual order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub place: Option<u32>,
}

impl RoomPreference {
    /// What a user wants of a room that they have chosen nothing for.
    pub fn usual(room: RoomId) -> Self {
        Self { room, level: Level::All, favourite: false, folder: None, place: None }
    }
}

/// A folder of rooms in a user's side bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Chosen by the client, once for each folder. The name may change, this does not.
    pub id: Nonce,
    /// 1 to 40 characters.
    pub name: String,
}

/// What a user wants of all their rooms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Preferences {
    /// By room; one that is not here is as usual: it calls with every message and stands in no folder.
    pub rooms: Vec<RoomPreference>,
    /// The folders, from top to bottom.
    pub folders: Vec<Folder>,
}

/// Sets what the caller wants of some of their rooms, and their folders, all of it or none. It says how it shall be, so
/// that a repeat changes nothing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomPrefer {
    /// At most 200, of rooms that the caller is in.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<RoomPreference>>")]
    pub rooms: Vec<RoomPreference>,
    /// All folders from top to bottom, at most 50, in the place of those before. Absent: they stay.
    #[serde(default)]
    #[ts(optional)]
    pub folders: Option<Vec<Folder>>,
}
