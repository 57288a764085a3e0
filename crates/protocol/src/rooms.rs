//! Rooms and their members.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{Nonce, RoomId, Seq, UserId};
use crate::people::{Role, User};

/// Who can find and enter a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Listed; members join freely.
    Public,
    /// Seen by its members only; others are added by a member.
    Private,
    /// Between fixed people: two, or a group. No name, no roles; nobody is added or removed.
    Direct,
}

/// How a room is shown and who writes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RoomStyle {
    /// A timeline in which every member writes; replies in threads stand beside it.
    Chat,
    /// A timeline in which only moderators of the room write; everyone reads and reacts.
    ReadOnly,
    /// Posts, newest at the top; every member posts. The replies of a post's thread are its comments.
    Feed,
    /// A timeline in which every member writes, and in which replies in threads stand as well.
    Flat,
}

/// A room. The same for every viewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// Who can find and enter it.
    pub kind: RoomKind,
    /// How it is shown and who writes in it.
    pub style: RoomStyle,
    /// Its name, unique among public rooms without regard to letter case; empty for direct ones.
    pub name: String,
    /// Its topic; may be empty.
    pub topic: String,
    /// Whether guests may join it (public rooms) and everyone who comes in as a guest finds it.
    pub guests: bool,
    /// Whether it is archived: readable, not writable.
    pub archived: bool,
    /// Whether links in it get previews.
    pub previews: bool,
    /// How many members it has.
    pub members: u32,
    /// The people of a direct room; empty for others.
    pub people: Vec<UserId>,
}

/// A member of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomMember {
    /// Who.
    pub user: User,
    /// Role in the room: guest, member or moderator.
    pub role: Role,
}

/// What changed in a room; what is absent stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomDelta {
    /// New name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// New topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub topic: Option<String>,
    /// New style.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub style: Option<RoomStyle>,
    /// Whether guests may join now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub guests: Option<bool>,
    /// Whether it is archived now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub archived: Option<bool>,
    /// Whether links in it get previews from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub previews: Option<bool>,
}

/// Creates a public or private room; the caller is its first member and moderates it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomCreate {
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Public or private.
    pub kind: RoomKind,
    /// How it is shown; chat when absent.
    #[serde(default = "chat")]
    #[ts(optional, as = "Option<RoomStyle>")]
    pub style: RoomStyle,
    /// Its name: 1 to 60 characters; `conflict` if a public room has it, without regard to letter case.
    pub name: String,
    /// Its topic.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub topic: String,
    /// Whether guests may join it.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub guests: bool,
    /// Others who are members from the start.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<UserId>>")]
    pub members: Vec<UserId>,
}

fn chat() -> RoomStyle {
    RoomStyle::Chat
}

/// Opens the direct room of the caller and these people: the one there is, or a new one.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomDirect {
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// The others; the caller alone (an empty list) makes a room for notes.
    pub users: Vec<UserId>,
}

/// A room that was created or found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoomOpened {
    /// The room.
    pub room: Room,
}

/// Lists the rooms that the caller could join, by name; guests see those open to guests.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomList {
    /// Archived rooms too.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub archived: bool,
}

/// A room in a list, with whether the caller is in it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoomListing {
    /// The room.
    pub room: Room,
    /// Whether the caller is a member.
    pub joined: bool,
}

/// Rooms that the caller could join.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Rooms {
    /// By name.
    pub rooms: Vec<RoomListing>,
}

/// Changes a room; what is absent stays.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomChange {
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// What changes.
    pub change: RoomDelta,
}

/// Joins a public room.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomJoin {
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
}

/// Leaves a room that is not direct.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomLeave {
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
}

/// Adds people to a public or private room. Those who are members already stay as they are.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MemberAdd {
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whom; up to 200.
    pub users: Vec<UserId>,
}

/// Removes a member of a lower role from a room.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MemberRemove {
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whom.
    pub user: UserId,
}

/// Makes a member a moderator of the room or an ordinary member again.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MemberChange {
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whose role.
    pub user: UserId,
    /// Member or moderator.
    pub role: Role,
}

/// Lists the members of a room by username.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MemberList {
    /// Which room.
    pub room: RoomId,
    /// What the name or username starts with; everyone when absent or empty.
    #[serde(default)]
    #[ts(optional)]
    pub query: Option<String>,
    /// Continue after this username.
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
}

/// A page of members.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Members {
    /// At most 200, by username.
    pub members: Vec<RoomMember>,
    /// Whether there are more.
    pub more: bool,
}

/// A durable write was done: it is on disk at this place of the room's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Written {
    /// The room.
    pub room: RoomId,
    /// Its place: of the entry itself, or the log's head when there was nothing to change.
    pub seq: Seq,
}
