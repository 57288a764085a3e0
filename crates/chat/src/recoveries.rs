//! Links with which somebody who forgot their password sets a new one.

use parlor_protocol::UserId;
use parlor_protocol::recoveries::{
    RecoveryAccept, RecoveryCreate, RecoveryCreated, RecoveryGet, RecoveryPreview,
};
use parlor_store::write::recoveries::{AcceptRecovery, CreateRecovery};
use parlor_store::{Actor, Refused, TokenHash};

use crate::fault::{Answer, Fault};
use crate::proof::{Admitted, Caller, Visitor};
use crate::{Chat, tokens};

/// For how long a link works.
const LIVES_MS: u64 = 24 * 60 * 60 * 1_000;

/// Makes a link.
///
/// # Errors
/// `forbidden` for somebody whom the caller does not govern, `conflict` for oneself and for whom there is no password to set.
pub async fn create(chat: &Chat, caller: &Caller, request: RecoveryCreate) -> Answer<RecoveryCreate> {
    let actor = caller.acts::<RecoveryCreate>()?;
    make(chat, Some(actor), request.user).await
}

/// Makes a link for this user, by an actor or, without one, at the machine.
pub(crate) async fn make(chat: &Chat, actor: Option<Actor>, user: UserId) -> Result<RecoveryCreated, Fault> {
    let secret = tokens::secret()?;
    let (token, expires_at_ms) = (TokenHash::of(&secret), chat.clock.now_ms().saturating_add(LIVES_MS));
    chat.store.write(CreateRecovery { actor, user, token, expires_at_ms }).await?;
    // Whoever has the link has the account: that it was made is found later, if only here.
    tracing::info!(by = ?actor.map(|actor| actor.user), ?user, "a link for a new password was made");
    Ok(RecoveryCreated { token: secret, expires_at_ms })
}

/// Tells whose password a link sets.
///
/// # Errors
/// `expired` for every link that does not work, whatever the reason.
pub async fn get(chat: &Chat, _visitor: &Visitor, request: RecoveryGet) -> Answer<RecoveryGet> {
    look(chat, &request.token).await
}

async fn look(chat: &Chat, token: &str) -> Result<RecoveryPreview, Fault> {
    let token = TokenHash::of(token);
    let found = chat.store.read(move |snapshot| Ok(snapshot.recovery(&token)?.zip(snapshot.workspace()?)));
    let (user, workspace) = found.await?.ok_or(Refused::Expired)?;
    Ok(RecoveryPreview { workspace: workspace.name, username: user.username, name: user.name })
}

/// Sets the password, ends all sessions of the user and signs them in.
///
/// # Errors
/// `expired` as above, `bad_request` for a password that is easy to guess: the link can be used again then.
pub async fn accept(chat: &Chat, visitor: &Visitor, request: RecoveryAccept) -> Result<Admitted, Fault> {
    let RecoveryPreview { workspace, username, name } = look(chat, &request.token).await?;
    let own = vec![workspace, username.clone(), name];
    let to = chat.verifier.hash_new(&request.password, own).await?;
    let (token, secret) = (TokenHash::of(&request.token), tokens::secret()?);
    let entered = chat.store.write(AcceptRecovery { token, to, session: visitor.device(&secret) }).await?;
    chat.backoff.succeeded(&username);
    tracing::info!(user = ?entered.user.id, "a password was set with a link");
    Ok(Admitted::new(chat, entered, secret))
}
