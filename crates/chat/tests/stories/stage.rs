//! The stage of the stories: a chat that was set up by ana, where ben came by an invite, and ears that hear pushes.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use parlor_bus::{Bus, Delivery, Push, Topic, Whose};
use parlor_chat::{
    Admitted, Caller, Chat, Clock, Fault, Member, Options, Ticket, Visitor, guests, invites, lobby, messages,
    rooms, workspace,
};
use parlor_protocol::calls::Who;
use parlor_protocol::messages::MessageSend;
use parlor_protocol::rooms::{RoomCreate, RoomJoin, RoomKind, RoomList, RoomStyle};
use parlor_protocol::workspace::{
    Door, GuestJoin, InviteAccept, InviteCreate, InviteCreated, LobbyGet, WorkspaceChange, WorkspaceSetUp,
};
use parlor_protocol::{Code, Nonce, Request, Role, RoomId, Seq, UserId};
use serde_json::Value;
use tempfile::TempDir;

/// When the stories begin, in milliseconds since 1970.
pub(crate) const START_MS: u64 = 1_800_000_000_000;
pub(crate) const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Somebody with a session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) secret: String,
    pub(crate) ticket: Ticket,
}

impl Person {
    pub(crate) fn of(admitted: &Admitted) -> Self {
        Self {
            id: admitted.signed_in.user.id,
            secret: admitted.secret.clone(),
            ticket: Ticket::of(&admitted.secret),
        }
    }
}

pub(crate) struct Stage {
    pub(crate) chat: Chat,
    pub(crate) clock: Clock,
    pub(crate) dir: TempDir,
    pub(crate) ana: Person,
    pub(crate) ben: Person,
    pub(crate) lobby: RoomId,
    ears: Arc<Mutex<Vec<Ear>>>,
    nonces: Mutex<u32>,
}

/// One socket of a user, as far as the stories need one: what it is subscribed to, and what it heard.
#[derive(Debug, Default)]
struct Ear {
    user: u64,
    session: u64,
    socket: u64,
    rooms: HashSet<u64>,
    watches: HashSet<u64>,
    heard: Vec<(&'static str, Value)>,
    closed: bool,
}

impl Ear {
    fn takes(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Room(room) => self.rooms.contains(room),
            Topic::Rooms(rooms) => rooms.iter().any(|room| self.rooms.contains(room)),
            Topic::User(user) => self.user == *user,
            Topic::Watchers(user) => self.watches.contains(user),
            Topic::Everyone => true,
        }
    }

    fn hear(&mut self, push: &Push) {
        self.heard.push((push.event, serde_json::from_slice(&push.body).unwrap()));
    }

    fn step(&mut self, step: &Delivery) {
        match step {
            _ if self.closed => {}
            Delivery::Send(topic, push) | Delivery::Hint(topic, push) if self.takes(topic) => self.hear(push),
            Delivery::Subscribe { user, room } if *user == self.user => drop(self.rooms.insert(*room)),
            Delivery::Unsubscribe { user, room } if *user == self.user => drop(self.rooms.remove(room)),
            Delivery::Watch { socket, users } if *socket == self.socket => {
                self.watches = users.iter().copied().collect();
            }
            Delivery::Close(whose, push) => {
                let mine = match whose {
                    Whose::Session(session) => self.session == *session,
                    Whose::User(user) => self.user == *user,
                    Whose::OthersOf { user, session } => self.user == *user && self.session != *session,
                };
                if mine {
                    self.hear(push);
                    self.closed = true;
                }
            }
            _ => {}
        }
    }
}

pub(crate) fn visitor() -> Visitor {
    Visitor { address: IpAddr::V4(Ipv4Addr::LOCALHOST), device: "a story".into() }
}

pub(crate) fn set_up_request(token: String) -> WorkspaceSetUp {
    WorkspaceSetUp {
        token,
        workspace: "Gardeners".into(),
        name: "Ana".into(),
        username: "ana".into(),
        password: PASSWORD.into(),
    }
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn code<T>(result: Result<T, Fault>) -> Code {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(fault) => fault.to_wire().code,
    }
}

pub(crate) async fn open(dir: &TempDir, clock: &Clock) -> (Chat, Bus) {
    let bus = Bus::new();
    let options = Options { clock: clock.clone(), ..Options::new(dir.path(), bus.clone()) };
    (Chat::open(options).await.unwrap(), bus)
}

impl Stage {
    /// Ana owns the workspace, ben is a member; both are in the lobby.
    pub(crate) async fn new() -> Self {
        let (dir, clock) = (tempfile::tempdir().unwrap(), Clock::manual(START_MS));
        let (chat, bus) = open(&dir, &clock).await;
        let ears = Arc::new(Mutex::new(Vec::<Ear>::new()));
        let listening = Arc::clone(&ears);
        assert!(bus.subscribe(move |steps| {
            let mut ears = listening.lock().unwrap();
            for step in steps {
                ears.iter_mut().for_each(|ear| ear.step(step));
            }
        }));
        let token = chat.set_up_token().unwrap();
        let ana = workspace::set_up(&chat, &visitor(), set_up_request(token)).await.unwrap();
        let ana = Person::of(&ana);
        let mut stage = Self {
            chat,
            clock,

            dir,
            ben: ana.clone(),
            lobby: RoomId::new(0).unwrap(),
            ana,
            ears,
            nonces: Mutex::default(),
        };
        let caller = stage.caller(&stage.ana).await;
        let listed = rooms::list(&stage.chat, &caller, RoomList { archived: false }).await.unwrap();
        stage.lobby = listed.rooms[0].room.id;
        stage.ben = stage.newcomer("ben").await;
        stage
    }

