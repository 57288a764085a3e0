//! Custom emoji, as they are remembered.

use parlor_protocol::UserId;

/// A picture of the workspace's own under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emoji {
    /// Its name.
    pub name: String,
    /// Name of the picture's file.
    pub picture: String,
    /// Who added it.
    pub by: UserId,
}
