//! Fan-out: what one delivery costs the server, paced and in bursts, for several servers in turn.

use std::io;
use std::time::Duration;

use crate::crowd::Crowd;
use crate::peers::{self, Peer};
use crate::process::Server;
use crate::report::Spread;

/// How much is sent in one round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// Messages at once; the next ones go out when everybody has these.
    pub(crate) in_flight: u64,
    /// How often.
    pub(crate) times: u64,
}

/// One message at a time.
pub(crate) const PACED: Load = Load { in_flight: 1, times: 120 };
/// Thirty messages at a time.
pub(crate) const BURST: Load = Load { in_flight: 30, times: 30 };

/// A server with its crowd in one room.
struct Contender {
    name: &'static str,
    server: Server,
    crowd: Crowd,
    /// Server CPU per delivery in µs, a value for each round.
    paced: Vec<f64>,
    burst: Vec<f64>,
}

/// Runs all peers with this many clients, in turn, this many rounds, and prints the table.
pub(crate) fn run(clients: usize, rounds: usize, out: &mut impl io::Write) -> io::Result<()> {
    let mut contenders = Vec::new();
    for peer in Peer::ALL {
        let server = peer.start()?;
        let crowd = Crowd::gather(server.address, clients, peers::dialect())?;
        contenders.push(Contender { name: peer.name(), server, crowd, paced: vec![], burst: vec![] });
    }
    for round in 0..=rounds {
        for contender in &mut contenders {
            let paced = contender.measure(PACED)?;
            let burst = contender.measure(BURST)?;
            // The first round warms up code, caches and allocators.
            if round > 0 {
                contender.paced.push(paced);
                contender.burst.push(burst);
            }
        }
    }
    writeln!(
        out,
        "{clients} clients in one room, 200-byte text, {rounds} rounds in turn; server CPU µs per delivery: median (least to most)"
    )?;
    let ours = contenders.first().map(|one| (one.paced.clone(), one.burst.clone()));
    for one in &contenders {
        let (paced, burst) = (Spread::of(&one.paced), Spread::of(&one.burst));
        write!(out, "{:<28} paced {paced}   burst of {} {burst}", one.name, BURST.in_flight)?;
        if let Some((our_paced, our_burst)) = &ours {
            let paced = Spread::of_ratios(&one.paced, our_paced);
            let burst = Spread::of_ratios(&one.burst, our_burst);
            write!(out, "   times ours: paced {paced} burst {burst}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

impl Contender {
    /// Server CPU µs per delivery under this load.
    fn measure(&mut self, load: Load) -> io::Result<f64> {
        let text = "x".repeat(200);
        let packet = format!(r#"42["say","{text}"]"#);
        let before = self.server.cpu()?;
        for _ in 0..load.times {
            for _ in 0..load.in_flight {
                self.crowd.say(&packet)?;
            }
            self.crowd.hear(self.server.address, load.in_flight)?;
        }
        let spent = self.server.cpu()?.saturating_sub(before);
        let deliveries = load.times * load.in_flight * self.crowd.len() as u64;
        Ok(micros(spent) / deliveries as f64)
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
