//! A town: a database full of people, rooms and messages, written straight through the store.
//!
//! Everyone's session token can be told from their number, so that any client can be anyone. Everyone is in the
//! lobby, in one room with their neighbours, and in one room with people from all over the town.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Nonce, Role, RoomId, UserId};
use parlor_store::records::MessageText;
use parlor_store::write::invites::JoinAsGuest;
use parlor_store::write::messages::SendMessage;
use parlor_store::write::rooms::CreateRoom;
use parlor_store::write::sessions::NewSession;
use parlor_store::write::users::{DisplayName, NewUser};
use parlor_store::write::workspace::{ChangeWorkspace, SetUp};
use parlor_store::{Actor, Command, Options, SessionLife, Snapshot, Store, TokenHash};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use parlor_protocol::workspace::Door;

/// Commands that are given at once, so that many share a transaction.
const AT_ONCE: usize = 2_000;

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// People beside the owner.
    pub people: usize,
    /// Of how many neighbours a room is; 0 for none but the lobby.
    pub neighbours: usize,
    /// Messages: half of them in the lobby, the others spread over the rooms.
    pub messages: usize,
}

/// A town that is there.
#[derive(Debug)]
pub struct Town {
    /// The room that everyone is in.
    pub lobby: String,
    /// The rooms of neighbours, in order: person `n` is in room `n / neighbours`.
    pub rooms: Vec<String>,
    /// Where the lobby's log ends.
    pub head: u32,
    /// Name of the database's history.
    pub epoch: String,
}

impl Town {
    /// Asks for what somebody missed who has all of the lobby but its last entries.
    #[must_use]
    pub fn missed(&self, entries: u32) -> Value {
        let lobby = self.head.saturating_sub(entries);
        let rooms: BTreeMap<&str, u32> = [(self.lobby.as_str(), lobby)].into();
        json!({ "epoch": self.epoch, "me": 1, "rooms": rooms })
    }
}

/// The session token of a person.
#[must_use]
pub fn token(person: usize) -> String {
    format!("person-{person}")
}

/// Writes a town into an empty directory.
pub fn build(dir: &Path, plan: Plan) -> io::Result<Town> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(Builder::open(dir)?.build(plan))
}

struct Builder {
    store: Store,
}

impl Builder {
    fn open(dir: &Path) -> io::Result<Self> {
        let life = SessionLife { idle_ms: u64::MAX / 2, whole_ms: u64::MAX / 2 };
        let mut options = Options::new(Arc::new(now_ms));
        options.sessions = life;
        let store = Store::open(dir, options, |_| ()).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self { store })
    }

    async fn build(self, plan: Plan) -> io::Result<Town> {
        let (owner, lobby) = self.set_up().await?;
        let people = self.people(plan.people).await?;
        let rooms = self.rooms(owner, &people, plan.neighbours).await?;
        self.messages(owner, lobby, &rooms, plan.messages).await?;
        self.store.indexed().await;
        let head = self.read(move |snapshot| snapshot.head(lobby)).await?.unwrap_or(0);
        let town = Town {
            lobby: lobby.to_string(),
            rooms: rooms.iter().map(RoomId::to_string).collect(),
            head,
            epoch: self.store.epoch().to_owned(),
        };
        self.store.close().await;
        Ok(town)
    }

    async fn set_up(&self) -> io::Result<(Actor, RoomId)> {
        let set_up = SetUp {
            workspace: "Bench".to_owned(),
            owner: user("ana"),
            session: session("ana"),
            bot: user("parlor"),
            lobby: "Lobby".to_owned(),
            welcome: text("Welcome"),
            standing: String::new(),
        };
        let entered = self.write(set_up).await?;
        let owner = Actor { user: entered.user.id, session: Some(entered.session), least: Role::Guest };
        self.write(ChangeWorkspace { actor: owner, name: None, door: Some(Door::Guest) }).await?;
        let workspace = self.read(Snapshot::workspace).await?;
        Ok((owner, workspace.ok_or_else(|| io::Error::other("no workspace"))?.lobby))
    }

    async fn people(&self, count: usize) -> io::Result<Vec<UserId>> {
        let joins = (0..count).map(|person| JoinAsGuest {
            user: user(&format!("p{person}")),
            session: session(&token(person)),
        });
        Ok(self.all(joins).await?.into_iter().map(|entered| entered.user.id).collect())
    }

    /// Rooms of neighbours, and as many rooms of people from all over.
    async fn rooms(&self, owner: Actor, people: &[UserId], neighbours: usize) -> io::Result<Vec<RoomId>> {
        if neighbours == 0 {
            return Ok(Vec::new());
        }
        let count = people.len().div_ceil(neighbours);
        let near = people.chunks(neighbours).map(<[UserId]>::to_vec).enumerate();
        let far =
            (0..count).map(|room| people.iter().skip(room).step_by(count).copied().collect()).enumerate();
        let room = |kind: u16, layer: &'static str| {
            move |(number, members): (usize, Vec<UserId>)| CreateRoom {
                actor: owner,
                nonce: named(kind, number),
                kind: RoomKind::Private,
                style: RoomStyle::Chat,
                name: format!("{layer}-{number}"),
                topic: String::new(),
                guests: true,
                members,
            }
        };
        let rooms = self.all(near.map(room(1, "near"))).await?;
        self.all(far.map(room(2, "far"))).await?;
        Ok(rooms.into_iter().map(|room| room.id).collect())
    }

    async fn messages(&self, by: Actor, lobby: RoomId, rooms: &[RoomId], count: usize) -> io::Result<()> {
        let message = |number: usize| {
            let room =
                if number.is_multiple_of(2) { None } else { rooms.get(number / 2 % rooms.len().max(1)) };
            SendMessage {
                actor: by,
                room: room.copied().unwrap_or(lobby),
                nonce: named(3, number),
                text: text(&words(number)),
                reply_to: None,
                thread: None,
                files: Vec::new(),
                forward: None,
                poll: None,
            }
        };
        self.all((0..count).map(message)).await.map(drop)
    }

    /// Gives all commands, many at once, and answers in their order.
    async fn all<C: Command>(&self, commands: impl Iterator<Item = C>) -> io::Result<Vec<C::Done>> {
        let mut done = Vec::new();
        let mut running = JoinSet::new();
        for (number, command) in commands.enumerate() {
            if running.len() >= AT_ONCE {
                done.extend(next(&mut running).await?);
            }
            let store = self.store.clone();
            running.spawn(async move { (number, store.write(command).await) });
        }
        while !running.is_empty() {
            done.extend(next(&mut running).await?);
        }
        done.sort_by_key(|(number, _)| *number);
        Ok(done.into_iter().map(|(_, done)| done).collect())
    }

    async fn write<C: Command>(&self, command: C) -> io::Result<C::Done> {
        self.store.write(command).await.map_err(|refused| io::Error::other(format!("{refused:?}")))
    }

    async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Snapshot) -> Result<T, parlor_store::Failed> + Send + 'static,
    ) -> io::Result<T> {
        self.store.read(look).await.map_err(|refused| io::Error::other(format!("{refused:?}")))
    }
}

