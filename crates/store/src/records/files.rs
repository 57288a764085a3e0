//! Uploads and files, as they are remembered.

use parlor_protocol::files::{FileKind, UploadMedia};
use parlor_protocol::{FileId, Seq, UserId};

/// A file of a message, or one that will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// Its name, for people.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// What it is.
    pub kind: FileKind,
    /// Content type that it is served with.
    pub mime: String,
    /// Pixels across.
    pub width: Option<u32>,
    /// Pixels down.
    pub height: Option<u32>,
    /// What an image looks like from afar.
    pub blur: Option<String>,
    /// How long it lasts, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Loudness over its time.
    pub waveform: Option<Vec<u8>>,
    /// What it shows, in words; empty until it is in a message.
    pub alt: String,
}

/// An upload of its owner's, finished or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Names the upload and the file that it becomes.
    pub id: FileId,
    /// Name of its bytes on disk.
    pub blob: String,
    /// Its name, for people.
    pub name: String,
    /// How many bytes were promised.
    pub bytes: u64,
    /// Content type that the sender took it for.
    pub mime: String,
    /// What the sender told of it.
    pub media: UploadMedia,
    /// The file, once it is finished.
    pub file: Option<File>,
}

/// A finished file and where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// The file.
    pub file: File,
    /// Name of its bytes on disk.
    pub blob: String,
}

/// A file that nobody may see any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondemnedFile {
    /// Its id.
    pub id: FileId,
    /// Name of its bytes on disk.
    pub blob: String,
}

/// A file and the message that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedFile {
    /// The message.
    pub seq: Seq,
    /// Who posted it.
    pub by: UserId,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// The file.
    pub file: File,
}
