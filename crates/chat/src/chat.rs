//! The handle to the chat: opens what is remembered, tells who calls and who is a member.

use std::path::PathBuf;
use std::sync::Arc;

use parlor_bus::Bus;
use parlor_images::{Job, Worker};
use parlor_protocol::calls::Who;
use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Code, Role, RoomId, limits};
use parlor_store::records::{Membership, Room, User, Workspace};
use parlor_store::write::sessions::MarkSeen;
use parlor_store::{Around, Command, SessionLife, Snapshot, Store};

use crate::backoff::Backoff;
use crate::clock::Clock;
use crate::credentials::Verifier;
use crate::fault::Fault;
use crate::herald::Herald;
use crate::memory::{Memory, Session, Standing};
use crate::mentions::RoomCalls;
use crate::pictures::Pictures;
use crate::presence::Presences;
use crate::previews::{Net, Previews};
use crate::proof::{Caller, Member, Ticket, least};
use crate::tokens::SetUpToken;
use crate::typing::Typists;
use crate::uploads::{self, Uploads};

/// With what a chat is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept: the databases, pictures, the set-up token. Created when missing, closed to others.
    pub data_dir: PathBuf,
    /// What tells the time.
    pub clock: Clock,
    /// Where pushes go. Subscribe before sockets connect.
    pub bus: Bus,
    /// Runs what publishes on the bus after a commit and then answers those who made it; usually only calls it.
    pub around: Around,
    /// A session that was not used for this long ends, in milliseconds; 14 days is usual.
    pub session_idle_ms: u64,
    /// A session ends after this long in any case, in milliseconds; 90 days is usual.
    pub session_life_ms: u64,
    /// What may be uploaded.
    pub uploads: UploadLimits,
    /// The net from which previews of links are fetched; `None` for no previews at all.
    pub previews: Option<Net>,
    /// Hosts that are never asked for previews: the server's own.
    pub own_hosts: Vec<String>,
    /// The program that works on pictures when it is started as `image-worker`: the server itself.
    pub program: PathBuf,
}

/// What may be uploaded, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct UploadLimits {
    /// One file; 25 MiB is usual.
    pub file_bytes: u64,
    /// All files of one user; 5 GiB is usual.
    pub quota_bytes: u64,
    /// What stays free on the disk; 1 GiB is usual.
    pub reserve_bytes: u64,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self { file_bytes: limits::FILE_BYTES, quota_bytes: 5 << 30, reserve_bytes: 1 << 30 }
    }
}

impl Options {
    /// This folder and bus, with the machine's clock.
    pub fn new(data_dir: impl Into<PathBuf>, bus: Bus) -> Self {
        let SessionLife { idle_ms: session_idle_ms, whole_ms: session_life_ms } = SessionLife::default();
        Self {
            data_dir: data_dir.into(),
            clock: Clock::system(),
            bus,
            around: |tell| tell(),
            session_idle_ms,
            session_life_ms,
            uploads: UploadLimits::default(),
            previews: None,
            own_hosts: Vec::new(),
            program: PathBuf::from("/proc/self/exe"),
        }
    }
}

/// The chat. Clones are handles to the same one.
#[derive(Clone)]
pub struct Chat {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    /// How long a session lives at most, in milliseconds.
    pub(crate) session_life_ms: u64,
    pub(crate) herald: Arc<Herald>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) verifier: Verifier,
    pub(crate) backoff: Arc<Backoff>,
    pub(crate) presences: Arc<Presences>,
    pub(crate) typists: Arc<Typists>,
    pub(crate) room_calls: Arc<RoomCalls>,
    /// Pictures of users.
    pub(crate) avatars: Pictures,
    /// Pictures of custom emoji.
    pub(crate) emoji: Pictures,
    pub(crate) uploads: Uploads,
    pub(crate) previews: Previews,
    pub(crate) set_up: Arc<SetUpToken>,
}

impl Chat {
    /// Opens the data folder, or creates it. Blocks for the time of a few file accesses.
    ///
    /// # Errors
    /// What the store says when the folder can't be used, in words for the operator.
    pub async fn open(options: Options) -> Result<Self, Fault> {
        let Options { data_dir, clock, bus, session_idle_ms, session_life_ms, uploads, .. } = options;
        let memory = Arc::new(Memory::default());
        let previews = Previews::new(options.previews, options.own_hosts);
        let herald = Arc::new(Herald::new(bus, Arc::clone(&memory), Arc::clone(&previews.wanted)));
        let time = clock.clone();
        let mut store_options = parlor_store::Options::new(Arc::new(move || time.now_ms()));
        store_options.sessions = SessionLife { idle_ms: session_idle_ms, whole_ms: session_life_ms };
        store_options.around = options.around;
        let teller = Arc::clone(&herald);
        let store = Store::open(&data_dir, store_options, move |published| teller.tell(published))
            .map_err(Fault::broken)?;
        let worker = Worker::new(options.program);
        let done = store.read(Snapshot::workspace).await?.is_some();
        Ok(Self {
            store,
            clock,
            session_life_ms,
            herald,
            memory,
            verifier: Verifier::new(),
            backoff: Arc::default(),
            presences: Arc::default(),
            typists: Arc::default(),
            room_calls: Arc::default(),
            avatars: Pictures::open(data_dir.join("avatars"), worker.clone(), Job::Avatar)?,
            emoji: Pictures::open(data_dir.join("emoji"), worker.clone(), Job::Emoji)?,
            uploads: Uploads::open(&data_dir, uploads, worker)?,
            previews,
            set_up: Arc::new(SetUpToken::open(&data_dir, done)?),
        })
    }

