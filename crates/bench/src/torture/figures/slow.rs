//! Figures 10, 11 and 12: sockets that never read, a client that falls far behind, and a storm of reconnects.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::crowd::{CONNECTING, Crowd, plan};
use crate::history::What;
use crate::torture::client::{Order, look};
use crate::torture::deaf::{Deaf, flood};
use crate::torture::fleet::{Fleet, conclude};
use crate::torture::line::Transport;
use crate::torture::stage::{Person, Stage};
use crate::torture::{Outcome, Run};

const HONEST: usize = 50;
const QUEUE_KIB: u64 = 64;
/// What a client may cost that comes back: 10,000 are in sync within 3 s when both of two cores work for them. The
/// clients' own cost is not the server's, so this is CPU time.
const STORM_US: u64 = 600;

/// Figure 10.
pub(super) async fn never_read(mut run: Run) -> io::Result<Outcome> {
    let deaf = run.rounds(1_000, 5_000);
    let mut stage = Stage::new(&run.binary)?;
    stage.set("QUEUE_BYTES", &(QUEUE_KIB * 1024).to_string());
    stage.set("STALL_S", "120");
    let mut crowd = Crowd::gather(stage, HONEST, 2).await?;
    let people: Vec<&Person> = crowd.people.iter().collect();
    let flooded = crowd.stage.room(&crowd.owner, "flooded", "public", &people).await?;
    let address = crowd.stage.address();
    let mut fleet = crowd.clients(&mut run, &address, |_| vec![Transport::WebSocket]);
    fleet.connected(CONNECTING).await?;
    fleet.load(50, Duration::from_secs(4)).await;
    let before = p99(&fleet);
    let mut sockets = Vec::new();
    for number in 0..deaf {
        let Some(person) = crowd.people.get(number % HONEST) else { break };
        sockets.push(Deaf::open(crowd.stage.at(), person).await?);
    }
    let resident = crowd.stage.server()?.resident_kb()?;
    flood(crowd.stage.at(), &crowd.owner, flooded, ("flood", 120, 3_900)).await?;
    fleet.latencies();
    fleet.load(50, Duration::from_secs(4)).await;
    let after = p99(&fleet);
    let grown = crowd.stage.server()?.resident_kb()?.saturating_sub(resident) / deaf.max(1) as u64;
    run.ledger.note(
        0,
        What::Measured { name: "KiB for a socket that never reads".into(), value: grown, bound: QUEUE_KIB },
    );
    // The tail of a quiet server is an accident, so a doubling counts from 50 ms on.
    run.measured_when_quiet("µs p99 of honest clients", after, (before * 2).max(100_000));
    drop(sockets);
    fleet.settle(&crowd.stage, &crowd.owner).await?;
    fleet.leave().await?;
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    let (before, after) = (before as f64 / 1e3, after as f64 / 1e3);
    Ok(Outcome::Ran(format!(
        "{deaf} sockets, {grown} KiB each; honest p99 {before:.1} ms before, {after:.1} ms beside them"
    )))
}

fn p99(fleet: &Fleet) -> u64 {
    let all = fleet.latencies();
    u64::from(all.get(all.len() * 99 / 100).copied().unwrap_or_default())
}

/// Figure 11. The kernel's buffers take the first megabytes, so what is sent has to be longer than they are.
pub(super) async fn far_behind(mut run: Run) -> io::Result<Outcome> {
    let behind = run.rounds(5_000, 5_000);
    let mut stage = Stage::new(&run.binary)?;
    stage.set("QUEUE_BYTES", "65536");
    // It must live through the flood; the kernel gives up on it after half a minute in any case.
    stage.set("STALL_S", "25");
    let mut crowd = Crowd::gather(stage, 4, 1).await?;
    let address = crowd.stage.address();
    let mut fleet = crowd.clients(&mut run, &address, |_| vec![Transport::WebSocket]);
    fleet.connected(CONNECTING).await?;
    let slow = fleet.members.first().ok_or(io::ErrorKind::NotFound)?;
    let (room, syncs) = (crowd.rooms.first().map_or(0, |(room, _)| *room), look(&slow.shared, |it| it.syncs));
    let (awake, wait) = watch::channel(false);
    drop(slow.tell.send(Order::Stall(wait)));
    let mut flooding = tokio::task::JoinSet::new();
    for turn in 0..40 {
        let (address, owner) = (crowd.stage.at(), crowd.owner.clone());
        let name = format!("flood-{turn}");
        flooding.spawn(async move { flood(address, &owner, room, (&name, behind / 40, 1_500)).await });
    }
    while let Some(flooded) = flooding.join_next().await {
        flooded.map_err(io::Error::other)??;
    }
    awake.send_replace(true);
    fleet.settle(&crowd.stage, &crowd.owner).await?;
    let slow = fleet.members.first().ok_or(io::ErrorKind::NotFound)?;
    let (lagged, syncs) = look(&slow.shared, |it| (it.lagged, it.syncs - syncs));
    run.ledger.note(0, What::Measured { name: "times told lagged".into(), value: lagged.into(), bound: 1 });
    run.ledger.note(0, What::Measured { name: "syncs to repair it".into(), value: syncs.into(), bound: 1 });
    fleet.leave().await?;
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    if lagged == 0 {
        return Err(io::Error::other("the client was never behind enough to be told"));
    }
    Ok(Outcome::Ran(format!("{behind} entries behind: {lagged} lagged, {syncs} sync")))
}

/// Figure 12.
pub(super) async fn storm(mut run: Run) -> io::Result<Outcome> {
    const MISSED: usize = 100;
    let clients = run.rounds(1_000, 10_000);
    let mut crowd = Crowd::gather(Stage::new(&run.binary)?, clients, clients / 100).await?;
    let (turn, address) = watch::channel(crowd.stage.at());
    let mut fleet = Fleet::new(&run.ledger, run.random.fork());
    for (number, person) in crowd.people.iter().enumerate() {
        fleet.add(plan(number, person, vec![Transport::WebSocket]), address.clone(), vec![]);
    }
    fleet.connected(CONNECTING * 4).await?;
    // Nobody is there while they are away.
    turn.send_replace(SocketAddr::from(([127, 0, 0, 1], 1)));
    for one in &fleet.members {
        drop(one.tell.send(Order::Cut));
    }
    let gone = fleet.until(CONNECTING, |it| !it.synced).await;
    gone.ok_or_else(|| io::Error::other("clients did not go"))?;
    for (place, (room, _)) in crowd.rooms.iter().enumerate() {
        // Everybody is in two rooms.
        let name = format!("missed-{place}");
        flood(crowd.stage.at(), &crowd.owner, *room, (&name, MISSED / 2, 150)).await?;
    }
    let cpu = crowd.stage.server()?.cpu()?;
    let began = Instant::now();
    turn.send_replace(crowd.stage.at());
    fleet.connected(CONNECTING * 4).await?;
    let took = began.elapsed();
    let cpu = crowd.stage.server()?.cpu()?.saturating_sub(cpu);
    let each = u64::try_from(cpu.as_micros()).unwrap_or(u64::MAX) / clients.max(1) as u64;
    run.measured_when_quiet("µs of server CPU for a client to be in sync", each, STORM_US);
    fleet.settle(&crowd.stage, &crowd.owner).await?;
    fleet.leave().await?;
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    let took = took.as_secs_f64();
    Ok(Outcome::Ran(format!(
        "{clients} clients with {MISSED} missed each: {each} µs of server CPU for each, all in sync after {took:.2} s"
    )))
}
