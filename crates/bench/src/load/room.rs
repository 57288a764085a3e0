//! Fan-out: what one delivery costs the server, paced and in bursts, for several servers in turn.

use std::io;

use crate::peers::Peer;
use parlor_load::Times;
use parlor_load::parlor::{Home, Parlor};
use parlor_load::process::Server;
use parlor_load::report::{self, Spread, ms};
use parlor_load::tongue::Tongue;
use parlor_load::town::{self, Plan};
use parlor_load::workers::{Processes, Workers};

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
    host: Host,
    workers: Workers,
    tongue: Tongue,
    shape: Shape,
    rooms: Vec<String>,
    /// Members of a room who speak: Parlor takes one message of a socket at a time.
    talkers: usize,
    said: u64,
    /// Server CPU per delivery in µs, a value for each round.
    paced: Vec<f64>,
    burst: Vec<f64>,
    /// From a paced message's leaving to each of its deliveries, in µs.
    times: Times,
}

/// What runs it.
enum Host {
    Peer(Server),
    Parlor(Home),
}

/// Runs all peers, in turn, this many rounds, and prints the table.
pub(crate) fn run(
    parlor: &Parlor,
    processes: &Processes,
    shape: Shape,
    rounds: usize,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let mut contenders = Vec::new();
    for peer in Peer::ALL {
        contenders.push(Contender::plain(peer, processes, shape)?);
    }
    contenders.push(Contender::parlor(parlor, processes, shape)?);
    let mut saturated = 0;
    for round in 0..=rounds {
        for contender in &mut contenders {
            let deliveries = shape.rooms * shape.members;
            let times = (DELIVERIES / deliveries).max(4);
            contender.workers.settle()?;
            let (paced, took) = contender.measure(Load { in_flight: 1, times }, &mut saturated)?;
            let (burst, _) =
                contender.measure(Load { in_flight: BURST, times: times.div_ceil(8) }, &mut saturated)?;
            // The first round warms up code, caches and allocators.
            if round > 0 {
                contender.paced.push(paced);
                contender.burst.push(burst);
                contender.times.add(&took).map_err(io::Error::other)?;
            }
        }
    }
    writeln!(
        out,
        "{} rooms of {}, 200-byte text, {rounds} rounds in turn; server CPU µs per delivery: median (least to most)\n\
         every delivery came once and in order; the clients had no time left in {saturated} of {} measurements\n\n\
         | | paced | burst of {BURST} | times ours, paced | times ours, burst | paced, p50 ms | p99 ms |\n\
         |---|---|---|---|---|---|---|",
        shape.rooms,
        shape.members,
        2 * contenders.len() * (rounds + 1),
    )?;
    let Some(ours) = contenders.first() else { return Ok(()) };
    for one in &contenders {
        let (paced, burst) = (Spread::of(&one.paced), Spread::of(&one.burst));
        let times_paced = Spread::of_ratios(&one.paced, &ours.paced);
        let times_burst = Spread::of_ratios(&one.burst, &ours.burst);
        let (p50, p99) = (ms(&one.times, 0.5), ms(&one.times, 0.99));
        writeln!(
            out,
            "| {} | {paced} | {burst} | {times_paced} | {times_burst} | {p50} | {p99} |",
            one.name
        )?;
    }
    Ok(())
}

impl Contender {
    fn plain(peer: Peer, processes: &Processes, shape: Shape) -> io::Result<Self> {
        let server = peer.start()?;
        let rooms: Vec<String> = (0..shape.rooms).map(|room| format!("room{room}")).collect();
        let entrances = rooms.iter().flat_map(|room| (0..shape.members).map(|_| Tongue::visit(room)));
        let mut workers = Workers::start(processes, server.address, Tongue::Plain)?;
        workers.gather(entrances.collect())?;
        Self::new(peer.name(), (Host::Peer(server), workers), (shape, rooms))
    }

    fn parlor(parlor: &Parlor, processes: &Processes, shape: Shape) -> io::Result<Self> {
        let people = shape.rooms * shape.members;
        let neighbours = if shape.rooms == 1 { 0 } else { shape.members };
        let home = parlor.settle(Plan { people, neighbours, messages: 0 })?;
        let mut workers = Workers::start(processes, home.server.address, Tongue::Parlor)?;
        workers.gather((0..people).map(|person| Tongue::sign_in(&town::token(person))).collect())?;
        let rooms = if shape.rooms == 1 { vec![home.town.lobby.clone()] } else { home.town.rooms.clone() };
        Self::new("parlor, durable", (Host::Parlor(home), workers), (shape, rooms))
    }

    fn new(
        name: &'static str,
        (host, workers): (Host, Workers),
        (shape, rooms): (Shape, Vec<String>),
    ) -> io::Result<Self> {
        let (tongue, talkers) = match host {
            Host::Parlor(_) => (Tongue::Parlor, BURST.min(shape.members)),
            Host::Peer(_) => (Tongue::Plain, 1),
        };
        let (paced, burst, times) = (Vec::new(), Vec::new(), report::times()?);
        Ok(Self { name, host, workers, tongue, shape, rooms, talkers, said: 0, paced, burst, times })
    }

    /// Server CPU µs per delivery under this load, and how long each took.
    fn measure(&mut self, load: Load, saturated: &mut usize) -> io::Result<(f64, Times)> {
        let members = self.shape.members;
        let server = match &self.host {
            Host::Peer(server) | Host::Parlor(Home { server, .. }) => server,
        };
        let (meter, mut times, mut deliveries) = (self.workers.meter(server)?, report::times()?, 0);
        for _ in 0..load.times {
            let mut said = Vec::new();
            for message in 0..load.in_flight {
                self.said += 1;
                for (number, room) in self.rooms.iter().enumerate() {
                    let talker = number * members + message % self.talkers;
                    said.push((talker, self.tongue.say(room, self.said)));
                }
            }
            let heard = self.workers.talk(said, load.in_flight as u64)?;
            deliveries += heard.deliveries;
            times.add(&heard.times).map_err(io::Error::other)?;
        }
        let spent = meter.read()?;
        *saturated += usize::from(spent.saturated());
        Ok((spent.each(deliveries), times))
    }
}
