//! Previews of links, as they are remembered.

use parlor_protocol::{FileId, Seq};

use super::File;

/// What a page says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The link as the message has it.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// What it is about; may be empty.
    pub text: String,
    /// What the site calls itself; may be empty.
    pub site: String,
    /// A picture of it.
    pub picture: Option<File>,
}

/// A place for a picture that will be shown in a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicturePlace {
    /// Id of the file that it will be.
    pub id: FileId,
    /// Name of its bytes on disk.
    pub blob: String,
}

/// A message whose links may get previews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewable {
    /// Seq of the entry that brought its text: the message itself, or its last edit.
    pub version: Seq,
    /// The text as safe HTML.
    pub html: String,
    /// The previews that it has.
    pub previews: Vec<Preview>,
}