    /// Somebody who comes by an invite of ana's, with their username as their name.
    pub(crate) async fn newcomer(&self, username: &str) -> Person {
        let invite = self.invite(|_| ()).await;
        Person::of(&self.accept(&invite.token, username, username).await.unwrap())
    }

    pub(crate) async fn invite(&self, change: impl FnOnce(&mut InviteCreate)) -> InviteCreated {
        let mut request = InviteCreate { role: Role::Member, expires_in_ms: None, uses: None, room: None };
        change(&mut request);
        invites::create(&self.chat, &self.caller(&self.ana).await, request).await.unwrap()
    }

    pub(crate) async fn accept(&self, token: &str, username: &str, name: &str) -> Result<Admitted, Fault> {
        let request = InviteAccept {
            token: token.into(),
            name: name.into(),
            username: Some(username.into()),
            password: Some(PASSWORD.into()),
        };
        invites::accept(&self.chat, &visitor(), request).await
    }

    /// Opens the guest door and lets somebody in.
    pub(crate) async fn guest(&self, name: &str) -> Person {
        let change = WorkspaceChange { name: None, door: Some(Door::Guest) };
        workspace::change(&self.chat, &self.caller(&self.ana).await, change).await.unwrap();
        assert!(lobby::get(&self.chat, &visitor(), LobbyGet {}).await.unwrap().guests);
        Person::of(&guests::join(&self.chat, &visitor(), GuestJoin { name: name.into() }).await.unwrap())
    }

    pub(crate) async fn caller(&self, person: &Person) -> Caller {
        self.chat.authenticate(&person.ticket).await.unwrap()
    }

    /// The person as a member of the room, for a call of this type.
    pub(crate) async fn member<R: Request>(&self, person: &Person, room: RoomId) -> Result<Member, Fault> {
        self.chat.member(&self.caller(person).await, room, R::WHO).await
    }

    pub(crate) async fn insider(&self, person: &Person, room: RoomId) -> Result<Member, Fault> {
        self.chat.member(&self.caller(person).await, room, Who::Room(Role::Guest)).await
    }

    pub(crate) fn nonce(&self) -> Nonce {
        let mut nonces = self.nonces.lock().unwrap();
        *nonces += 1;
        Nonce::new(format!("nonce-{nonces}")).unwrap()
    }

    pub(crate) async fn send(&self, person: &Person, room: RoomId, text: &str) -> Result<Seq, Fault> {
        let member = self.member::<MessageSend>(person, room).await?;
        let request = MessageSend {
            room,
            nonce: self.nonce(),
            text: text.into(),
            reply_to: None,
            thread: None,
            also_in_room: false,
            files: Vec::new(),
            forward: None,
            poll: None,
        };
        Ok(messages::send(&self.chat, &member, request).await?.seq)
    }

    pub(crate) fn room_request(&self, kind: RoomKind, name: &str) -> RoomCreate {
        RoomCreate {
            nonce: self.nonce(),
            kind,
            style: RoomStyle::Chat,
            name: name.into(),
            topic: String::new(),
            guests: false,
            members: Vec::new(),
        }
    }

    /// A room of ana's.
    pub(crate) async fn room(&self, kind: RoomKind, name: &str) -> RoomId {
        let request = self.room_request(kind, name);
        rooms::create(&self.chat, &self.caller(&self.ana).await, request).await.unwrap().room.id
    }

    pub(crate) async fn join(&self, person: &Person, room: RoomId) -> Result<Seq, Fault> {
        let request = RoomJoin { nonce: self.nonce(), room };
        Ok(rooms::join(&self.chat, &self.caller(person).await, request).await?.seq)
    }

    /// A socket of this person from now on; its number tells it from others.
    pub(crate) async fn listen(&self, person: &Person) -> usize {
        let caller = self.caller(person).await;
        let rooms = self.chat.rooms_of(&caller).await.unwrap();
        let mut ears = self.ears.lock().unwrap();
        let socket = ears.len();
        ears.push(Ear {
            user: caller.user().get(),
            session: caller.session().get(),
            socket: socket as u64,
            rooms: rooms.into_iter().map(RoomId::get).collect(),
            ..Ear::default()
        });
        socket
    }

    /// What a socket heard since it was last asked.
    pub(crate) fn heard(&self, ear: usize) -> Vec<(&'static str, Value)> {
        std::mem::take(&mut self.ears.lock().unwrap()[ear].heard)
    }

    /// The names of what a socket heard since it was last asked.
    pub(crate) fn events(&self, ear: usize) -> Vec<&'static str> {
        self.heard(ear).into_iter().map(|(event, _)| event).collect()
    }

    pub(crate) fn closed(&self, ear: usize) -> bool {
        self.ears.lock().unwrap()[ear].closed
    }
}
