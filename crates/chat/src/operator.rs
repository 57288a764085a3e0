//! What an operator does at the machine while the server is stopped. It needs no session: whoever holds the data
//! folder holds everything in it.

use parlor_protocol::people::User;
use parlor_protocol::{Code, UserId, limits};
use parlor_store::read::UserQuery;
use parlor_store::write::users::ResetPassword;

use crate::fault::Fault;
use crate::{Chat, recoveries, tokens, wire};

/// Everyone, by username; disabled users too.
pub async fn users(chat: &Chat) -> Result<Vec<User>, Fault> {
    let mut all: Vec<User> = Vec::new();
    loop {
        let after = all.last().map(|user| user.username.clone());
        let page = chat.store.read(move |snapshot| {
            snapshot.find_users(UserQuery {
                starts: "",
                after: after.as_deref(),
                disabled: true,
                near: None,
                limit: u32::try_from(limits::USERS_PER_CALL).unwrap_or(u32::MAX),
            })
        });
        let page = page.await?;
        all.extend(wire::users(page.items));
        if !page.more {
            return Ok(all);
        }
    }
}

/// Gives a user a new password, which is told only now, and ends all of their sessions.
///
/// # Errors
/// `not_found` for whom there is no password to reset: a stranger, a bot, a guest.
pub async fn reset_password(chat: &Chat, username: &str) -> Result<String, Fault> {
    let user = named(chat, username).await?;
    let password = tokens::secret()?;
    let to = chat.verifier.hash_again(&password).await?;
    chat.store.write(ResetPassword { user, to }).await?;
    Ok(password)
}

/// Makes a link with which a user sets a new password, and answers with its token, which is told only now.
///
/// # Errors
/// `not_found` for a stranger, `conflict` for whom there is no password to set.
pub async fn reset_link(chat: &Chat, username: &str) -> Result<String, Fault> {
    let user = named(chat, username).await?;
    Ok(recoveries::make(chat, None, user).await?.token)
}

async fn named(chat: &Chat, username: &str) -> Result<UserId, Fault> {
    let username = username.to_lowercase();
    let found = chat.store.read(move |snapshot| snapshot.user_named(&username)).await?;
    let user = found.ok_or_else(|| Fault::refused(Code::NotFound, "there is no user of this username"))?;
    Ok(user.id)
}
