//! Sessions and links: what a secret opens, and lists without secrets.

use parlor_protocol::UserId;

use super::Snapshot;
use crate::records::{Invite, Link, Session, SignedIn};
use crate::refused::Failed;
use crate::secrets::TokenHash;

impl Snapshot<'_> {
    /// Whom a session's or a bot's token signs in; `None` if it is unknown, has ended or expired, or the user is disabled.
    pub fn signed_in(&self, token: &TokenHash) -> Result<Option<SignedIn>, Failed> {
        unimplemented!()
    }

    /// A user's valid sessions, last seen first. Bots' tokens are none.
    pub fn sessions(&self, user: UserId) -> Result<Vec<Session>, Failed> {
        unimplemented!()
    }

    /// The invites that still work, newest first.
    pub fn invites(&self) -> Result<Vec<Invite>, Failed> {
        unimplemented!()
    }

    /// What an invite's or the standing link's token leads to; `None` if it never led anywhere.
    pub fn link(&self, token: &TokenHash) -> Result<Option<Link>, Failed> {
        unimplemented!()
    }
}
