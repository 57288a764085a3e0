//! A workspace for tests: a store on a temporary directory with a clock moved by hand, and fixed people in the lobby.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use parlor_protocol::files::{FileKind, UploadMedia};
use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::workspace::Door;
use parlor_protocol::{FileId, Nonce, Role, RoomId, Seq, SessionId, UserId};
use parlor_store::records::{File, Message, MessageText, Preview, Room, Upload, Written};
use parlor_store::write::files::{Attach, CreateUpload, FinishUpload};
use parlor_store::write::invites::JoinAsGuest;
use parlor_store::write::members::{AddMembers, JoinRoom};
use parlor_store::write::messages::SendMessage;
use parlor_store::write::rooms::CreateRoom;
use parlor_store::write::sessions::{Entered, NewSession};
use parlor_store::write::users::{DisplayName, NewUser};
use parlor_store::write::workspace::{ChangeWorkspace, SetUp};
use parlor_store::{Actor, Command, Options, Published, Refused, Snapshot, Store, TokenHash};
use tempfile::TempDir;

pub(crate) const START_MS: u64 = 1_800_000_000_000;
pub(crate) const DAY_MS: u64 = 24 * 3_600_000;

/// Somebody with a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) session: SessionId,
}

impl Person {
    /// As this person, where at least this role is demanded.
    pub(crate) fn at_least(self, least: Role) -> Actor {
        Actor { user: self.id, session: Some(self.session), least }
    }

    /// As this person, where any member will do.
    pub(crate) fn acts(self) -> Actor {
        self.at_least(Role::Guest)
    }
}

/// The workspace.
pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) ana: Person,
    pub(crate) lobby: RoomId,
    pub(crate) told: Arc<Mutex<Vec<Published>>>,
    pub(crate) now_ms: Arc<AtomicU64>,
    dir: Arc<TempDir>,
    nonces: AtomicUsize,
}

/// The options that tests open a store with.
pub(crate) fn options(now_ms: &Arc<AtomicU64>) -> Options {
    let now_ms = Arc::clone(now_ms);
    let mut options = Options::new(Arc::new(move || now_ms.load(Ordering::Relaxed)));
    options.reserve_bytes = 0;
    options
}

/// A plain text as chat would give it.
pub(crate) fn text(text: &str) -> MessageText {
    MessageText { text: text.into(), html: format!("<p>{text}</p>").into(), ..MessageText::default() }
}

pub(crate) fn nonce(text: &str) -> Nonce {
    Nonce::new(text).unwrap()
}

/// A newcomer of this name, with a password.
pub(crate) fn user(name: &str) -> NewUser {
    let display = DisplayName { name: name.to_owned(), skeleton: name.to_lowercase() };
    NewUser { username: name.to_lowercase(), name: display, password: Some(format!("hash of {name}")) }
}

pub(crate) fn device(name: &str) -> NewSession {
    NewSession { token: TokenHash::of(name), device: "test".to_owned() }
}

pub(crate) fn set_up() -> SetUp {
    SetUp {
        workspace: "The House".to_owned(),
        owner: user("Ana"),
        session: device("Ana"),
        bot: NewUser { password: None, ..user("Parlor") },
        lobby: "lobby".to_owned(),
        welcome: text("Welcome"),
        standing: "standing".to_owned(),
    }
}

