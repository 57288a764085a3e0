//! The people of the workspace.

use std::collections::HashSet;

use parlor_protocol::people::{UserChangeRole, UserDisable, UserEnable, UserGet, UserList, Users};
use parlor_protocol::{Code, Role, limits};
use parlor_store::read::UserQuery;
use parlor_store::write::users::{ChangeUserRole, DisableUser, EnableUser};

use crate::fault::{Answer, Fault};
use crate::proof::Caller;
use crate::{Chat, text, wire};

/// Looks users up. Guests see themselves and who shares a room with them.
pub async fn get(chat: &Chat, caller: &Caller, request: UserGet) -> Answer<UserGet> {
    let asks = caller.acts::<UserGet>()?.user;
    if request.users.len() > limits::USERS_PER_CALL {
        return Err(Fault::refused(Code::TooLarge, "users: at most 200 in one call"));
    }
    let guest = caller.role == Role::Guest;
    let users = chat.store.read(move |snapshot| {
        let mut users = request.users;
        if guest {
            let near: HashSet<_> = snapshot.acquaintances(asks)?.into_iter().collect();
            users.retain(|user| *user == asks || near.contains(user));
        }
        snapshot.users(&users)
    });
    Ok(Users { users: wire::users(users.await?), more: false })
}

/// Finds users by name. Guests find who shares a room with them.
pub async fn list(chat: &Chat, caller: &Caller, request: UserList) -> Answer<UserList> {
    let asks = caller.acts::<UserList>()?.user;
    if request.disabled && caller.role < Role::Admin {
        return Err(Fault::refused(Code::Forbidden, "disabled: only admins list disabled users"));
    }
    let starts = text::line(request.query.as_deref().unwrap_or_default(), "query", limits::NAME_CHARS)?;
    let near = (caller.role == Role::Guest).then_some(asks);
    let found = chat.store.read(move |snapshot| {
        snapshot.find_users(UserQuery {
            starts: &starts,
            after: request.after.as_deref(),
            disabled: request.disabled,
            near,
            limit: u32::try_from(limits::USERS_PER_CALL).unwrap_or(u32::MAX),
        })
    });
    let found = found.await?;
    Ok(Users { users: wire::users(found.items), more: found.more })
}

/// Changes a user's role in the workspace.
pub async fn change_role(chat: &Chat, caller: &Caller, request: UserChangeRole) -> Answer<UserChangeRole> {
    let actor = caller.acts::<UserChangeRole>()?;
    let user = chat.write_user(ChangeUserRole { actor, user: request.user, role: request.role }).await?;
    Ok(wire::user(user))
}

/// Disables a user and closes their sockets.
pub async fn disable(chat: &Chat, caller: &Caller, request: UserDisable) -> Answer<UserDisable> {
    let actor = caller.acts::<UserDisable>()?;
    let user = chat.write_user(DisableUser { actor, user: request.user }).await?;
    Ok(wire::user(user))
}

/// Lets a disabled user in again.
pub async fn enable(chat: &Chat, caller: &Caller, request: UserEnable) -> Answer<UserEnable> {
    let actor = caller.acts::<UserEnable>()?;
    let user = chat.write_user(EnableUser { actor, user: request.user }).await?;
    Ok(wire::user(user))
}
