//! The table of calls: name, request, reply, who may, and which rate limit counts. This table is the contract.
//!
//! Each call works over a socket (`emit(name, request, ack)`) and over HTTP (`POST /api/{name}` with the request as
//! JSON) alike; those that anyone may make are HTTP only, because a socket has a session. The ack is
//! `{"ok": reply}` or `{"err": error}`; over HTTP the reply itself, or the error with its status.

use serde::Serialize;
use serde::de::DeserializeOwned;
use ts_rs::TS;

use crate::catchup::{AllPutAway, CatchupList, CatchupPutAway};
use crate::emoji::{CustomEmoji, EmojiList, EmojiRemove};
use crate::errors::{Code, Error};
use crate::files::{FileList, Files, UploadLimits, UploadRoom};
use crate::later::{
    DraftSet, Reminder, ReminderDone, ReminderList, ReminderSet, Reminders, Scheduled, ScheduledChange,
    ScheduledCreate, ScheduledDelete, ScheduledList, ScheduledMessages,
};
use crate::live::{PresenceSet, PresenceWatch, Presences, TypingStart, TypingStop};
use crate::messages::{
    Found, MessageDelete, MessageEdit, MessageGet, MessagePreview, MessageSearch, MessageSend,
    MessageVersions, Messages, Page, Preview, ReactionAdd, ReactionRemove, ReadGet, ReadMark, ReadRewind,
    RoomHistory, Unread, Versions,
};
use crate::people::{
    BotCreate, BotRotate, BotToken, Done, PasswordChange, ProfileChange, Role, SessionCreate, SessionEnd,
    SessionList, SessionRevoke, SessionRevokeOthers, Sessions, SettingsChange, SignedIn, User,
    UserChangeRole, UserDisable, UserEnable, UserGet, UserList, Users,
};
use crate::pins::{MessagePin, MessageUnpin, PinList, Pins};
use crate::polls::{PollChoices, PollClose, PollMine, PollVote};
use crate::preferences::RoomPrefer;
use crate::previews::PreviewRemove;
use crate::recoveries::{RecoveryAccept, RecoveryCreate, RecoveryCreated, RecoveryGet, RecoveryPreview};
use crate::rooms::{
    MemberAdd, MemberChange, MemberList, MemberRemove, Members, RoomChange, RoomCreate, RoomDirect, RoomJoin,
    RoomLeave, RoomList, RoomOpened, Rooms, Written,
};
use crate::saved::{MessageSave, MessageUnsave, Saved, SavedList};
use crate::sync::{Sync, Synced};
use crate::threads::{
    MentionList, Mentions, ThreadFollow, ThreadHistory, ThreadList, ThreadMark, ThreadUnfollow, Threads,
};
use crate::workspace::{
    GuestJoin, InviteAccept, InviteCreate, InviteCreated, InviteGet, InviteList, InvitePreview, InviteRevoke,
    Invites, Lobby, LobbyGet, Workspace, WorkspaceChange, WorkspaceSetUp,
};

/// Who may make a call. The one table of rights: every handler is behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anyone, also without a session. HTTP only.
    Anyone,
    /// Whoever is signed in and has at least this role in the workspace.
    Workspace(Role),
    /// A member of the room named in the request, with at least this role there.
    Room(Role),
    /// As `Room(Guest)` for what is the caller's own (a message), at least this role for others'.
    OwnOr(Role),
}

/// Which bucket of the rate limits a call takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rate {
    /// Any call: 20 a second for each socket, 40 at once.
    Calls,
    /// Messages, edits and reactions: 5 a second for each user, 20 at once.
    Messages,
    /// Syncs: 2 a second for each socket, 6 at once.
    Sync,
    /// Searches: 1 a second for each user, 5 at once.
    Search,
    /// Typing and presence: 2 a second for each socket, 10 at once; more are dropped.
    Live,
    /// Uploads that begin: 20 a minute for each user.
    Uploads,
    /// Reading files and pictures: 50 a second for each session, 200 at once.
    Files,
    /// Signing in or up: 20 a minute for each address, and slower after each failure on an account.
    SignIn,
}

/// A call's request: it knows its name, its reply and its rule.
pub trait Request: DeserializeOwned + TS + Send + 'static {
    /// Name on the wire: imperative `noun:verb`.
    const NAME: &'static str;
    /// Who may make it.
    const WHO: Who;
    /// Which rate limit counts.
    const RATE: Rate;
    /// What is answered.
    type Reply: Serialize + DeserializeOwned + TS + Send + 'static;
}

