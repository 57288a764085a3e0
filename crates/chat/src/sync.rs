//! Catching up: everything that a client missed, read in one moment.

use std::collections::BTreeMap;

use parlor_protocol::entries::Entry;
use parlor_protocol::messages::{Anchor, Page};
use parlor_protocol::sync::{MySync, RoomState, RoomSync, Sync, Synced};
use parlor_protocol::told::Rows;
use parlor_protocol::{Code, RoomId, Seq, UserId, limits};
use parlor_store::records::{Lent, Membership};
use parlor_store::{Failed, Snapshot, Tell};

use crate::fault::{Answer, Fault};
use crate::named::Names;
use crate::pages::{self, ANSWER_BYTES, Bounded};
use crate::proof::Caller;
use crate::{Chat, wire};

/// Entries of a room's log that are replayed at most; beyond it the log is reset.
const REPLAYED: u32 = 500;
/// The same of the caller's own log: its entries are small, and without them all rooms have to be reset.
const REPLAYED_MINE: u32 = 2_000;
/// Bytes of what is told of a thread that the caller follows.
const FOLLOWED_BYTES: usize = 80;

/// Tells what the client missed: entries where few are missing, a reset where many are, nothing where none is.
pub async fn sync(chat: &Chat, caller: &Caller, request: Sync) -> Answer<Sync> {
    let user = caller.acts::<Sync>()?.user;
    if request.items as usize > limits::HISTORY_ITEMS {
        return Err(Fault::refused(Code::BadRequest, "items: 0 to 100"));
    }
    let epoch = chat.store.epoch().to_owned();
    let synced = chat.store.read(move |snapshot| {
        // Cursors of another epoch belong to another history: whatever they say, everything is new.
        let same = request.epoch.as_ref() == Some(&epoch);
        let rooms = Rooms {
            snapshot,
            user,
            items: request.items,
            left: ANSWER_BYTES,
            answers: Vec::new(),
            names: Names::default(),
            more: false,
        };
        let me = same.then_some(request.me);
        answer(rooms, epoch, me, &Named { rooms: request.rooms, same, only: request.only })
    });
    synced.await?.ok_or_else(|| Fault::refused(Code::Unauthenticated, "the account is gone"))
}

/// The rooms that a client named, with its cursors.
struct Named {
    rooms: BTreeMap<RoomId, Seq>,
    /// The cursors are of this epoch.
    same: bool,
    /// No other rooms are wanted.
    only: bool,
}

fn answer(
    mut rooms: Rooms<'_>,
    epoch: String,
    me: Option<Seq>,
    named: &Named,
) -> Result<Option<Synced>, Failed> {
    let (snapshot, user) = (rooms.snapshot, rooms.user);
    let (Some(mine), Some(workspace)) = (snapshot.mine(user)?, snapshot.workspace()?) else {
        return Ok(None);
    };
    let memberships: BTreeMap<_, _> =
        snapshot.rooms_of(user)?.into_iter().map(|membership| (membership.room.id, membership)).collect();
    let gone = named.rooms.keys().filter(|room| !memberships.contains_key(room)).copied().collect();
    // Rooms that the client holds come first: repairing them is cheap, and it shows them already.
    let (held, new): (Vec<_>, Vec<_>) =
        memberships.values().partition(|membership| named.rooms.contains_key(&membership.room.id));
    for membership in held {
        rooms.add(membership, named.rooms.get(&membership.room.id).copied().filter(|_| named.same))?;
    }
    if !named.only {
        for membership in new {
            rooms.add(membership, None)?;
        }
    }
    let mine = match behind(me, mine.head, REPLAYED_MINE) {
        Some(behind) => {
            let after = mine.head - behind;
            let entries = snapshot.user_entries(user, after, behind)?;
            MySync::Entries { entries: entries.iter().map(wire::my_entry).collect() }
        }
        None => MySync::Reset {
            head: mine.head,
            settings: mine.settings,
            saved: mine.saved,
            preferences: mine.preferences,
            drafts: mine.drafts.into_iter().map(wire::draft).collect(),
        },
    };
    rooms.names.add(user);
    Ok(Some(Synced {
        epoch,
        me: user,
        mine,
        users: wire::users(rooms.names.look_up(snapshot)?),
        rooms: rooms.answers,
        gone,
        workspace: wire::workspace(&workspace),
        more: rooms.more,
    }))
}

