//! Signing in and out.

use parlor_protocol::Code;
use parlor_protocol::people::{
    Done, Session, SessionCreate, SessionEnd, SessionList, SessionRevoke, SessionRevokeOthers, Sessions,
};
use parlor_store::write::sessions::{CreateSession, EndOtherSessions, EndSession};
use parlor_store::write::users::RehashPassword;

use crate::credentials::Verified;
use crate::fault::{Answer, Fault};
use crate::proof::{Admitted, Caller, Visitor};
use crate::{Chat, names, tokens};

/// Signs in with a password.
///
/// # Errors
/// `unauthenticated` for a wrong password and for an unknown user alike, `rate_limited` after many of them.
pub async fn create(chat: &Chat, visitor: &Visitor, request: SessionCreate) -> Result<Admitted, Fault> {
    let verified = verify(chat, &request.username, &request.password).await?;
    let (user, password) = (verified.user(), current(chat, &verified, &request.password).await?);
    let secret = tokens::secret()?;
    let entered =
        chat.store.write(CreateSession { user, password, session: visitor.device(&secret) }).await?;
    Ok(Admitted::new(chat, entered, secret))
}

async fn verify(chat: &Chat, username: &str, password: &str) -> Result<Verified, Fault> {
    let wrong = || Fault::refused(Code::Unauthenticated, "wrong username or password");
    // A text that can't be a username takes as long as one that nobody has.
    let Ok(username) = names::username(username) else {
        return chat.verifier.verify(None, password).await?.ok_or_else(wrong);
    };
    chat.backoff.take(&username, chat.clock.now_ms())?;
    let asked = username.clone();
    let found = chat.store.read(move |snapshot| snapshot.credentials(&asked)).await?;
    let whose = found
        .filter(|credentials| !credentials.user.disabled)
        .and_then(|credentials| Some((credentials.user.id, credentials.password?)));
    let verified = chat.verifier.verify(whose, password).await?.ok_or_else(wrong)?;
    chat.backoff.succeeded(&username);
    Ok(verified)
}

/// The hash of a password that was right, made better first if new ones are.
async fn current(chat: &Chat, verified: &Verified, password: &str) -> Result<String, Fault> {
    let from = verified.hash().to_owned();
    if !verified.outdated() {
        return Ok(from);
    }
    let to = chat.verifier.hash_again(password).await?;
    chat.store.write(RehashPassword { user: verified.user(), from, to: to.clone() }).await?;
    Ok(to)
}

/// Signs out here.
pub async fn end(chat: &Chat, caller: &Caller, _request: SessionEnd) -> Answer<SessionEnd> {
    let (actor, session) = (caller.acts::<SessionEnd>()?, caller.session);
    chat.store.write(EndSession { actor, session }).await?;
    Ok(Done {})
}

/// Lists the caller's sessions.
pub async fn list(chat: &Chat, caller: &Caller, _request: SessionList) -> Answer<SessionList> {
    let user = caller.acts::<SessionList>()?.user;
    let sessions = chat.store.read(move |snapshot| snapshot.sessions(user)).await?;
    let session = |session: parlor_store::records::Session| Session {
        id: session.id,
        current: session.id == caller.session,
        device: session.device,
        created_at_ms: session.created_at_ms,
        seen_at_ms: session.seen_at_ms,
    };
    Ok(Sessions { sessions: sessions.into_iter().map(session).collect() })
}

/// Ends one of the caller's sessions.
pub async fn revoke(chat: &Chat, caller: &Caller, request: SessionRevoke) -> Answer<SessionRevoke> {
    let actor = caller.acts::<SessionRevoke>()?;
    chat.store.write(EndSession { actor, session: request.session }).await?;
    Ok(Done {})
}

/// Ends all of the caller's sessions but this one.
pub async fn revoke_others(
    chat: &Chat,
    caller: &Caller,
    _request: SessionRevokeOthers,
) -> Answer<SessionRevokeOthers> {
    let actor = caller.acts::<SessionRevokeOthers>()?;
    chat.store.write(EndOtherSessions { actor }).await?;
    Ok(Done {})
}
