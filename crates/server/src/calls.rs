//! The table of calls, for sockets and HTTP alike: each row of the contract and the function that answers it.

use parlor_chat::{
    Admitted, Answer, Caller, Chat, Fault, Member, SocketId, Ticket, Visitor, bots, catchup, drafts, emoji,
    files, guests, invites, lobby, members, mentions, messages, passwords, pins, polls, preferences,
    presence, previews, profiles, reactions, reads, recoveries, reminders, rooms, saved, scheduled, search,
    sessions, settings, sync, threads, typing, uploads, users, workspace,
};
use parlor_protocol::calls::{Rate, Who};
use parlor_protocol::{Call, Code, Error, Request, RoomId, told};
use serde::Serialize;

use crate::rates::{Payer, Rates};

/// Who makes a call, and with what it is answered.
pub(crate) struct Asked<'a> {
    /// The chat.
    pub(crate) chat: &'a Chat,
    /// The limits.
    pub(crate) rates: &'a Rates,
    /// Where the call comes from.
    pub(crate) visitor: &'a Visitor,
    /// What the caller shows, if anything.
    pub(crate) ticket: Option<&'a Ticket>,
    /// The socket on which the call came; over HTTP there is none.
    pub(crate) socket: Option<SocketId>,
}

/// What a call came to.
pub(crate) enum Answered {
    /// The reply, as JSON.
    Reply(Vec<u8>),
    /// A new session.
    Admitted(Box<Admitted>),
}

/// Reads a call.
///
/// # Errors
/// `bad_request`.
pub(crate) fn read(name: &str, json: &str) -> Result<Call, Error> {
    // Otherwise a list would be taken for an object's fields in their order.
    if json.trim_start().starts_with('{') {
        Call::decode(name, json)
    } else {
        Err(Error::new(Code::BadRequest, "a request is a JSON object"))
    }
}

/// Answers a call.
///
/// # Errors
/// The refusal that the caller is told, or a fault for the log.
pub(crate) async fn answer(asked: &Asked<'_>, call: Call) -> Result<Answered, Fault> {
    let name = call.name();
    let answered = dispatch(asked, call).await;
    let refused = answered.as_ref().err().map(|fault| tracing::field::debug(fault.to_wire().code));
    tracing::debug!(call = name, socket = asked.socket.map(|socket| socket.0), refused, "call");
    answered
}

