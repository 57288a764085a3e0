//! Custom emoji: pictures of the workspace's own, which texts and reactions name as `:name:`.
//!
//! They are added over HTTP: `PUT /api/emoji/{name}` with the bytes of a picture, and shown from
//! `/files/emoji/{picture}`. `Workspace.emoji` counts the changes to them: whoever holds another number lists them anew.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::UserId;

/// A custom emoji.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Emoji {
    /// Its name, 2 to 32 of `[a-z0-9_+-]` without an underscore at either end; in texts and reactions it stands as `:name:`.
    pub name: String,
    /// Name of the picture, served at `/files/emoji/{picture}`. Another picture has another name.
    pub picture: String,
    /// Who added it.
    pub by: UserId,
}

/// Lists the workspace's own emoji.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct EmojiList {}

/// The workspace's own emoji.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CustomEmoji {
    /// How often they were changed, as in `Workspace.emoji`.
    pub version: u32,
    /// All of them, by name.
    pub emoji: Vec<Emoji>,
}

/// Removes an emoji: of one's own, or as an admin any. Where it stood its `:name:` is shown. One that is not there is
/// removed already.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct EmojiRemove {
    /// Its name.
    pub name: String,
}
