//! Who saw and wrote what: nothing outside membership, by the log's own order.

use std::collections::HashMap;

use crate::checker::log::Log;
use crate::checker::{Findings, Promise};
use crate::history::{Event, Fact, How, What};

/// Holds what was received against membership.
#[derive(Debug)]
pub(crate) struct Rights<'h, 'l> {
    log: &'l Log<'h>,
    users: HashMap<u32, u64>,
}

impl<'h, 'l> Rights<'h, 'l> {
    /// Nobody is known yet.
    pub(crate) fn new(log: &'l Log<'h>) -> Self {
        Self { log, users: HashMap::new() }
    }

    /// Takes an event in.
    pub(crate) fn see(&mut self, at: usize, event: &Event, findings: &mut Findings) {
        match &event.what {
            What::Client { user } => {
                self.users.insert(event.client, *user);
            }
            What::Recv { how, entry, .. } if self.log.at(entry.room, entry.seq).is_some() => {
                let Some(user) = self.users.get(&event.client) else { return };
                let stays = self.log.stays(entry.room, *user);
                let is_in = stays.iter().any(|stay| (stay.from..=stay.to).contains(&entry.seq));
                // Members may ask for what was written before they came.
                let may_ask = *how != How::Push && stays.iter().any(|stay| stay.to >= entry.seq);
                if !is_in && !may_ask {
                    let what = format!(
                        "user {user} got {} of room {} without being a member",
                        entry.seq, entry.room
                    );
                    findings.add(Promise::Authorised, what, &[Some(at)]);
                }
            }
            _ => {}
        }
    }

    /// What shows in the log: everything that members write is written by a member of that moment.
    pub(crate) fn end(&self, findings: &mut Findings) {
        for (room, entries) in self.log.rooms() {
            for entry in entries {
                let by_members = matches!(
                    entry.fact,
                    Fact::Message { .. }
                        | Fact::Edited { .. }
                        | Fact::Deleted { .. }
                        | Fact::Reacted { .. }
                        | Fact::Unreacted { .. }
                );
                let stays = self.log.stays(room, entry.by);
                if by_members && !stays.iter().any(|stay| (stay.from..stay.to).contains(&entry.seq)) {
                    let what = format!(
                        "user {} wrote {} of room {room} without being a member",
                        entry.by, entry.seq
                    );
                    findings.add(Promise::Authorised, what, &[]);
                }
            }
        }
    }
}