/// The table: each row and its function.
#[expect(clippy::too_many_lines, reason = "one line for each row of the table")]
async fn dispatch(asked: &Asked<'_>, call: Call) -> Result<Answered, Fault> {
    match call {
        Call::LobbyGet(it) => asked.anyone(it, lobby::get).await,
        Call::WorkspaceSetUp(it) => asked.newcomer(it, workspace::set_up).await,
        Call::WorkspaceChange(it) => asked.caller(it, workspace::change).await,
        Call::EmojiList(it) => asked.caller(it, emoji::list).await,
        Call::EmojiRemove(it) => asked.caller(it, emoji::remove).await,
        Call::SessionCreate(it) => asked.newcomer(it, sessions::create).await,
        Call::SessionEnd(it) => asked.caller(it, sessions::end).await,
        Call::SessionList(it) => asked.caller(it, sessions::list).await,
        Call::SessionRevoke(it) => asked.caller(it, sessions::revoke).await,
        Call::SessionRevokeOthers(it) => asked.caller(it, sessions::revoke_others).await,
        Call::GuestJoin(it) => asked.newcomer(it, guests::join).await,
        Call::InviteGet(it) => asked.anyone(it, invites::get).await,
        Call::InviteAccept(it) => asked.newcomer(it, invites::accept).await,
        Call::InviteCreate(it) => asked.caller(it, invites::create).await,
        Call::InviteList(it) => asked.caller(it, invites::list).await,
        Call::InviteRevoke(it) => asked.caller(it, invites::revoke).await,
        Call::PasswordChange(it) => asked.caller(it, passwords::change).await,
        Call::RecoveryGet(it) => asked.anyone(it, recoveries::get).await,
        Call::RecoveryAccept(it) => asked.newcomer(it, recoveries::accept).await,
        Call::RecoveryCreate(it) => asked.caller(it, recoveries::create).await,
        Call::ProfileChange(it) => asked.caller(it, profiles::change).await,
        Call::SettingsChange(it) => asked.caller(it, settings::change).await,
        Call::UserGet(it) => asked.caller(it, users::get).await,
        Call::UserList(it) => asked.caller(it, users::list).await,
        Call::UserChangeRole(it) => asked.caller(it, users::change_role).await,
        Call::UserDisable(it) => asked.caller(it, users::disable).await,
        Call::UserEnable(it) => asked.caller(it, users::enable).await,
        Call::BotCreate(it) => asked.caller(it, bots::create).await,
        Call::BotRotate(it) => asked.caller(it, bots::rotate).await,
        Call::RoomCreate(it) => asked.caller(it, rooms::create).await,
        Call::RoomDirect(it) => asked.caller(it, rooms::direct).await,
        Call::RoomList(it) => asked.caller(it, rooms::list).await,
        Call::RoomJoin(it) => asked.caller(it, rooms::join).await,
        Call::RoomLeave(it) => asked.member(it.room, it, rooms::leave).await,
        Call::RoomChange(it) => asked.member(it.room, it, rooms::change).await,
        Call::RoomHistory(it) => asked.member(it.room, it, rooms::history).await,
        Call::RoomPrefer(it) => asked.caller(it, preferences::set).await,
        Call::MemberList(it) => asked.member(it.room, it, members::list).await,
        Call::MemberAdd(it) => asked.member(it.room, it, members::add).await,
        Call::MemberRemove(it) => asked.member(it.room, it, members::remove).await,
        Call::MemberChange(it) => asked.member(it.room, it, members::change).await,
        Call::MessageSend(it) => asked.member(it.room, it, messages::send).await,
        Call::MessageEdit(it) => asked.member(it.room, it, messages::edit).await,
        Call::MessageDelete(it) => asked.member(it.room, it, messages::delete).await,
        Call::MessageGet(it) => asked.member(it.room, it, messages::get).await,
        Call::MessageVersions(it) => asked.member(it.room, it, messages::versions).await,
        Call::MessagePin(it) => asked.member(it.room, it, pins::pin).await,
        Call::MessageUnpin(it) => asked.member(it.room, it, pins::unpin).await,
        Call::PinList(it) => asked.member(it.room, it, pins::list).await,
        Call::MessageSave(it) => asked.member(it.room, it, saved::save).await,
        Call::MessageUnsave(it) => asked.caller(it, saved::unsave).await,
        Call::SavedList(it) => asked.caller(it, saved::list).await,
        Call::MessagePreview(it) => asked.member(it.room, it, messages::preview).await,
        Call::MessageSearch(it) => asked.caller(it, search::messages).await,
        Call::FileList(it) => asked.member(it.room, it, files::list).await,
        Call::UploadLimits(it) => asked.caller(it, uploads::limits).await,
        Call::ThreadHistory(it) => asked.member(it.room, it, threads::history).await,
        Call::ThreadFollow(it) => asked.member(it.room, it, threads::follow).await,
        Call::ThreadUnfollow(it) => asked.member(it.room, it, threads::unfollow).await,
        Call::ThreadMark(it) => asked.member(it.room, it, threads::mark).await,
        Call::ThreadList(it) => asked.caller(it, threads::list).await,
        Call::CatchupPutAway(it) => asked.member(it.room, it, catchup::put_away).await,
        Call::CatchupList(it) => asked.caller(it, catchup::list).await,
        Call::MentionList(it) => asked.caller(it, mentions::list).await,
        Call::PreviewRemove(it) => asked.member(it.room, it, previews::remove).await,
        Call::ReactionAdd(it) => asked.member(it.room, it, reactions::add).await,
        Call::ReactionRemove(it) => asked.member(it.room, it, reactions::remove).await,
        Call::PollVote(it) => asked.member(it.room, it, polls::vote).await,
        Call::PollClose(it) => asked.member(it.room, it, polls::close).await,
        Call::PollMine(it) => asked.member(it.room, it, polls::mine).await,
        Call::ReadMark(it) => asked.member(it.room, it, reads::mark).await,
        Call::ReadRewind(it) => asked.member(it.room, it, reads::rewind).await,
        Call::ReadGet(it) => asked.member(it.room, it, reads::get).await,
        Call::DraftSet(it) => asked.member(it.room, it, drafts::set).await,
        Call::ScheduledCreate(it) => asked.member(it.room, it, scheduled::create).await,
        Call::ScheduledList(it) => asked.caller(it, scheduled::list).await,
        Call::ScheduledChange(it) => asked.caller(it, scheduled::change).await,
        Call::ScheduledDelete(it) => asked.caller(it, scheduled::delete).await,
        Call::ReminderSet(it) => asked.caller(it, reminders::set).await,
        Call::ReminderList(it) => asked.caller(it, reminders::list).await,
        Call::ReminderDone(it) => asked.caller(it, reminders::done).await,
        Call::Sync(it) => asked.caller(it, sync).await,
        Call::TypingStart(it) => asked.member(it.room, it, typing::start).await,
        Call::TypingStop(it) => asked.member(it.room, it, typing::stop).await,
        Call::PresenceSet(it) => asked.caller(it, presence::set).await,
        Call::PresenceWatch(it) => asked.caller(it, presence::watch).await,
    }
}