/// One row of the table, for what is generated from it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Name on the wire.
    pub name: &'static str,
    /// Name of the request's type.
    pub request: &'static str,
    /// Name of the reply's type.
    pub reply: &'static str,
    /// Who may make it.
    pub who: Who,
    /// Which rate limit counts.
    pub rate: Rate,
}

macro_rules! calls {
    ($($name:literal $request:ident => $reply:ident, $who:expr, $rate:ident;)+) => {
        /// A call that was read from the wire: one variant for each row of the table.
        #[derive(Debug)]
        pub enum Call {
            $(#[doc = concat!("`", $name, "`")] $request($request),)+
        }

        impl Call {
            /// Every row of the table, in its order.
            pub const TABLE: &'static [Row] = &[$(Row {
                name: $name,
                request: stringify!($request),
                reply: stringify!($reply),
                who: $who,
                rate: Rate::$rate,
            }),+];

            /// Reads the call of this name from its request's JSON.
            ///
            /// # Errors
            /// `bad_request` for a name that is not in the table and for JSON of another shape.
            pub fn decode(name: &str, json: &str) -> Result<Self, Error> {
                match name {
                    $($name => Self::read(json).map(Self::$request),)+
                    _ => Err(Error::new(Code::BadRequest, "there is no call of this name; docs/protocol lists them")),
                }
            }

            /// Name of the call on the wire.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$request(_) => $name,)+ }
            }
        }

        $(impl Request for $request {
            const NAME: &'static str = $name;
            const WHO: Who = $who;
            const RATE: Rate = Rate::$rate;
            type Reply = $reply;
        })+

        /// Visits the request and the reply type of every row.
        pub(crate) fn visit(visitor: &mut impl ts_rs::TypeVisitor) {
            $(visitor.visit::<$request>(); visitor.visit::<$reply>();)+
        }
    };
}

use Role::{Admin, Guest, Member, Moderator};
use Who::{Anyone, OwnOr, Room, Workspace as Ws};

