//! Figure 13: how long after a revocation an event can still be seen, by those who read and by those who don't.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::history::What;
use crate::torture::deaf::{Deaf, flood};
use crate::torture::http::{Http, call};
use crate::torture::stage::{PASSWORD, Person, Stage, person as person_of};
use crate::torture::{Outcome, Run};

/// Ways to end what somebody may see.
const WAYS: [&str; 6] = [
    "session:end",
    "session:revoke_others",
    "password:change",
    "user:disable",
    "member:remove",
    "bot:rotate",
];
/// From the revocation to the last event.
const BOUND_MS: u64 = 1_000;

/// Revokes in every way while a room is busy.
pub(super) async fn last_events(run: Run) -> io::Result<Outcome> {
    let rounds = run.rounds(4, 100);
    let mut stage = Stage::new(&run.binary)?;
    stage.set("QUEUE_BYTES", "65536");
    stage.start()?;
    let owner = stage.owner().await?;
    let room = stage.room(&owner, "busy", "private", &[]).await?;
    let (mut waits, mut left_open) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let mut victims = Vec::new();
        for (place, way) in WAYS.iter().enumerate() {
            victims.push(Victim::enter(&stage, &owner, room, way, &format!("{round}-{place}")).await?);
        }
        let (mut busy, mut ends) = (JoinSet::new(), JoinSet::new());
        let (address, speaker) = (stage.at(), owner.clone());
        busy.spawn(async move { keep_busy(address, &speaker, room, &format!("busy-{round}")).await });
        for (place, victim) in victims.into_iter().enumerate() {
            // Every other one takes nothing from its socket until long after the revocation.
            let (owner, reads) = (owner.clone(), (round + place).is_multiple_of(2));
            ends.spawn(async move { victim.revoked(address, &owner, room, reads).await });
        }
        while let Some(end) = ends.join_next().await {
            let (way, wait, closed) = end.map_err(io::Error::other)??;
            waits.push(wait);
            if !closed && way != "member:remove" {
                left_open.push(way);
            }
        }
        while let Some(spoken) = busy.join_next().await {
            spoken.map_err(io::Error::other)??;
        }
    }
    waits.sort_unstable();
    let p99 = waits.get(waits.len() * 99 / 100).copied().unwrap_or_default();
    run.ledger.note(
        0,
        What::Measured { name: "ms from revocation to last event, p99".into(), value: p99, bound: BOUND_MS },
    );
    let name = "sockets still open 3 s after their session ended".into();
    run.ledger.note(0, What::Measured { name, value: left_open.len() as u64, bound: 0 });
    stage.stop().await?;
    let half = waits.get(waits.len() / 2).copied().unwrap_or_default();
    Ok(Outcome::Ran(format!("{} revocations, last event after {half} ms (p50), {p99} ms (p99)", waits.len())))
}

/// Somebody whose access ends.
struct Victim {
    way: &'static str,
    name: String,
    person: Person,
    /// A second session, from which the first is revoked.
    other: Option<Person>,
}

impl Victim {
    async fn enter(
        stage: &Stage,
        owner: &Person,
        room: u64,
        way: &'static str,
        name: &str,
    ) -> io::Result<Self> {
        let name = format!("v{name}");
        let person = if way == "bot:rotate" {
            let mut http = Http::open(stage.at()).await?;
            stage.bot(&mut http, owner, &name).await?
        } else {
            stage.member(owner, &name).await?
        };
        let other = if matches!(way, "session:revoke_others" | "password:change") {
            let sign_in = json!({ "username": name, "password": PASSWORD });
            Some(person_of(&call(stage.at(), "", "session:create", sign_in).await?)?)
        } else {
            None
        };
        let add = json!({ "nonce": format!("in-{name}"), "room": room.to_string(), "users": [person.id.to_string()] });
        call(stage.at(), &owner.token, "member:add", add).await?;
        Ok(Self { way, name, person, other })
    }

    fn request(&self, room: u64) -> Value {
        let user = self.person.id.to_string();
        match self.way {
            "password:change" => json!({ "old": PASSWORD, "new": "nine other lanterns" }),
            "user:disable" | "bot:rotate" => json!({ "user": user }),
            "member:remove" => {
                json!({ "nonce": format!("out-{}", self.name), "room": room.to_string(), "user": user })
            }
            _ => json!({}),
        }
    }

    /// Ends the access in the midst of messages: in which way, how long after it the last event was written that came through, in
    /// ms, and whether the socket was closed.
    async fn revoked(
        self,
        address: SocketAddr,
        owner: &Person,
        room: u64,
        reads: bool,
    ) -> io::Result<(&'static str, u64, bool)> {
        let mut deaf = Some(Deaf::open(address, &self.person).await?);
        let mut ears = JoinSet::new();
        if reads && let Some(socket) = deaf.take() {
            ears.spawn(socket.hear());
        }
        sleep(Duration::from_millis(800)).await;
        let by = match self.way {
            "session:end" => &self.person,
            "session:revoke_others" | "password:change" => self.other.as_ref().unwrap_or(owner),
            _ => owner,
        };
        call(address, &by.token, self.way, self.request(room)).await?;
        let at_ms = now_ms();
        sleep(Duration::from_millis(1_500)).await;
        if let Some(socket) = deaf {
            ears.spawn(socket.hear());
        }
        let (bytes, closed) = ears.join_next().await.and_then(Result::ok).unwrap_or_default();
        Ok((self.way, last_ms(&bytes).saturating_sub(at_ms), closed))
    }
}

/// Messages for some seconds, of a size that fills a buffer which nobody reads.
async fn keep_busy(address: SocketAddr, owner: &Person, room: u64, name: &str) -> io::Result<()> {
    for turn in 0..60 {
        flood(address, owner, room, (&format!("{name}-{turn}"), 8, 3_900)).await?;
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// When the newest message was written that these bytes hold, by the server's clock, which is ours too.
fn last_ms(bytes: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(bytes);
    let times = text.split("\"at_ms\":").skip(1);
    let digits = times.filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
    digits.max().unwrap_or_default()
}

#[expect(
    clippy::disallowed_methods,
    reason = "events carry the server's wall clock, against which this is held"
)]
fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