impl Asked<'_> {
    async fn anyone<R: Request>(
        &self,
        request: R,
        handler: impl AsyncFnOnce(&Chat, &Visitor, R) -> Answer<R>,
    ) -> Result<Answered, Fault> {
        self.visits(R::RATE)?;
        reply(&handler(self.chat, self.visitor, request).await?)
    }

    async fn newcomer<R: Request>(
        &self,
        request: R,
        handler: impl AsyncFnOnce(&Chat, &Visitor, R) -> Result<Admitted, Fault>,
    ) -> Result<Answered, Fault> {
        self.visits(R::RATE)?;
        Ok(Answered::Admitted(Box::new(handler(self.chat, self.visitor, request).await?)))
    }

    async fn caller<R: Request>(
        &self,
        request: R,
        handler: impl AsyncFnOnce(&Chat, &Caller, R) -> Answer<R>,
    ) -> Result<Answered, Fault> {
        let caller = self.admitted::<R>().await?;
        reply(&handler(self.chat, &caller, request).await?)
    }

    async fn member<R: Request>(
        &self,
        room: RoomId,
        request: R,
        handler: impl AsyncFnOnce(&Chat, &Member, R) -> Answer<R>,
    ) -> Result<Answered, Fault> {
        let caller = self.admitted::<R>().await?;
        let member = self.chat.member(&caller, room, R::WHO).await?;
        reply(&handler(self.chat, &member, request).await?)
    }

    /// Lets a call through that needs no session.
    fn visits(&self, rate: Rate) -> Result<(), Fault> {
        if self.socket.is_some() {
            return Err(Fault::refused(Code::BadRequest, "this call is made over HTTP, without a session"));
        }
        Ok(self.rates.take(rate, Payer::address(self.visitor.address))?)
    }

    /// Lets a call through that needs a session and a role in the workspace.
    async fn admitted<R: Request>(&self) -> Result<Caller, Fault> {
        let caller = self.signed_in(R::RATE).await?;
        match R::WHO {
            Who::Workspace(least) if caller.role() < least => {
                Err(Fault::refused(Code::Forbidden, "your role does not allow this"))
            }
            _ => Ok(caller),
        }
    }

    /// Who calls, once their limit of calls allows it.
    ///
    /// # Errors
    /// `unauthenticated`, `rate_limited`.
    pub(crate) async fn signed_in(&self, rate: Rate) -> Result<Caller, Fault> {
        let ticket = self.ticket.ok_or_else(|| Error::new(Code::Unauthenticated, "sign in first"))?;
        let caller = self.chat.authenticate(ticket).await?;
        let payer = match (rate, self.socket) {
            (Rate::Messages | Rate::Search | Rate::Uploads, _) => Payer::User(caller.user()),
            (Rate::SignIn, _) => Payer::address(self.visitor.address),
            (_, Some(socket)) => Payer::Socket(socket.0),
            (_, None) => Payer::Session(caller.session()),
        };
        self.rates.take(rate, payer)?;
        Ok(match self.socket {
            Some(socket) => caller.on(socket),
            None => caller,
        })
    }
}

fn reply(reply: &impl Serialize) -> Result<Answered, Fault> {
    told::json(reply).map(Answered::Reply).map_err(Fault::broken)
}