calls! {
    "lobby:get" LobbyGet => Lobby, Anyone, Calls;
    "workspace:set_up" WorkspaceSetUp => SignedIn, Anyone, SignIn;
    "workspace:change" WorkspaceChange => Workspace, Ws(Admin), Calls;
    "emoji:list" EmojiList => CustomEmoji, Ws(Guest), Calls;
    "emoji:remove" EmojiRemove => Done, Ws(Moderator), Calls;
    "session:create" SessionCreate => SignedIn, Anyone, SignIn;
    "session:end" SessionEnd => Done, Ws(Guest), Calls;
    "session:list" SessionList => Sessions, Ws(Guest), Calls;
    "session:revoke" SessionRevoke => Done, Ws(Guest), Calls;
    "session:revoke_others" SessionRevokeOthers => Done, Ws(Guest), Calls;
    "guest:join" GuestJoin => SignedIn, Anyone, SignIn;
    "invite:get" InviteGet => InvitePreview, Anyone, SignIn;
    "invite:accept" InviteAccept => SignedIn, Anyone, SignIn;
    "invite:create" InviteCreate => InviteCreated, Ws(Admin), Calls;
    "invite:list" InviteList => Invites, Ws(Admin), Calls;
    "invite:revoke" InviteRevoke => Done, Ws(Admin), Calls;
    "password:change" PasswordChange => Done, Ws(Member), SignIn;
    "recovery:get" RecoveryGet => RecoveryPreview, Anyone, SignIn;
    "recovery:accept" RecoveryAccept => SignedIn, Anyone, SignIn;
    "recovery:create" RecoveryCreate => RecoveryCreated, Ws(Admin), Calls;
    "profile:change" ProfileChange => User, Ws(Guest), Calls;
    "settings:change" SettingsChange => Done, Ws(Guest), Calls;
    "user:get" UserGet => Users, Ws(Guest), Calls;
    "user:list" UserList => Users, Ws(Guest), Calls;
    "user:change_role" UserChangeRole => User, Ws(Admin), Calls;
    "user:disable" UserDisable => User, Ws(Admin), Calls;
    "user:enable" UserEnable => User, Ws(Admin), Calls;
    "bot:create" BotCreate => BotToken, Ws(Admin), Calls;
    "bot:rotate" BotRotate => BotToken, Ws(Admin), Calls;
    "room:create" RoomCreate => RoomOpened, Ws(Member), Calls;
    "room:direct" RoomDirect => RoomOpened, Ws(Member), Calls;
    "room:list" RoomList => Rooms, Ws(Guest), Calls;
    "room:join" RoomJoin => Written, Ws(Guest), Calls;
    "room:leave" RoomLeave => Written, Room(Guest), Calls;
    "room:change" RoomChange => Written, Room(Moderator), Calls;
    "room:history" RoomHistory => Page, Room(Guest), Calls;
    "room:prefer" RoomPrefer => Done, Ws(Guest), Calls;
    "member:list" MemberList => Members, Room(Guest), Calls;
    "member:add" MemberAdd => Written, Room(Member), Calls;
    "member:remove" MemberRemove => Written, Room(Moderator), Calls;
    "member:change" MemberChange => Written, Room(Moderator), Calls;
    "message:send" MessageSend => Written, Room(Guest), Messages;
    "message:edit" MessageEdit => Written, Room(Guest), Messages;
    "message:delete" MessageDelete => Written, OwnOr(Moderator), Messages;
    "message:get" MessageGet => Messages, Room(Guest), Calls;
    "message:versions" MessageVersions => Versions, Room(Guest), Calls;
    "message:pin" MessagePin => Written, Room(Member), Messages;
    "message:unpin" MessageUnpin => Written, Room(Member), Messages;
    "pin:list" PinList => Pins, Room(Guest), Calls;
    "message:save" MessageSave => Done, Room(Guest), Calls;
    "message:unsave" MessageUnsave => Done, Ws(Guest), Calls;
    "saved:list" SavedList => Saved, Ws(Guest), Calls;
    "message:preview" MessagePreview => Preview, Room(Guest), Calls;
    "message:search" MessageSearch => Found, Ws(Guest), Search;
    "file:list" FileList => Files, Room(Guest), Calls;
    "upload:limits" UploadLimits => UploadRoom, Ws(Guest), Calls;
    "thread:history" ThreadHistory => Page, Room(Guest), Calls;
    "thread:follow" ThreadFollow => Written, Room(Guest), Calls;
    "thread:unfollow" ThreadUnfollow => Written, Room(Guest), Calls;
    "thread:mark" ThreadMark => Unread, Room(Guest), Calls;
    "thread:list" ThreadList => Threads, Ws(Guest), Calls;
    "catchup:put_away" CatchupPutAway => Written, Room(Guest), Calls;
    "catchup:list" CatchupList => AllPutAway, Ws(Guest), Calls;
    "mention:list" MentionList => Mentions, Ws(Guest), Calls;
    "preview:remove" PreviewRemove => Written, OwnOr(Moderator), Messages;
    "reaction:add" ReactionAdd => Written, Room(Guest), Messages;
    "reaction:remove" ReactionRemove => Written, Room(Guest), Messages;
    "poll:vote" PollVote => Written, Room(Guest), Messages;
    "poll:close" PollClose => Written, OwnOr(Moderator), Messages;
    "poll:mine" PollMine => PollChoices, Room(Guest), Calls;
    "read:mark" ReadMark => Unread, Room(Guest), Calls;
    "read:rewind" ReadRewind => Unread, Room(Guest), Calls;
    "read:get" ReadGet => Unread, Room(Guest), Calls;
    "draft:set" DraftSet => Done, Room(Guest), Calls;
    "scheduled:create" ScheduledCreate => Scheduled, Room(Guest), Messages;
    "scheduled:list" ScheduledList => ScheduledMessages, Ws(Guest), Calls;
    "scheduled:change" ScheduledChange => Scheduled, Ws(Guest), Messages;
    "scheduled:delete" ScheduledDelete => Done, Ws(Guest), Calls;
    "reminder:set" ReminderSet => Reminder, Ws(Guest), Calls;
    "reminder:list" ReminderList => Reminders, Ws(Guest), Calls;
    "reminder:done" ReminderDone => Done, Ws(Guest), Calls;
    "sync" Sync => Synced, Ws(Guest), Sync;
    "typing:start" TypingStart => Done, Room(Guest), Live;
    "typing:stop" TypingStop => Done, Room(Guest), Live;
    "presence:set" PresenceSet => Done, Ws(Guest), Live;
    "presence:watch" PresenceWatch => Presences, Ws(Guest), Live;
}

impl Call {
    /// The row of this name.
    pub fn named(name: &str) -> Option<&'static Row> {
        Self::TABLE.iter().find(|row| row.name == name)
    }

    fn read<R: Request>(json: &str) -> Result<R, Error> {
        serde_json::from_str(json)
            .map_err(|error| Error::new(Code::BadRequest, format!("{}: {error}", R::NAME)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_a_name_of_its_own() {
        let mut names: Vec<_> = Call::TABLE.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Call::TABLE.len());
    }

    #[test]
    fn a_request_with_an_unknown_field_is_refused_by_its_name() {
        let error = Call::decode("typing:start", r#"{"room":"1","as":"2"}"#).unwrap_err();
        assert_eq!(error.code, Code::BadRequest);
        assert!(error.message.contains("typing:start") && error.message.contains("as"), "{}", error.message);
    }
}
