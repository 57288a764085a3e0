//! Users: by id, by name, and those whom somebody may see.

use parlor_protocol::UserId;

use super::Snapshot;
use crate::records::{Credentials, Slice, User};
use crate::refused::Failed;

/// Which users are looked for.
#[derive(Debug, Clone, Copy)]
pub struct UserQuery<'a> {
    /// Start of the display name or the username, without regard to letter case; everyone when empty.
    pub starts: &'a str,
    /// Continue after this username.
    pub after: Option<&'a str>,
    /// Disabled users too.
    pub disabled: bool,
    /// Only this user and those who share a room with them: what a guest may see.
    pub near: Option<UserId>,
    /// At most this many.
    pub limit: u32,
}

impl Snapshot<'_> {
    /// A user.
    pub fn user(&self, user: UserId) -> Result<Option<User>, Failed> {
        unimplemented!()
    }

    /// Those of these users that exist, by id, each once.
    pub fn users(&self, users: &[UserId]) -> Result<Vec<User>, Failed> {
        unimplemented!()
    }

    /// The user of this username, in lower case.
    pub fn user_named(&self, username: &str) -> Result<Option<User>, Failed> {
        unimplemented!()
    }

    /// What is needed to check the password of the user with this username, in lower case.
    pub fn credentials(&self, username: &str) -> Result<Option<Credentials>, Failed> {
        unimplemented!()
    }

    /// Users by username.
    pub fn find_users(&self, query: UserQuery<'_>) -> Result<Slice<User>, Failed> {
        unimplemented!()
    }
}
