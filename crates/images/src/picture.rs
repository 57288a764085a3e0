//! What is asked of the worker, and what it answers: the words on the pipe.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Pixels of a picture's side, and in all.
pub(crate) const MOST_SIDE: u32 = 8_192;
pub(crate) const MOST_PIXELS: u64 = 40_000_000;
/// Bytes of a picture before and after, and of each part of the answer.
pub(crate) const MOST_BYTES: u64 = 64 << 20;

/// What is to become of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// A square of 256 pixels, as one part.
    Avatar,
    /// A square of at most 128 pixels that holds all of it, moving if it moved, as one part.
    Emoji,
    /// The whole picture, and a preview of at most 800 pixels, as two parts.
    Picture,
    /// What a page shows of itself: at most 640 pixels, as one part.
    Thumbnail,
}

impl Job {
    /// Its name as an argument.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avatar => "avatar",
            Self::Emoji => "emoji",
            Self::Picture => "picture",
            Self::Thumbnail => "thumbnail",
        }
    }
}

impl FromStr for Job {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Avatar, Self::Emoji, Self::Picture, Self::Thumbnail]
            .into_iter()
            .find(|job| job.name() == name)
            .ok_or(())
    }
}

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For photographs.
    Jpeg,
    /// For what one can see through, and for what came as PNG.
    Png,
    /// For what moves.
    Gif,
}

impl Format {
    /// Its content type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
        }
    }

    /// The end of names of such files.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
        }
    }
}

/// What became of a picture: the first line on the pipe, before its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// How the first part is encoded.
    pub format: Format,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What it looks like from afar: base64 of 4 by 3 pixels of RGB.
    pub blur: String,
    /// Bytes of each part, as they follow.
    pub parts: Vec<u64>,
}

/// Why nothing became of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// Not a PNG, JPEG, GIF or WebP.
    Unknown,
    /// One of these, but broken, or more than the worker can bear.
    Unreadable,
    /// More pixels than are taken.
    TooLarge,
}

/// The first line of an answer.
pub(crate) type Answer = Result<Made, Refused>;