type Running<T> = JoinSet<(usize, Result<T, parlor_store::Refused>)>;

async fn next<T: 'static>(running: &mut Running<T>) -> io::Result<Option<(usize, T)>> {
    let Some(joined) = running.join_next().await else { return Ok(None) };
    let (number, done) = joined.map_err(io::Error::other)?;
    Ok(Some((number, done.map_err(|refused| io::Error::other(format!("{refused:?}")))?)))
}

fn user(name: &str) -> NewUser {
    NewUser {
        username: name.to_owned(),
        name: DisplayName { name: name.to_owned(), skeleton: name.to_owned() },
        password: None,
    }
}

fn session(token: &str) -> NewSession {
    NewSession { token: TokenHash::of(token), device: String::new() }
}

fn text(text: &str) -> MessageText {
    MessageText { text: text.into(), html: format!("<p>{text}</p>").into(), ..MessageText::default() }
}

fn named(kind: u16, number: usize) -> Nonce {
    #[expect(clippy::expect_used, reason = "a UUID is a nonce")]
    Nonce::new(nonce(kind, number as u64)).expect("a nonce")
}

/// A nonce such as the web client's: a UUID of version 7, which begins with the time. Numbers of a kind don't repeat.
pub fn nonce(kind: u16, number: u64) -> String {
    let time = now_ms();
    format!("{:08x}-{:04x}-7{kind:03x}-8000-{:012x}", time >> 16, time & 0xffff, number & 0xffff_ffff_ffff)
}

/// Some 24 words of a vocabulary of 4,096 in which the first ones are by far the most frequent, as in any language.
pub fn words(number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu", "za"];
    let word = |place: usize| {
        let mixed = (number.wrapping_mul(31) + place).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let rank = (mixed & 0xfff) >> ((mixed >> 12) % 12);
        let syllable = |shift: usize| SYLLABLES.get(rank >> shift & 0xf).copied().unwrap_or_default();
        [syllable(8), syllable(4), syllable(0)].concat()
    };
    (0..24).map(word).collect::<Vec<_>>().join(" ")
}

/// The system's clock, as the server will read it.
fn now_ms() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the only clock of a tool that has none to move")]
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or(Duration::ZERO).as_millis().try_into().unwrap_or(u64::MAX)
}
