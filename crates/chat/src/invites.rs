//! Invite links.

use parlor_protocol::people::Done;
use parlor_protocol::workspace::{
    Door, InviteAccept, InviteCreate, InviteCreated, InviteGet, InviteList, InvitePreview, InviteRevoke,
    Invites,
};
use parlor_protocol::{Code, Role};
use parlor_store::records::{self, Link};
use parlor_store::write::invites::{AcceptInvite, CreateInvite, RenewStandingLink, RevokeInvite};
use parlor_store::write::users::NewUser;
use parlor_store::{Refused, TokenHash};

use crate::fault::{Answer, Fault};
use crate::guests;
use crate::proof::{Admitted, Caller, Visitor};
use crate::{Chat, names, tokens, wire};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
const USUAL_MS: u64 = 7 * DAY_MS;
const LONGEST_MS: u64 = 366 * DAY_MS;

/// Tells what a link leads to.
///
/// # Errors
/// `expired` for links that do not work any more, `not_found` for those that never did.
pub async fn get(chat: &Chat, _visitor: &Visitor, request: InviteGet) -> Answer<InviteGet> {
    let records::InvitePreview { workspace, by, role, room } = look(chat, &request.token).await?;
    Ok(InvitePreview { workspace, by, role, room })
}

async fn look(chat: &Chat, token: &str) -> Result<records::InvitePreview, Fault> {
    let token = TokenHash::of(token);
    match chat.store.read(move |snapshot| snapshot.link(&token)).await? {
        Some(Link::Leads(preview)) => Ok(preview),
        Some(Link::Over) => Err(Refused::Expired.into()),
        None => Err(Refused::NotFound.into()),
    }
}

/// Makes an account with a link and signs it in.
pub async fn accept(chat: &Chat, visitor: &Visitor, request: InviteAccept) -> Result<Admitted, Fault> {
    let preview = look(chat, &request.token).await?;
    let token = TokenHash::of(&request.token);
    let user = match preview.role {
        Role::Guest => guests::guest(&request.name)?,
        _ => newcomer(chat, request, preview.workspace).await?,
    };
    let secret = tokens::secret()?;
    let entered = chat.store.write(AcceptInvite { token, user, session: visitor.device(&secret) }).await?;
    Ok(Admitted::new(chat, entered, secret))
}

async fn newcomer(chat: &Chat, request: InviteAccept, workspace: String) -> Result<NewUser, Fault> {
    let (Some(username), Some(password)) = (request.username, request.password) else {
        return Err(Fault::refused(
            Code::BadRequest,
            "username and password: this link makes an account with both",
        ));
    };
    let username = names::username(&username)?;
    let name = names::display(&request.name)?;
    let own = vec![workspace, username.clone(), name.name.clone()];
    let password = chat.verifier.hash_new(&password, own).await?;
    Ok(NewUser { username, name, password: Some(password) })
}

/// Makes a link.
pub async fn create(chat: &Chat, caller: &Caller, request: InviteCreate) -> Answer<InviteCreate> {
    let actor = caller.acts::<InviteCreate>()?;
    let lives_ms = request.expires_in_ms.unwrap_or(USUAL_MS);
    if lives_ms == 0 || lives_ms > LONGEST_MS {
        return Err(Fault::refused(Code::BadRequest, "expires_in_ms: more than nothing and at most a year"));
    }
    if request.uses == Some(0) {
        return Err(Fault::refused(Code::BadRequest, "uses: at least 1, or absent for no limit"));
    }
    let token = tokens::secret()?;
    let invite = chat
        .store
        .write(CreateInvite {
            actor,
            token: TokenHash::of(&token),
            role: request.role,
            room: request.room,
            expires_at_ms: chat.clock.now_ms().saturating_add(lives_ms),
            uses: request.uses,
        })
        .await?;
    Ok(InviteCreated { invite: wire::invite(&invite), token })
}

/// Lists the links that still work.
pub async fn list(chat: &Chat, caller: &Caller, _request: InviteList) -> Answer<InviteList> {
    caller.acts::<InviteList>()?;
    let (invites, workspace) =
        chat.store.read(|snapshot| Ok((snapshot.invites()?, snapshot.workspace()?))).await?;
    let standing =
        workspace.filter(|workspace| workspace.door == Door::Link).map(|workspace| workspace.standing);
    Ok(Invites { invites: invites.iter().map(wire::invite).collect(), standing })
}

/// Ends a link.
pub async fn revoke(chat: &Chat, caller: &Caller, request: InviteRevoke) -> Answer<InviteRevoke> {
    let actor = caller.acts::<InviteRevoke>()?;
    match request.invite {
        Some(invite) => chat.store.write(RevokeInvite { actor, invite }).await?,
        None => chat.store.write(RenewStandingLink { actor, token: tokens::secret()? }).await?,
    }
    Ok(Done {})
}
