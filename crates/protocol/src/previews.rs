//! Previews of links: what a page says of itself, fetched by the server and shown below the message that links to it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::files::File;
use crate::ids::{Nonce, RoomId, Seq};

/// What a page says of itself. Everything in it comes from strangers: show the link's host beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LinkPreview {
    /// The link as the message has it.
    pub url: String,
    /// The page's title; at most 200 characters.
    pub title: String,
    /// What it is about; at most 300 characters, may be empty.
    pub text: String,
    /// What the site calls itself; at most 60 characters, may be empty.
    pub site: String,
    /// A picture of it, fetched and encoded anew by the server: at `/files/{id}/{name}`, of at most 640 by 640 pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub picture: Option<File>,
}

/// Takes a preview off a message, for everyone. The message never gets previews again.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PreviewRemove {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// The link of the preview.
    pub url: String,
}
