//! Changing one's password.

use parlor_protocol::Code;
use parlor_protocol::people::{Done, PasswordChange};
use parlor_store::write::users::ChangePassword;

use crate::Chat;
use crate::fault::{Answer, Fault};
use crate::proof::Caller;

/// Changes the caller's password and ends their other sessions.
///
/// # Errors
/// `forbidden` when the old password is wrong, `rate_limited` after many wrong ones.
pub async fn change(chat: &Chat, caller: &Caller, request: PasswordChange) -> Answer<PasswordChange> {
    let actor = caller.acts::<PasswordChange>()?;
    let user = caller.user;
    let found = chat.store.read(move |snapshot| {
        let Some(user) = snapshot.user(user)? else { return Ok(None) };
        Ok(snapshot.credentials(&user.username)?.zip(snapshot.workspace()?))
    });
    let gone = || Fault::refused(Code::Unauthenticated, "the account is gone");
    let (credentials, workspace) = found.await?.ok_or_else(gone)?;
    let person = credentials.user;
    chat.backoff.take(&person.username, chat.clock.now_ms())?;
    let whose = credentials.password.map(|hash| (person.id, hash));
    let wrong = || Fault::refused(Code::Forbidden, "old: this is not the password until now");
    let verified = chat.verifier.verify(whose, &request.old).await?.ok_or_else(wrong)?;
    chat.backoff.succeeded(&person.username);
    let own = vec![person.username, person.name, workspace.name];
    let to = chat.verifier.hash_new(&request.new, own).await?;
    chat.store.write(ChangePassword { actor, from: verified.hash().to_owned(), to }).await?;
    Ok(Done {})
}