impl House {
    /// A new workspace, with ana as its owner in the lobby.
    pub(crate) async fn new() -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let (told, now_ms) = (Arc::default(), Arc::new(AtomicU64::new(START_MS)));
        let store = open(dir.path(), &told, &now_ms);
        let entered = store.write(set_up()).await.unwrap();
        let workspace = store.read(Snapshot::workspace).await.unwrap().unwrap();
        let ana = Person { id: entered.user.id, session: entered.session };
        Self { store, ana, lobby: workspace.lobby, told, now_ms, dir, nonces: AtomicUsize::new(0) }
    }

    /// Closes the store and opens it again.
    pub(crate) async fn reopen(&mut self) {
        self.store.close().await;
        self.store = open(self.dir.path(), &self.told, &self.now_ms);
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A nonce that nobody has used.
    pub(crate) fn nonce(&self) -> Nonce {
        nonce(&format!("n{}", self.nonces.fetch_add(1, Ordering::Relaxed)))
    }

    /// Forgets what was told until now.
    pub(crate) fn listen(&self) {
        self.told.lock().unwrap().clear();
    }

    /// What was told since the last `listen`.
    pub(crate) fn heard(&self) -> Vec<Published> {
        self.told.lock().unwrap().clone()
    }

    pub(crate) async fn write<C: Command>(&self, command: C) -> Result<C::Done, Refused> {
        self.store.write(command).await
    }

    /// A new member, through the standing link.
    pub(crate) async fn member(&self, name: &str) -> Person {
        self.door(Door::Link).await;
        let accept = parlor_store::write::invites::AcceptInvite {
            token: TokenHash::of("standing"),
            user: user(name),
            session: device(name),
        };
        person(&self.write(accept).await.unwrap())
    }

    /// A new guest, through the guest door.
    pub(crate) async fn guest(&self, name: &str) -> Person {
        self.door(Door::Guest).await;
        let user = NewUser { password: None, ..user(name) };
        person(&self.write(JoinAsGuest { user, session: device(name) }).await.unwrap())
    }

    pub(crate) async fn door(&self, door: Door) {
        let change = ChangeWorkspace { actor: self.ana.acts(), name: None, door: Some(door) };
        self.write(change).await.unwrap();
    }

    /// A room of this name that `by` made.
    pub(crate) async fn room(&self, by: Person, kind: RoomKind, name: &str) -> Room {
        self.write(self.new_room(by, kind, name)).await.unwrap()
    }

    pub(crate) fn new_room(&self, by: Person, kind: RoomKind, name: &str) -> CreateRoom {
        CreateRoom {
            actor: by.acts(),
            nonce: self.nonce(),
            kind,
            style: RoomStyle::Chat,
            name: name.to_owned(),
            topic: String::new(),
            guests: false,
            members: Vec::new(),
        }
    }

    pub(crate) async fn join(&self, who: Person, room: RoomId) -> Result<Written, Refused> {
        self.write(JoinRoom { actor: who.acts(), nonce: self.nonce(), room }).await
    }

    pub(crate) async fn add(&self, by: Person, room: RoomId, users: &[UserId]) -> Result<Written, Refused> {
        self.write(AddMembers { actor: by.acts(), nonce: self.nonce(), room, users: users.to_vec() }).await
    }

    pub(crate) fn message(&self, by: Person, room: RoomId, words: &str) -> SendMessage {
        SendMessage {
            actor: by.acts(),
            room,
            nonce: self.nonce(),
            text: text(words),
            reply_to: None,
            files: Vec::new(),
            forward: None,
            poll: None,
            thread: None,
        }
    }

    pub(crate) async fn send(&self, by: Person, room: RoomId, words: &str) -> Seq {
        self.write(self.message(by, room, words)).await.unwrap().seq
    }

    /// Begins an upload of this many bytes, to be posted in this room.
    pub(crate) fn new_upload(by: Person, room: RoomId, bytes: u64) -> CreateUpload {
        let (name, mime) = ("plan.txt".to_owned(), "text/plain".to_owned());
        let (media, quota_bytes) = (UploadMedia::default(), 1_000);
        CreateUpload { actor: by.acts(), room, name, bytes, mime, media, quota_bytes }
    }

    /// A finished file of ten bytes that is in no message yet.
    pub(crate) async fn upload(&self, by: Person, room: RoomId) -> Result<FileId, Refused> {
        let upload = self.write(Self::new_upload(by, room, 10)).await?;
        let file = document(&upload);
        Ok(self.write(FinishUpload { actor: by.acts(), file }).await?.id)
    }

    /// Writes a text as chat would give it, and answers with its seq.
    pub(crate) async fn send_text(&self, by: Person, room: RoomId, text: MessageText) -> Seq {
        self.write(SendMessage { text, ..self.message(by, room, "") }).await.unwrap().seq
    }

    /// The message as it is now.
    pub(crate) async fn look(&self, room: RoomId, seq: Seq) -> Message {
        let found = self.store.read(move |snapshot| snapshot.messages(room, &[seq])).await.unwrap();
        found.into_iter().next().unwrap()
    }

    pub(crate) async fn head(&self, room: RoomId) -> Seq {
        self.store.read(move |snapshot| snapshot.head(room)).await.unwrap().unwrap()
    }
}

/// What an upload becomes that is nothing special.
pub(crate) fn document(upload: &Upload) -> File {
    File {
        id: upload.id,
        name: upload.name.clone(),
        bytes: upload.bytes,
        kind: FileKind::Document,
        mime: "text/plain".to_owned(),
        width: None,
        height: None,
        blur: None,
        duration_ms: None,
        waveform: None,
        alt: String::new(),
    }
}

/// What the page of this number says of itself.
pub(crate) fn preview(page: u8) -> Preview {
    Preview {
        url: format!("https://pages.example/{page}"),
        title: format!("Page {page}"),
        text: String::new(),
        site: "Pages".to_owned(),
        picture: None,
    }
}

/// A file as it goes into a message.
pub(crate) fn attached(id: FileId) -> Attach {
    Attach { id, alt: "a plan".to_owned() }
}

pub(crate) fn person(entered: &Entered) -> Person {
    Person { id: entered.user.id, session: entered.session }
}

pub(crate) fn open(dir: &Path, told: &Arc<Mutex<Vec<Published>>>, now_ms: &Arc<AtomicU64>) -> Store {
    let told = Arc::clone(told);
    Store::open(dir, options(now_ms), move |published| told.lock().unwrap().extend_from_slice(published))
        .unwrap()
}
