//! Catching up: what a client has, and exactly what it misses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::entries::{Entry, MyEntry};
use crate::ids::{RoomId, Seq, UserId};
use crate::later::Draft;
use crate::messages::{Page, Unread};
use crate::people::{Settings, User};
use crate::preferences::Preferences;
use crate::rooms::Room;
use crate::saved::SavedSeqs;
use crate::threads::Followed;
use crate::told::Rows;
use crate::workspace::Workspace;

/// Tells what the client has; the answer is what it misses. Sent on every connect, on a gap and after `lagged`.
///
/// The socket gets pushes from the moment it connects, so merging the answer with them by seq loses nothing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// The epoch that the cursors belong to; absent on a first start.
    #[serde(default)]
    #[ts(optional)]
    pub epoch: Option<String>,
    /// Last applied seq of the caller's own log; 0 on a first start.
    #[serde(default)]
    #[ts(optional, as = "Option<Seq>")]
    pub me: Seq,
    /// Last applied seq of each room that the client holds. Rooms of the caller that are not named come as `reset`.
    #[serde(default)]
    #[ts(as = "std::collections::HashMap<String, Seq>")]
    pub rooms: BTreeMap<RoomId, Seq>,
    /// Only the rooms named: for repairing one gap.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub only: bool,
    /// How many items a room's `reset` shall have, 0 to 100.
    #[serde(default)]
    #[ts(optional, as = "Option<u32>")]
    pub items: u32,
}

/// What the client missed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Synced {
    /// The database's epoch. When it is not the client's: all it held is void, and everything here is a reset.
    pub epoch: String,
    /// Who the caller is.
    pub me: UserId,
    /// The caller's own log.
    pub mine: MySync,
    /// Rooms in which something was missed.
    pub rooms: Vec<RoomSync>,
    /// Rooms that were named and are not the caller's (any more): drop them.
    pub gone: Vec<RoomId>,
    /// Everyone that the answer names.
    pub users: Vec<User>,
    /// The workspace.
    pub workspace: Workspace,
    /// Not everything fitted in: apply this, then sync again with the new cursors.
    pub more: bool,
}

/// What was missed of the caller's own log.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum MySync {
    /// Entries after the cursor.
    Entries {
        /// By seq.
        entries: Vec<MyEntry>,
    },
    /// Too far behind, or another epoch: this is the state. The threads that the caller follows come with their rooms:
    /// rooms that are held and do not come as a reset in this answer are asked for again, as new ones.
    Reset {
        /// The log's head.
        head: Seq,
        /// The caller's settings.
        settings: Settings,
        /// The messages that the caller has saved, by room.
        #[ts(as = "std::collections::HashMap<String, Vec<Seq>>")]
        saved: SavedSeqs,
        /// What the caller wants of their rooms.
        preferences: Preferences,
        /// The caller's drafts.
        drafts: Vec<Draft>,
    },
}

/// What was missed in one room.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum RoomSync {
    /// Exactly the entries after the cursor.
    Entries {
        /// The room.
        room: RoomId,
        /// By seq.
        #[ts(as = "Vec<Entry>")]
        entries: Rows<Entry>,
        /// Where the caller stands.
        unread: Unread,
    },
    /// New to the client, too far behind, beyond the head, or another epoch: this is the room.
    Reset(Box<RoomState>),
}

/// A room as the caller has it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoomState {
    /// The room.
    pub room: Room,
    /// The caller's role in it: the greater of the room's and the workspace's.
    pub role: crate::people::Role,
    /// Where the caller stands.
    pub unread: Unread,
    /// Where they stand in the threads here that they follow, by root.
    pub threads: Vec<Followed>,
    /// The newest items.
    pub page: Page,
}
