//! What became of writes: durable, once, in the order of real time, and resolved at all.

use std::collections::HashMap;

use crate::checker::log::Log;
use crate::checker::{Findings, Promise};
use crate::history::{Act, Event, Fact, What, Write};

/// After healing, every write resolves within this time.
const PATIENCE_US: u64 = 30_000_000;

/// One write and all its tries.
#[derive(Debug)]
struct Tried<'h> {
    write: &'h Write,
    first: usize,
    tries: u32,
    /// The connection of its only try; 0 when there were several, or none has an order.
    connection: u32,
    /// The greatest seq of the room that was acknowledged before the first try, and where.
    floor: Option<(u32, usize)>,
    acked: Option<(u64, u32, usize)>,
    /// Tries that were refused.
    refused: u32,
    refused_for_good: Option<usize>,
    resolved: bool,
}

/// What is known of writes so far.
#[derive(Debug)]
pub(crate) struct Writes<'h, 'l> {
    log: &'l Log<'h>,
    tried: HashMap<&'h str, Tried<'h>>,
    /// Nonces in the order in which they were first tried.
    order: Vec<&'h str>,
    /// Greatest acknowledged seq of each room.
    acked: HashMap<u64, (u32, usize)>,
    healed_us: Option<u64>,
    ended_us: u64,
}

impl<'h, 'l> Writes<'h, 'l> {
    /// Nothing was tried yet.
    pub(crate) fn new(log: &'l Log<'h>) -> Self {
        let (tried, order, acked) = (HashMap::new(), Vec::new(), HashMap::new());
        Self { log, tried, order, acked, healed_us: None, ended_us: 0 }
    }

    /// Takes an event in.
    pub(crate) fn see(&mut self, at: usize, event: &'h Event, findings: &mut Findings) {
        self.ended_us = event.at_us;
        match &event.what {
            What::Inv { connection, write } => self.tries(at, *connection, write),
            What::Ok { nonce, room, seq } => {
                self.acknowledged(at, event.at_us, (nonce, *room, *seq), findings);
            }
            What::Fail { nonce, for_good, .. } => {
                let Some(tried) = self.tried.get_mut(&**nonce) else { return };
                tried.refused += 1;
                if *for_good {
                    tried.refused_for_good = Some(at);
                    tried.resolved = true;
                }
            }
            What::Healed => self.healed_us = Some(event.at_us),
            _ => {}
        }
    }

    fn tries(&mut self, at: usize, connection: u32, write: &'h Write) {
        let floor = self.acked.get(&write.room).copied();
        if let Some(tried) = self.tried.get_mut(&*write.nonce) {
            tried.tries += 1;
            tried.connection = 0;
            return;
        }
        self.order.push(&write.nonce);
        let tried = Tried {
            write,
            first: at,
            tries: 1,
            connection,
            floor,
            acked: None,
            refused: 0,
            refused_for_good: None,
            resolved: false,
        };
        self.tried.insert(&write.nonce, tried);
    }

    fn acknowledged(
        &mut self,
        at: usize,
        at_us: u64,
        (nonce, room, seq): (&'h str, u64, u32),
        findings: &mut Findings,
    ) {
        let Some(tried) = self.tried.get_mut(nonce) else { return };
        let late = self.healed_us.is_some_and(|healed| at_us > healed + PATIENCE_US);
        if late && !tried.resolved {
            findings.add(Promise::Live, format!("{nonce} was answered late"), &[Some(tried.first), Some(at)]);
        }
        tried.resolved = true;
        let top = self.acked.entry(room).or_insert((seq, at));
        if seq > top.0 {
            *top = (seq, at);
        }
        if let Some((other_room, other, first)) = tried.acked {
            if (other_room, other) != (room, seq) {
                let what = format!("{nonce} was acknowledged at {other} and at {seq}");
                findings.add(Promise::Idempotent, what, &[Some(first), Some(at)]);
            }
            return;
        }
        tried.acked = Some((room, seq, at));
        if let Some((floor, before)) =
            tried.floor.filter(|(floor, _)| gives_a_place(tried.write) && *floor >= seq)
        {
            let what = format!("{nonce} is at {seq}, although {floor} was acknowledged before it was tried");
            findings.add(Promise::RealTime, what, &[Some(before), Some(tried.first), Some(at)]);
        }
        self.durable(at, (nonce, room, seq), findings);
    }

    /// Whether the acknowledged write stands in the final log at its place.
    fn durable(&self, at: usize, (nonce, room, seq): (&str, u64, u32), findings: &mut Findings) {
        let Some(tried) = self.tried.get(nonce).filter(|_| self.log.known) else { return };
        let stands = self.log.at(room, seq).is_some_and(|entry| match (&tried.write.act, &entry.fact) {
            (Act::Send { .. }, Fact::Message { nonce: its, .. }) => **its == *nonce,
            (Act::Send { .. }, _) => false,
            (Act::Edit { message, .. }, Fact::Edited { message: its, .. })
            | (Act::Delete { message }, Fact::Deleted { message: its }) => message == its,
            // What was there already is answered with the log's head.
            _ => true,
        });
        if !stands {
            let what = format!(
                "{nonce} was acknowledged at {seq} of room {room}, where the final log has another or none"
            );
            findings.add(Promise::Durable, what, &[Some(tried.first), Some(at)]);
        }
    }

    /// What shows only at the end.
    pub(crate) fn end(&self, findings: &mut Findings) {
        let quiet = self.healed_us.is_some_and(|healed| self.ended_us > healed);
        for nonce in &self.order {
            let Some(tried) = self.tried.get(nonce) else { continue };
            if quiet && !tried.resolved {
                findings.add(Promise::Live, format!("{nonce} was never answered"), &[Some(tried.first)]);
            }
            // A try without an answer may have been written before a later one was refused.
            let refused =
                tried.refused_for_good.filter(|_| tried.refused == tried.tries && tried.acked.is_none());
            if let Some((refused, (_, logged))) = refused.zip(self.log.message(nonce)) {
                let what = format!("{nonce} was refused for good and stands in the log");
                findings.add(Promise::NoZombie, what, &[Some(refused), Some(logged)]);
            }
        }
        self.pipelined(findings);
    }

    /// The order in which one connection sent: each room's seqs follow it. A write that was tried again elsewhere may
    /// have been done there first, so only what was tried once is held against what went before it.
    fn pipelined(&self, findings: &mut Findings) {
        let mut last: HashMap<(u32, u64), (u32, usize)> = HashMap::new();
        for nonce in &self.order {
            let Some(tried) = self.tried.get(nonce) else { continue };
            let Some((room, seq, at)) = tried.acked else { continue };
            if tried.connection == 0 || tried.refused > 0 || !gives_a_place(tried.write) {
                continue;
            }
            let top = last.entry((tried.connection, room)).or_insert((seq, at));
            if top.0 > seq {
                let what =
                    format!("{nonce} is at {seq}, although {} was sent before it on its connection", top.0);
                findings.add(Promise::RealTime, what, &[Some(top.1), Some(tried.first), Some(at)]);
            } else {
                *top = (seq, at);
            }
        }
    }
}

/// Whether the ack's seq is that of an entry of its own: a reaction that was there already has none.
const fn gives_a_place(write: &Write) -> bool {
    matches!(write.act, Act::Send { .. } | Act::Edit { .. })
}
