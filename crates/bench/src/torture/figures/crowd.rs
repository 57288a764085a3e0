//! The usual cast: an owner, rooms, and many clients that write in some of them.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::watch;

use crate::torture::Run;
use crate::torture::client::Plan;
use crate::torture::fleet::Fleet;
use crate::torture::http::Http;
use crate::torture::line::{QUIET, Transport};
use crate::torture::stage::{Person, Stage};

/// How long everybody may take to connect.
pub(super) const CONNECTING: Duration = Duration::from_secs(60);

/// A running server with its rooms and its people.
pub(super) struct Crowd {
    pub(super) stage: Stage,
    pub(super) owner: Person,
    /// Bots that stand for people.
    pub(super) people: Vec<Person>,
    /// Each room with the people in it, by place in `people`.
    pub(super) rooms: Vec<(u64, Vec<usize>)>,
}

impl Crowd {
    /// Starts a server with so many people, each in two of so many rooms.
    pub(super) async fn gather(stage: Stage, people: usize, rooms: usize) -> io::Result<Self> {
        let mut stage = stage;
        stage.start()?;
        let owner = stage.owner().await?;
        let mut crowd = Self { stage, owner, people: Vec::new(), rooms: Vec::new() };
        let mut http = Http::open(crowd.stage.at()).await?;
        for number in 0..people {
            let name = format!("bot-{number}");
            crowd.people.push(crowd.stage.bot(&mut http, &crowd.owner, &name).await?);
        }
        for number in 0..rooms {
            let is_in = |one: &usize| one % rooms == number || (one + 1) % rooms == number;
            let inside: Vec<usize> = (0..people).filter(is_in).collect();
            let some: Vec<&Person> = inside.iter().filter_map(|at| crowd.people.get(*at)).collect();
            let room = crowd.stage.room(&crowd.owner, &format!("room-{number}"), "public", &some).await?;
            crowd.rooms.push((room, inside));
        }
        Ok(crowd)
    }

    /// The rooms of the person of this number.
    pub(super) fn rooms_of(&self, number: usize) -> Vec<u64> {
        self.rooms.iter().filter(|(_, inside)| inside.contains(&number)).map(|(room, _)| *room).collect()
    }

    /// A client for each person, at this address, with these transports in turn.
    pub(super) fn clients(
        &self,
        run: &mut Run,
        address: &watch::Receiver<SocketAddr>,
        transports: impl Fn(usize) -> Vec<Transport>,
    ) -> Fleet {
        let mut fleet = Fleet::new(&run.ledger, run.random.fork());
        for (number, person) in self.people.iter().enumerate() {
            fleet.add(plan(number, person, transports(number)), address.clone(), self.rooms_of(number));
        }
        fleet
    }
}

/// The plan of the client of this number.
pub(super) fn plan(number: usize, person: &Person, transports: Vec<Transport>) -> Plan {
    let id = u32::try_from(number + 1).unwrap_or(u32::MAX);
    Plan { id, user: person.id, token: person.token.clone(), transports, quiet: QUIET }
}

/// Half of all poll, the others have a WebSocket.
pub(super) fn halves(number: usize) -> Vec<Transport> {
    vec![if number.is_multiple_of(2) { Transport::WebSocket } else { Transport::Polling }]
}