/// How many entries are missing after a cursor; `None` when the log has to be reset: without a cursor, with one
/// beyond the head, and with one too far behind.
fn behind(cursor: Option<Seq>, head: Seq, most: u32) -> Option<Seq> {
    head.checked_sub(cursor?).filter(|&behind| behind <= most)
}

/// The answers for rooms, as far as they fit.
struct Rooms<'s> {
    snapshot: &'s Snapshot,
    user: UserId,
    /// Items of a reset.
    items: u32,
    /// Bytes that still fit.
    left: usize,
    answers: Vec<RoomSync>,
    names: Names,
    more: bool,
}

impl Rooms<'_> {
    fn add(&mut self, membership: &Membership, cursor: Option<Seq>) -> Result<(), Failed> {
        match behind(cursor, membership.head, REPLAYED) {
            Some(0) => Ok(()),
            _ if self.left == 0 => {
                self.more = true;
                Ok(())
            }
            Some(behind) => self.replay(membership, membership.head - behind, behind),
            None => self.reset(membership),
        }
    }

    fn replay(&mut self, membership: &Membership, after: Seq, behind: Seq) -> Result<(), Failed> {
        let room = membership.room.id;
        let Some(unread) = self.snapshot.unread(self.user, room)? else { return Ok(()) };
        #[cfg(feature = "planted")]
        let (after, behind) = match parlor_planted::is(parlor_planted::Bug::SyncOffByOne) {
            true => (after + 1, behind - 1),
            false => (after, behind),
        };
        let mut entries = Rows::<Entry>::default();
        let (names, left) = (&mut self.names, self.left);
        self.snapshot.replay(room, after, behind, |replayed| {
            let fits = entries.is_empty() || entries.bytes() < left;
            match replayed {
                _ if !fits => {}
                Lent::Said(said) => {
                    names.said(&said);
                    entries.say(&said);
                }
                Lent::Whole(entry) => {
                    names.entry(&entry);
                    entries.push(&wire::entry(entry));
                }
            }
            fits
        })?;
        self.more |= entries.len() < behind as usize;
        self.left = self.left.saturating_sub(entries.bytes());
        self.answers.push(RoomSync::Entries { room, entries, unread: wire::unread(unread) });
        Ok(())
    }

    fn reset(&mut self, membership: &Membership) -> Result<(), Failed> {
        let room = &membership.room;
        let Some(unread) = self.snapshot.unread(self.user, room.id)? else { return Ok(()) };
        let (page, bytes) = if self.items == 0 {
            let head = membership.head;
            let (items, quoted, users) = (Rows::default(), Rows::default(), Vec::new());
            (Page { items, more_before: head > 0, more_after: false, quoted, users, head }, 0)
        } else {
            let latest =
                |limit, tell: &mut Tell<'_>| self.snapshot.history(room.id, (Anchor::Latest, limit), tell);
            let Some(Bounded { page, names, bytes }) = pages::bounded(self.items, latest)? else {
                return Ok(());
            };
            // Whom the page names stands in the answer once, for all pages.
            self.names.all(names);
            (page, bytes)
        };
        let threads = self.snapshot.followed(membership)?;
        self.left = self.left.saturating_sub(bytes + 1_000 + threads.len() * FOLLOWED_BYTES);
        self.names.room(room);
        let state = RoomState {
            room: wire::room(room.clone()),
            role: membership.role,
            unread: wire::unread(unread),
            threads: threads.into_iter().map(wire::followed).collect(),
            page,
        };
        self.answers.push(RoomSync::Reset(Box::new(state)));
        Ok(())
    }
}
