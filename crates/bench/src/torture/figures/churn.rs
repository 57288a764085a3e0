//! Figures 7 and 8: connections break in every way, and polling is upgraded to WebSocket again and again, under load.

use std::io;
use std::time::{Duration, Instant};

use super::crowd::{CONNECTING, Crowd, plan};
use crate::history::What;
use crate::torture::client::{Order, look};
use crate::torture::fleet::{Fleet, conclude};
use crate::torture::line::Transport;
use crate::torture::proxy::Proxy;
use crate::torture::stage::Stage;
use crate::torture::{Outcome, Run};

/// Every way a line can be carried.
const ALL: [Transport; 3] = [Transport::WebSocket, Transport::Polling, Transport::Upgrading];
/// A line on which nothing comes for this long is dead, with a heartbeat every second.
const QUIET: Duration = Duration::from_secs(4);

/// Figure 7.
pub(super) async fn reconnects(mut run: Run) -> io::Result<Outcome> {
    let seconds = run.rounds(20, 1_800);
    let mut stage = Stage::new(&run.binary)?;
    stage.set("PING_INTERVAL_S", "1");
    stage.set("PING_TIMEOUT_S", "3");
    let mut crowd = Crowd::gather(stage, 40, 8).await?;
    let proxy = Proxy::open(crowd.stage.address(), run.random.fork()).await?;
    let mut fleet = Fleet::new(&run.ledger, run.random.fork());
    for (number, person) in crowd.people.iter().enumerate() {
        let transports = (0..3).filter_map(|turn| ALL.get((number + turn) % 3)).copied().collect();
        let rooms = crowd.rooms_of(number);
        let patient = plan(number, person, transports);
        fleet.add(crate::torture::client::Plan { quiet: QUIET, ..patient }, proxy.address.clone(), rooms);
    }
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(seconds as u64) {
        fleet.load(200, Duration::from_millis(250)).await;
        // Clients that just go, in the middle of a poll or not, do so once in a second.
        if run.random.once_in(4)
            && let Some(one) = run.random.pick(&fleet.members)
        {
            drop(one.tell.send(Order::Cut));
        }
    }
    proxy.heal();
    let settled = fleet.settle(&crowd.stage, &crowd.owner).await?;
    let acked = fleet.acked();
    fleet.leave().await?;
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    let settled = settled.as_secs_f64();
    Ok(Outcome::Ran(format!(
        "{seconds} s of churn, {acked} acknowledged, all complete {settled:.2} s after healing"
    )))
}

/// Figure 8.
pub(super) async fn upgrades(mut run: Run) -> io::Result<Outcome> {
    let wanted = run.rounds(5_000, 50_000);
    let mut crowd = Crowd::gather(Stage::new(&run.binary)?, 40, 4).await?;
    let address = crowd.stage.address();
    let mut fleet = crowd.clients(&mut run, &address, |_| vec![Transport::Upgrading]);
    fleet.connected(CONNECTING).await?;
    let began = Instant::now();
    let limit = Duration::from_secs(90) * u32::try_from(wanted / 5_000 + 1).unwrap_or(1);
    let done =
        |fleet: &Fleet| fleet.members.iter().map(|one| look(&one.shared, |it| it.upgrades)).sum::<u32>();
    while (done(&fleet) as usize) < wanted && began.elapsed() < limit {
        for one in &fleet.members {
            // Entries went both ways on polling and on the WebSocket when it goes.
            if look(&one.shared, |it| it.upgraded && it.synced) {
                drop(one.tell.send(Order::Cut));
            }
        }
        fleet.load(100, Duration::from_millis(100)).await;
    }
    let (upgrades, acked) = (done(&fleet), fleet.acked());
    fleet.settle(&crowd.stage, &crowd.owner).await?;
    let gaps: u32 = fleet.members.iter().map(|one| look(&one.shared, |it| it.gaps)).sum();
    let name = "entries lost or out of order on a line".into();
    run.ledger.note(0, What::Measured { name, value: gaps.into(), bound: 0 });
    fleet.leave().await?;
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    if (upgrades as usize) < wanted / 5 {
        return Err(io::Error::other(format!("only {upgrades} upgrades in {} s", limit.as_secs())));
    }
    Ok(Outcome::Ran(format!("{upgrades} upgrades, {acked} acknowledged meanwhile, {gaps} gaps")))
}
