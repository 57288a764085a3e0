//! The handle to the chat: opens the store, tells who calls and who is a member.

use std::path::PathBuf;

use parlor_bus::Bus;
use parlor_protocol::RoomId;
use parlor_protocol::calls::Who;

use crate::clock::Clock;
use crate::fault::Fault;
use crate::proof::{Caller, Member, Ticket};

/// With what a chat is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept: the databases, pictures, the set-up token. Created when missing, closed to others.
    pub data_dir: PathBuf,
    /// What tells the time.
    pub clock: Clock,
    /// Where pushes go.
    pub bus: Bus,
    /// A session that was not used for this long ends, in milliseconds; 14 days is usual.
    pub session_idle_ms: u64,
    /// A session ends after this long in any case, in milliseconds; 90 days is usual.
    pub session_life_ms: u64,
}

impl Options {
    /// The usual options for this folder and bus.
    pub fn new(data_dir: impl Into<PathBuf>, bus: Bus) -> Self {
        const DAY_MS: u64 = 24 * 60 * 60 * 1000;
        Self {
            data_dir: data_dir.into(),
            clock: Clock::system(),
            bus,
            session_idle_ms: 14 * DAY_MS,
            session_life_ms: 90 * DAY_MS,
        }
    }
}

/// The chat. Clones are handles to the same one.
#[derive(Clone)]
pub struct Chat {}

impl Chat {
    /// Opens the data folder, or creates it. Blocks for the time of a few file accesses.
    ///
    /// # Errors
    /// What the store says when the folder can't be used, in words for the operator.
    pub fn open(options: Options) -> Result<Self, Fault> {
        pending(options)
    }

    /// The token of the set-up link, until set-up is done. It is kept in the data folder, readable by its owner only.
    pub fn set_up_token(&self) -> Option<String> {
        None
    }

    /// Tells who holds this ticket. Answered from memory as a rule, so it is cheap enough for every call.
    ///
    /// # Errors
    /// `unauthenticated` without a session that lives.
    pub async fn authenticate(&self, ticket: &Ticket) -> Result<Caller, Fault> {
        pending(ticket)
    }

    /// Looks the caller's membership up, and whether their role suffices for the rule of a call.
    ///
    /// # Errors
    /// `not_found` for a room that is not theirs or not there, `forbidden` for too low a role.
    pub async fn member(&self, caller: &Caller, room: RoomId, who: Who) -> Result<Member, Fault> {
        pending((caller, room, who))
    }

    /// The rooms to which a socket of this caller is subscribed when it connects: those of their memberships.
    /// Changes after that are told over the bus, so listen to it first.
    pub async fn rooms_of(&self, caller: &Caller) -> Result<Vec<RoomId>, Fault> {
        pending(caller)
    }

    /// Pushes `room:head` to the rooms that changed since the last call. Call it every 5 seconds.
    pub fn beat(&self) {}

    /// Ends sessions that expired, notes who was seen, forgets what memory need not hold. Call it every minute.
    pub async fn sweep(&self) -> Result<(), Fault> {
        pending(())
    }

    /// Waits until everything that was acknowledged is in its files, and closes them.
    pub async fn close(&self) {}
}

pub(crate) fn pending<A, T>(_: A) -> Result<T, Fault> {
    Err(Fault::broken("not there yet"))
}
