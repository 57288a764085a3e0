//! Figure 9: each send is issued one to five times, over WebSocket, polling and REST at once.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::crowd::Crowd;
use crate::history::{Act, Ledger, What, Write};
use crate::random::Random;
use crate::torture::client::request;
use crate::torture::fleet::conclude;
use crate::torture::http::Http;
use crate::torture::line::{Line, QUIET, Transport};
use crate::torture::stage::{Person, Stage};
use crate::torture::{Outcome, Run};

const PEOPLE: usize = 12;
const PATIENCE: Duration = Duration::from_secs(30);

/// Issues them, and looks for one entry each.
pub(super) async fn everywhere(mut run: Run) -> io::Result<Outcome> {
    let sends = run.rounds(1_200, 50_000) / PEOPLE;
    let mut crowd = Crowd::gather(Stage::new(&run.binary)?, PEOPLE, 3).await?;
    let mut speaking = JoinSet::new();
    for (number, person) in crowd.people.iter().enumerate() {
        let speaker = Speaker {
            id: u32::try_from(number + 1).unwrap_or(u32::MAX),
            person: person.clone(),
            rooms: crowd.rooms_of(number),
            ledger: run.ledger.clone(),
            random: run.random.fork(),
        };
        speaking.spawn(speaker.speak(crowd.stage.at(), sends));
    }
    let (mut issued, mut done) = (0, 0);
    while let Some(spoken) = speaking.join_next().await {
        issued += spoken.map_err(io::Error::other)??;
        done += sends;
    }
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    Ok(Outcome::Ran(format!("{done} sends, issued {issued} times")))
}

/// Somebody who repeats themselves.
struct Speaker {
    id: u32,
    person: Person,
    rooms: Vec<u64>,
    ledger: Ledger,
    random: Random,
}

impl Speaker {
    async fn speak(mut self, address: SocketAddr, sends: usize) -> io::Result<usize> {
        self.ledger.note(self.id, What::Client { user: self.person.id });
        let mut socket = Caller::open(address, Transport::WebSocket, &self.person).await?;
        let mut polling = Caller::open(address, Transport::Polling, &self.person).await?;
        let mut http = Http::open(address).await?;
        let mut issued = 0;
        for number in 0..sends {
            let nonce: Box<str> = format!("r{}-{number}", self.id).into();
            let text = format!("{nonce} {:016x}", self.random.next()).into();
            let room = self.random.pick(&self.rooms).copied().unwrap_or_default();
            let write = Write { nonce, room, act: Act::Send { text } };
            let (name, call) = request(&write);
            let times = 1 + self.random.below(5);
            let mut rest = 0;
            for _ in 0..times {
                self.ledger.note(self.id, What::Inv { connection: 0, write: write.clone() });
                match self.random.below(3) {
                    0 => socket.emit(name, &call),
                    1 => polling.emit(name, &call),
                    _ => rest += 1,
                }
            }
            for _ in 0..rest {
                let reply = http.call(&self.person.token, name, &call).await?;
                let answer = reply.map_or_else(|error| json!({ "err": error }), |ok| json!({ "ok": ok }));
                self.answered(&write, &answer);
            }
            for caller in [&mut socket, &mut polling] {
                for answer in caller.answers().await? {
                    self.answered(&write, &answer);
                }
            }
            issued += times;
        }
        Ok(issued)
    }

    fn answered(&self, write: &Write, answer: &Value) {
        let nonce = write.nonce.clone();
        let seq = answer["ok"]["seq"].as_u64().and_then(|seq| u32::try_from(seq).ok());
        let what = match seq {
            Some(seq) => What::Ok { nonce, room: write.room, seq },
            None => What::Fail {
                nonce,
                code: answer["err"]["code"].as_str().unwrap_or("none").into(),
                for_good: true,
            },
        };
        self.ledger.note(self.id, what);
    }
}

/// Calls over a line, answered in any order.
struct Caller {
    line: Line,
    open: usize,
}

impl Caller {
    async fn open(address: SocketAddr, transport: Transport, person: &Person) -> io::Result<Self> {
        let line = Line::open(address, transport, QUIET).await?;
        line.send(&format!("0{}", json!({ "token": person.token })));
        let mut caller = Self { line, open: 0 };
        let connected = caller.packet().await?;
        if connected.starts_with('0') { Ok(caller) } else { Err(io::Error::other(connected)) }
    }

    async fn packet(&mut self) -> io::Result<String> {
        let packet =
            timeout(PATIENCE, self.line.incoming.recv()).await.map_err(|_| io::ErrorKind::TimedOut)?;
        packet.ok_or_else(|| io::Error::other("the line ended"))
    }

    fn emit(&mut self, name: &str, call: &Value) {
        self.open += 1;
        self.line.send(&format!("2{}{}", self.open, json!([name, call])));
    }

    /// Waits for the answers of all calls that are open.
    async fn answers(&mut self) -> io::Result<Vec<Value>> {
        let mut answers = Vec::new();
        while answers.len() < self.open {
            let packet = self.packet().await?;
            if let Some(body) =
                packet.strip_prefix('3').and_then(|ack| ack.find('[').and_then(|at| ack.get(at..)))
            {
                let [answer]: [Value; 1] = serde_json::from_str(body)?;
                answers.push(answer);
            }
        }
        self.open = 0;
        Ok(answers)
    }
}