    /// The token of the set-up link, until set-up is done. It is kept in the data folder, readable by its owner only.
    pub fn set_up_token(&self) -> Option<String> {
        self.set_up.get()
    }

    /// Tells who holds this ticket. Answered from memory as a rule, so it is cheap enough for every call.
    ///
    /// # Errors
    /// `unauthenticated` without a session that lives.
    pub async fn authenticate(&self, ticket: &Ticket) -> Result<Caller, Fault> {
        let token = ticket.hash();
        let now_ms = self.clock.now_ms();
        let session = if let Some(session) = self.memory.session(&token, now_ms) {
            session
        } else {
            let generation = self.memory.generation();
            let found = self.store.read(move |snapshot| snapshot.signed_in(&token)).await?;
            let session = Session::from(found.as_ref().ok_or_else(signed_out)?);
            self.memory.keep_session(generation, token, session, now_ms);
            session
        };
        if session.ends_at_ms.is_some_and(|ends_at_ms| ends_at_ms <= now_ms) {
            return Err(signed_out());
        }
        let Session { id, user, role, bot, ends_at_ms } = session;
        Ok(Caller { user, session: id, role, bot, socket: None, ends_at_ms })
    }

    /// Looks the caller's membership up, and whether their role suffices for the rule of a call.
    ///
    /// # Errors
    /// `not_found` for a room that is not theirs or not there, `forbidden` for too low a role.
    pub async fn member(&self, caller: &Caller, room: RoomId, who: Who) -> Result<Member, Fault> {
        let user = caller.user;
        let standing = if let Some(standing) = self.memory.standing(user, room) {
            standing
        } else {
            let generation = self.memory.generation();
            let found = self.store.read(move |snapshot| snapshot.member(user, room)).await?;
            let standing = standing(&found.ok_or_else(no_such_room)?);
            self.memory.keep_standing(generation, user, room, standing);
            standing
        };
        // What is one's own asks for no more than being a member; the call itself looks at whose it is.
        let demanded = if matches!(who, Who::OwnOr(_)) { Role::Guest } else { least(who) };
        if standing.role < demanded {
            return Err(Fault::refused(Code::Forbidden, "your role in this room does not allow this"));
        }
        let Standing { role, direct, writes } = standing;
        Ok(Member { caller: caller.clone(), room, role, direct, writes })
    }

    /// The rooms to which a socket of this caller is subscribed when it connects: those of their memberships.
    /// Changes after that are told over the bus, so listen to it first.
    pub async fn rooms_of(&self, caller: &Caller) -> Result<Vec<RoomId>, Fault> {
        let user = caller.user;
        Ok(self.store.read(move |snapshot| snapshot.room_ids_of(user)).await?)
    }

    /// Pushes `room:head` to the rooms that changed since the last call. Call it every 5 seconds.
    pub fn beat(&self) {
        self.herald.beat();
    }

    /// Ends sessions that expired, notes who was seen, deletes files that nobody may see any more, forgets what memory need not hold. Call it every minute.
    pub async fn sweep(&self) -> Result<(), Fault> {
        let now_ms = self.clock.now_ms();
        self.typists.sweep(now_ms);
        self.room_calls.sweep(now_ms);
        let mut seen = self.memory.take_seen();
        seen.extend(self.presences.sessions(now_ms).into_iter().map(|session| (session, now_ms)));
        self.store.write(MarkSeen { seen: seen.into_iter().collect() }).await?;
        uploads::sweep(self).await
    }

    /// Waits until every message that was acknowledged by now can be found by a search.
    pub async fn indexed(&self) {
        self.store.indexed().await;
    }

    /// Waits until everything that was acknowledged is in its files, and closes them.
    pub async fn close(&self) {
        if let Err(fault) = self.sweep().await {
            tracing::warn!(%fault, "who was seen last could not be noted");
        }
        self.store.close().await;
    }

    /// The workspace; `None` before set-up.
    pub(crate) async fn workspace(&self) -> Result<Option<Workspace>, Fault> {
        Ok(self.store.read(Snapshot::workspace).await?)
    }

    /// Writes a command that changes a user, and tells everyone who shares a room with them.
    pub(crate) async fn write_user<C: Command<Done = User>>(&self, command: C) -> Result<User, Fault> {
        let user = self.store.write(command).await?;
        self.tell_user(&user).await?;
        Ok(user)
    }

    /// Tells everyone who shares a room with this user, and the user, what they are now.
    pub(crate) async fn tell_user(&self, user: &User) -> Result<(), Fault> {
        let id = user.id;
        let rooms = self.store.read(move |snapshot| snapshot.rooms_of(id)).await?;
        let rooms = rooms.into_iter().map(|membership| membership.room.id.get()).collect();
        let told = crate::wire::user(user.clone());
        self.herald.send_about(id, rooms, "user:changed", &told);
        Ok(())
    }
}

fn standing(membership: &Membership) -> Standing {
    let Room { kind, style, archived, .. } = membership.room;
    let silent = style == RoomStyle::ReadOnly && membership.role < Role::Moderator;
    Standing { role: membership.role, direct: kind == RoomKind::Direct, writes: !archived && !silent }
}

fn signed_out() -> Fault {
    Fault::refused(Code::Unauthenticated, "sign in: there is no session, or it has ended")
}

/// What is told of rooms that are not the caller's, whether they exist or not.
pub(crate) fn no_such_room() -> Fault {
    Fault::refused(Code::NotFound, "there is no such room, or you are not in it")
}
