//! Files: uploads, what becomes of them, and where they stand in messages.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{FileId, RoomId, Seq, UserId};
use crate::people::User;

/// What a file is, by its content, never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A PNG, JPEG or GIF that was encoded anew or stripped of everything but its pixels. It has a preview.
    Image,
    /// A film that browsers may play.
    Video,
    /// Sound that browsers may play.
    Audio,
    /// Sound that was recorded to be said.
    Voice,
    /// Everything else: offered for download only.
    Document,
}

/// A file of a message. Its bytes are at `/files/{id}/{name}`, an image's preview at `/files/{id}/preview`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// Its name, for people.
    pub name: String,
    /// How many bytes it has.
    #[ts(type = "number")]
    pub bytes: u64,
    /// What it is.
    pub kind: FileKind,
    /// Content type that it is served with.
    pub mime: String,
    /// Pixels across, of images and of films whose sender told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub width: Option<u32>,
    /// Pixels down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub height: Option<u32>,
    /// What an image looks like from afar: 4 by 3 pixels, row by row, as base64 of 36 bytes of RGB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub blur: Option<String>,
    /// How long film and sound last, in milliseconds, as their sender told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub duration_ms: Option<u64>,
    /// Loudness of a voice message over its time, 0 to 100 each, as its sender told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub waveform: Option<Vec<u8>>,
    /// What it shows, in words, for those who can't see it; may be empty.
    #[serde(default)]
    pub alt: String,
}

/// A file that a message is sent with: one's own upload, or a file that one may see.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FileRef {
    /// Which file.
    pub id: FileId,
    /// What it shows, in words; at most 500 characters.
    #[serde(default)]
    #[ts(optional)]
    pub alt: Option<String>,
}

/// Begins an upload: the body of `POST /api/uploads`, answered with an [`Upload`]. Nothing is sent before it is
/// known that the file will be taken.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UploadCreate {
    /// Where it is to be posted: the caller must be allowed to write there.
    pub room: RoomId,
    /// Its name, for people; at most 200 characters are kept.
    pub name: String,
    /// How many bytes will come; at least 1.
    #[ts(type = "number")]
    pub size: u64,
    /// Content type that the sender takes it for. Only decides between film and sound where the content can't.
    #[serde(rename = "type", default)]
    #[ts(optional, as = "Option<String>")]
    pub mime: String,
    /// What the sender knows of a film or a sound.
    #[serde(default)]
    #[ts(optional)]
    pub media: Option<UploadMedia>,
}

/// What the sender of a film or a sound tells of it. Believed within bounds, since it is only shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UploadMedia {
    /// Whether it is a voice message.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub voice: bool,
    /// How long it lasts, in milliseconds; a day at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub duration_ms: Option<u64>,
    /// Pixels across, 1 to 16,384.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub width: Option<u32>,
    /// Pixels down, 1 to 16,384.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub height: Option<u32>,
    /// Loudness over its time, 0 to 100 each; at most 64 values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub waveform: Option<Vec<u8>>,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Upload {
    /// Names the upload, and the file that it becomes.
    pub id: FileId,
    /// How many bytes are there: where the next `PATCH` goes on.
    #[ts(type = "number")]
    pub offset: u64,
    /// The file, once all bytes are there and were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub file: Option<File>,
    /// Whether the file still has in it what its maker or their device wrote there, such as names, places and times.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub keeps_details: bool,
}

/// Tells how large a file may be, and how much room the caller's files have.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UploadLimits {}

/// How much may be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UploadRoom {
    /// Bytes of one file at most.
    #[ts(type = "number")]
    pub file_bytes: u64,
    /// Bytes of all files of one user at most.
    #[ts(type = "number")]
    pub quota_bytes: u64,
    /// Bytes that the caller's files have now, unfinished uploads included.
    #[ts(type = "number")]
    pub used_bytes: u64,
}

/// Which files are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileGroup {
    /// Images and films.
    Media,
    /// Everything else.
    Other,
}

/// Lists the files of a room's messages, newest message first.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FileList {
    /// Which room.
    pub room: RoomId,
    /// Which files.
    pub group: FileGroup,
    /// Continue after a page: its `next`.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<Seq>,
    /// From how many messages, 1 to 100.
    pub limit: u32,
}

/// A file and the message that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PostedFile {
    /// The message.
    pub seq: Seq,
    /// Who posted it.
    pub by: UserId,
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// The file.
    pub file: File,
}

/// A page of a room's files.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Files {
    /// Newest message first; those of one message in their order.
    pub files: Vec<PostedFile>,
    /// Everyone who posted them.
    pub users: Vec<User>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<Seq>,
}
