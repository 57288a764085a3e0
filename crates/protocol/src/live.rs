//! Live things without a seq: typing and presence. They may be dropped.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{RoomId, Seq, UserId};

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Connected and active.
    Online,
    /// Connected, nothing done for a while.
    Away,
    /// Connected and not to be disturbed.
    Dnd,
    /// Not connected.
    Offline,
}

/// Says that the caller is typing; lasts 6 s.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TypingStart {
    /// Where.
    pub room: RoomId,
}

/// Says that the caller stopped typing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TypingStop {
    /// Where.
    pub room: RoomId,
}

/// Says how present the caller is on this socket; the most present socket of a user counts, `dnd` before all.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PresenceSet {
    /// Online, away or dnd.
    pub state: Presence,
}

/// Watches the presence of these users instead of those watched before; those who share no room are left out.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PresenceWatch {
    /// Who is on screen; up to 500.
    pub users: Vec<UserId>,
}

/// How present the watched users are now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Presences {
    /// One for each user that may be watched.
    pub users: Vec<PresenceChanged>,
}

/// Pushed to those who watch: somebody came, went or looked away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PresenceChanged {
    /// Who.
    pub user: UserId,
    /// How present.
    pub state: Presence,
    /// When they were last connected, in milliseconds since 1970; only when offline and known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub seen_at_ms: Option<u64>,
}

/// Pushed to a room: somebody started or stopped typing.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TypingChanged {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub user: UserId,
    /// Whether they type.
    pub typing: bool,
}

/// Pushed to a room that changed in the last seconds: where its log ends, so that a lost last push shows too.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoomHead {
    /// The room.
    pub room: RoomId,
    /// The seq of its last entry.
    pub seq: Seq,
}

/// Pushed to a socket that fell behind and lost its queue: sync now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Lagged {}

/// Pushed to a socket before it is closed for good: signing in again is needed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SessionEnded {
    /// Why.
    pub why: Ended,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Signed out, here or from another device.
    SignedOut,
    /// The password was changed on another device.
    PasswordChanged,
    /// The account was disabled.
    Disabled,
    /// It was too old or unused for too long.
    Expired,
}
