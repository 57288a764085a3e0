//! Fan-out: what one delivery costs the server, paced and in bursts, for several servers in turn.

use std::io;

use crate::peers::Peer;
use parlor_load::crowd::Crowd;
use parlor_load::parlor::{Home, Parlor};
use parlor_load::process::{Meter, Server};
use parlor_load::report::Spread;
use parlor_load::tongue::Tongue;
use parlor_load::town::Plan;

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
}

/// What runs it.
enum Host {
    Peer(Server),
    Parlor(Home),
}

/// Runs all peers, in turn, this many rounds, and prints the table.
pub(crate) fn run(parlor: &Parlor, shape: Shape, rounds: usize, out: &mut impl io::Write) -> io::Result<()> {
    let mut contenders = Vec::new();
    for peer in Peer::ALL {
        contenders.push(Contender::plain(peer, shape)?);
    }
    contenders.push(Contender::parlor(parlor, shape)?);
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
        Ok(Self::new(peer.name(), (Host::Peer(server), crowd), (shape, rooms)))
    }

    fn parlor(parlor: &Parlor, shape: Shape) -> io::Result<Self> {
        let people = shape.rooms * shape.members;
        let neighbours = if shape.rooms == 1 { 0 } else { shape.members };
        let home = parlor.settle(Plan { people, neighbours, messages: 0 })?;
        let crowd = home.gather(0..people)?;
        let rooms = if shape.rooms == 1 { vec![home.town.lobby.clone()] } else { home.town.rooms.clone() };
        Ok(Self::new("parlor, durable", (Host::Parlor(home), crowd), (shape, rooms)))
    }

    fn new(name: &'static str, (host, crowd): (Host, Crowd), (shape, rooms): (Shape, Vec<String>)) -> Self {
        let (tongue, talkers) = match host {
            Host::Parlor(_) => (Tongue::Parlor, BURST.min(shape.members)),
            Host::Peer(_) => (Tongue::Plain, 1),
        };
        let (paced, burst) = (Vec::new(), Vec::new());
        Self { name, host, crowd, tongue, shape, rooms, talkers, said: 0, paced, burst }
    }

    /// Server CPU µs per delivery under this load.
    fn measure(&mut self, load: Load, saturated: &mut usize) -> io::Result<f64> {
        let Shape { rooms, members } = self.shape;
        let server = match &self.host {
            Host::Peer(server) | Host::Parlor(Home { server, .. }) => server,
        };
        let meter = Meter::start(server)?;
        for _ in 0..load.times {
            for message in 0..load.in_flight {
                self.said += 1;
                for (number, room) in self.rooms.iter().enumerate() {
                    let talker = number * members + message % self.talkers;
                    self.crowd.send(talker, &self.tongue.say(room, self.said))?;
                }
            }
            self.crowd.hear((load.in_flight * rooms * members) as u64)?;
        }
        let spent = meter.read()?;
        *saturated += usize::from(spent.saturated());
        Ok(spent.each((load.times * load.in_flight * rooms * members) as u64))
    }
}
