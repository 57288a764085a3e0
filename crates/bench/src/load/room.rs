//! Fan-out: what one delivery costs the server, paced and in bursts, for several servers in turn.

use std::io;
use std::path::Path;

use tempfile::TempDir;

use crate::crowd::Crowd;
use crate::parlor;
use crate::peers::Peer;
use crate::process::{Meter, Server};
use crate::report::Spread;
use crate::tongue::Tongue;
use crate::town::{self, Plan};

/// The rooms and their members.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// How many rooms.
    pub(crate) rooms: usize,
    /// Members of each.
    pub(crate) members: usize,
}

/// How much is said in each room in one round.
#[derive(Debug, Clone, Copy)]
struct Load {
    /// Messages at once; the next ones go out when everybody has these.
    in_flight: usize,
    /// How often.
    times: usize,
}

/// Deliveries of one round, so that rounds of all shapes take about as long.
const DELIVERIES: usize = 60_000;
const BURST: usize = 30;

/// A server with its crowd.
struct Contender {
    name: &'static str,
    server: Server,
    crowd: Crowd,
    tongue: Tongue,
    shape: Shape,
    rooms: Vec<String>,
    /// Members of a room who speak: Parlor takes one message of a socket at a time.
    talkers: usize,
    said: u64,
    /// Server CPU per delivery in µs, a value for each round.
    paced: Vec<f64>,
    burst: Vec<f64>,
    _data: Option<TempDir>,
}

/// Runs all peers, in turn, this many rounds, and prints the table.
pub(crate) fn run(binary: &Path, shape: Shape, rounds: usize, out: &mut impl io::Write) -> io::Result<()> {
    let mut contenders = Vec::new();
    for peer in Peer::ALL {
        contenders.push(Contender::plain(peer, shape)?);
    }
    contenders.push(Contender::parlor(binary, shape)?);
    let mut saturated = 0;
    for round in 0..=rounds {
        for contender in &mut contenders {
            let deliveries = shape.rooms * shape.members;
            let times = (DELIVERIES / deliveries).max(4);
            contender.crowd.settle()?;
            let paced = contender.measure(Load { in_flight: 1, times }, &mut saturated)?;
            let burst =
                contender.measure(Load { in_flight: BURST, times: times.div_ceil(8) }, &mut saturated)?;
            // The first round warms up code, caches and allocators.
            if round > 0 {
                contender.paced.push(paced);
                contender.burst.push(burst);
            }
        }
    }
    writeln!(
        out,
        "{} rooms of {}, 200-byte text, {rounds} rounds in turn; server CPU µs per delivery: median (least to most)\n\
         every delivery came once and in order; the clients had no time left in {saturated} of {} measurements\n\n\
         | | paced | burst of {BURST} | times ours, paced | times ours, burst |\n|---|---|---|---|---|",
        shape.rooms,
        shape.members,
        2 * contenders.len() * (rounds + 1),
    )?;
    let Some(ours) = contenders.first() else { return Ok(()) };
    for one in &contenders {
        let (paced, burst) = (Spread::of(&one.paced), Spread::of(&one.burst));
        let times_paced = Spread::of_ratios(&one.paced, &ours.paced);
        let times_burst = Spread::of_ratios(&one.burst, &ours.burst);
        writeln!(out, "| {} | {paced} | {burst} | {times_paced} | {times_burst} |", one.name)?;
    }
    Ok(())
}

impl Contender {
    fn plain(peer: Peer, shape: Shape) -> io::Result<Self> {
        let server = peer.start()?;
        let rooms: Vec<String> = (0..shape.rooms).map(|room| format!("room{room}")).collect();
        let entrances = rooms.iter().flat_map(|room| (0..shape.members).map(|_| Tongue::visit(room)));
        let crowd = Crowd::gather(server.address, Tongue::Plain, entrances)?;
        Ok(Self::new(peer.name(), (server, crowd), (shape, rooms), None))
    }

    fn parlor(binary: &Path, shape: Shape) -> io::Result<Self> {
        let data = tempfile::tempdir()?;
        let people = shape.rooms * shape.members;
        let neighbours = if shape.rooms == 1 { 0 } else { shape.members };
        let town = town::build(data.path(), Plan { people, neighbours, messages: 0 })?;
        let server = parlor::start(binary, data.path())?;
        let entrances = (0..people).map(|person| Tongue::sign_in(&town::token(person)));
        let crowd = Crowd::gather(server.address, Tongue::Parlor, entrances)?;
        let rooms = if shape.rooms == 1 { vec![town.lobby] } else { town.rooms };
        Ok(Self::new("parlor, durable", (server, crowd), (shape, rooms), Some(data)))
    }

    fn new(
        name: &'static str,
        (server, crowd): (Server, Crowd),
        (shape, rooms): (Shape, Vec<String>),
        data: Option<TempDir>,
    ) -> Self {
        let (tongue, talkers) = match data {
            Some(_) => (Tongue::Parlor, BURST.min(shape.members)),
            None => (Tongue::Plain, 1),
        };
        let (paced, burst) = (Vec::new(), Vec::new());
        Self { name, server, crowd, tongue, shape, rooms, talkers, said: 0, paced, burst, _data: data }
    }

    /// Server CPU µs per delivery under this load.
    fn measure(&mut self, load: Load, saturated: &mut usize) -> io::Result<f64> {
        let Shape { rooms, members } = self.shape;
        let meter = Meter::start(&self.server)?;
        for _ in 0..load.times {
            for message in 0..load.in_flight {
                self.said += 1;
                for (number, room) in self.rooms.iter().enumerate() {
                    let talker = number * members + message % self.talkers;
                    self.crowd.send(talker, &self.tongue.say(room, self.said, "room"))?;
                }
            }
            self.crowd.hear((load.in_flight * rooms * members) as u64)?;
        }
        let spent = meter.read()?;
        *saturated += usize::from(spent.saturated());
        Ok(spent.each((load.times * load.in_flight * rooms * members) as u64))
    }
}
