//! Forgotten passwords: links with which somebody sets a new one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::UserId;

/// Makes a link with which somebody who forgot their password sets a new one; it ends the one made for them before. Only
/// an owner makes one for admins and owners, nobody makes one for themselves. `conflict` for bots, guests and disabled users.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCreate {
    /// For whom.
    pub user: UserId,
}

/// A new link's secret, which is told only now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecoveryCreated {
    /// Secret of the link: the page is `/reset/{token}`, its QR code `/api/qr/reset/{token}`.
    pub token: String,
    /// When it ends, in milliseconds since 1970: after a day. It works once.
    #[ts(type = "number")]
    pub expires_at_ms: u64,
}

/// Tells whose password a link sets, without using it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RecoveryGet {
    /// Secret of the link.
    pub token: String,
}

/// Whose password a link sets.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecoveryPreview {
    /// Name of the workspace.
    pub workspace: String,
    /// Their username.
    pub username: String,
    /// Their display name.
    pub name: String,
}

/// Sets a new password, ends all sessions of that user and signs in. `expired` for links that are wrong, used or old, and
/// for those whose maker could not make them any more.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RecoveryAccept {
    /// Secret of the link.
    pub token: String,
    /// The password from now on.
    pub password: String,
}
