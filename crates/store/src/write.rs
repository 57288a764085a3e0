//! Commands: one struct for each durable change, grouped by noun. [`Store::write`](crate::Store::write) takes them.
//!
//! Each command that somebody gives names its [`Actor`], whose right to it is checked in the same transaction.

pub mod bots;
pub mod catchup;
pub mod drafts;
pub mod emoji;
pub mod files;
pub mod forwards;
pub mod invites;
pub mod members;
pub mod messages;
pub mod pins;
pub mod polls;
pub mod preferences;
pub mod previews;
pub mod reactions;
pub mod reads;
pub mod recoveries;
pub mod reminders;
pub mod rooms;
pub mod saved;
pub mod scheduled;
pub mod sessions;
pub mod threads;
pub mod users;
pub mod workspace;

use parlor_protocol::{Role, SessionId, UserId};

use crate::refused::Fault;
use crate::tx::Tx;

/// Who gives a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// The session it was given with, which must still be valid; `None` for the program's own doing.
    pub session: Option<SessionId>,
    /// The least role that is demanded, in the workspace or in the room as the command says.
    pub least: Role,
}

/// One durable change. Only this crate implements it.
pub trait Command: sealed::Sealed + Send + 'static {
    /// What is answered once it is on disk.
    type Done: Send + 'static;

    /// Does it inside the writer's transaction. May be called again if the transaction has to be repeated.
    #[doc(hidden)]
    fn apply(&self, tx: &mut Tx<'_>) -> Result<Self::Done, Fault>;
}

mod sealed {
    /// Keeps [`Command`](super::Command) to this crate.
    pub trait Sealed {}

    macro_rules! seal {
        ($($noun:ident { $($command:ident),+ })+) => {
            $($(impl Sealed for super::$noun::$command {})+)+
        };
    }

    seal! {
        bots { CreateBot, RotateBot }
        catchup { PutAwayUnread }
        drafts { SetDraft }
        emoji { AddEmoji, RemoveEmoji }
        files { CreateUpload, FinishUpload, DropUpload, CondemnFiles, ForgetFiles }
        invites { CreateInvite, RevokeInvite, RenewStandingLink, AcceptInvite, JoinAsGuest }
        members { JoinRoom, LeaveRoom, AddMembers, RemoveMember, ChangeMember }
        messages { SendMessage, EditMessage, DeleteMessage }
        reactions { AddReaction, RemoveReaction }
        pins { PinMessage, UnpinMessage }
        preferences { PreferRooms }
        previews { PlacePicture, SetPreviews, RemovePreview }
        polls { Vote, ClosePoll }
        reads { MarkRead, RewindRead }
        recoveries { CreateRecovery, AcceptRecovery }
        reminders { SetReminder, RingReminder, EndReminder }
        rooms { CreateRoom, OpenDirect, ChangeRoom }
        saved { SaveMessage, UnsaveMessage }
        scheduled { CreateScheduled, ChangeScheduled, DeleteScheduled, SendScheduled, ReturnScheduled }
        sessions { CreateSession, EndSession, EndOtherSessions, MarkSeen }
        threads { FollowThread, UnfollowThread, MarkThread }
        users {
            ChangeProfile, ChangeSettings, ChangePassword, RehashPassword, ResetPassword, ChangeUserRole, DisableUser,
            EnableUser
        }
        workspace { SetUp, ChangeWorkspace }
    }
}
