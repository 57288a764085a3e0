//! Ways of spoiling a history at a random place, each with the promise that it breaks.
#![expect(clippy::ptr_arg, reason = "every corruption has the same signature, and most add or remove events")]

use std::collections::HashSet;

use crate::checker::Promise;
use crate::history::{Act, Entry, Event, Fact, How, What};
use crate::random::Random;

/// Spoils a history; false when it has no place for it.
type Corrupt = fn(&mut Vec<Event>, &mut Random) -> bool;

pub(super) const CORRUPTIONS: &[(&str, Promise, Corrupt)] = &[
    ("an acknowledged message is another one in the log", Promise::Durable, another_nonce),
    ("the log's tail is lost", Promise::Durable, lost_tail),
    ("an entry is applied twice", Promise::Unique, applied_twice),
    ("a nonce stands twice", Promise::Unique, nonce_twice),
    ("somebody else wrote it", Promise::Agreement, other_author),
    ("another text was received", Promise::Agreement, other_text),
    ("an entry is not applied", Promise::Contiguous, not_applied),
    ("two pushes change places", Promise::Monotone, swapped_pushes),
    ("a view ends too early", Promise::Complete, short_view),
    ("a view lacks a room", Promise::Complete, room_missing),
    ("something is pushed that never was", Promise::NoPhantom, phantom),
    ("a refused message stands in the log", Promise::NoZombie, zombie),
    ("two messages change places", Promise::RealTime, swapped_messages),
    ("two answers differ", Promise::Idempotent, two_answers),
    ("an outsider hears", Promise::Authorised, outsider_hears),
    ("an outsider writes", Promise::Authorised, outsider_writes),
    ("a deleted text comes back", Promise::Erased, text_comes_back),
    ("a new epoch without a reset", Promise::Restored, new_epoch),
    ("a marker goes back", Promise::Markers, marker_back),
    ("a bound is passed", Promise::Bounded, over_bound),
    ("a write is never answered", Promise::Live, no_answer),
    ("a node shows another text", Promise::Fold, shown_otherwise),
    ("a table lacks a member", Promise::Fold, member_missing),
    ("a reset lacks a reaction", Promise::Fold, reset_otherwise),
];

/// Places of the events for which this holds.
fn places(history: &[Event], wanted: impl Fn(&What) -> bool) -> Vec<usize> {
    (0..history.len()).filter(|at| wanted(&history[*at].what)).collect()
}

/// Changes a random event among those that can be changed.
fn change(history: &mut [Event], random: &mut Random, mut change: impl FnMut(&mut What) -> bool) -> bool {
    let start = random.below(history.len());
    let count = history.len();
    (0..count).any(|step| change(&mut history[(start + step) % count].what))
}

fn acked(history: &[Event]) -> HashSet<Box<str>> {
    history
        .iter()
        .filter_map(|event| if let What::Ok { nonce, .. } = &event.what { Some(nonce.clone()) } else { None })
        .collect()
}

fn another_nonce(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let acked = acked(history);
    change(history, random, |what| match what {
        What::Logged { entry: Entry { fact: Fact::Message { nonce, .. }, .. } } if acked.contains(nonce) => {
            *nonce = "never".into();
            true
        }
        _ => false,
    })
}

fn lost_tail(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let acked = acked(history);
    let room = 1 + random.below(3) as u64;
    let mine = places(history, |what| matches!(what, What::Logged { entry } if entry.room == room));
    let last = mine.last().copied().unwrap();
    let is_acked = matches!(&history[last].what, What::Logged { entry: Entry { fact: Fact::Message { nonce, .. }, .. } } if acked.contains(nonce));
    if is_acked {
        history.remove(last);
    }
    is_acked
}

fn applied_twice(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let applied = places(history, |what| matches!(what, What::Apply { .. }));
    let Some(&at) = random.pick(&applied) else { return false };
    let again = history[at].clone();
    history.insert(at + 1, again);
    true
}

fn nonce_twice(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let is_message =
        |what: &What| matches!(what, What::Logged { entry: Entry { fact: Fact::Message { .. }, .. } });
    let messages = places(history, is_message);
    let (Some(&from), Some(&to)) = (random.pick(&messages), random.pick(&messages)) else { return false };
    let What::Logged { entry: Entry { fact: Fact::Message { nonce, .. }, .. } } = history[from].what.clone()
    else {
        return false;
    };
    let What::Logged { entry: Entry { fact: Fact::Message { nonce: other, .. }, .. } } =
        &mut history[to].what
    else {
        return false;
    };
    *other = nonce;
    from != to
}

fn other_author(history: &mut Vec<Event>, random: &mut Random) -> bool {
    change(history, random, |what| match what {
        What::Recv { entry, .. } => {
            entry.by += 1;
            true
        }
        _ => false,
    })
}

fn other_text(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let kept: HashSet<(u64, u32)> = history
        .iter()
        .filter_map(|event| match &event.what {
            What::Logged { entry: Entry { room, seq, fact: Fact::Message { text, .. }, .. } }
                if !text.is_empty() =>
            {
                Some((*room, *seq))
            }
            _ => None,
        })
        .collect();
    change(history, random, |what| match what {
        What::Recv { entry: Entry { room, seq, fact: Fact::Message { text, .. }, .. }, .. }
            if kept.contains(&(*room, *seq)) =>
        {
            *text = "something else".into();
            true
        }
        _ => false,
    })
}

fn not_applied(history: &mut Vec<Event>, random: &mut Random) -> bool {
    // Only one that is followed by its successor: the last before a reset or the end is another promise's business.
    let applied = places(history, |what| matches!(what, What::Apply { .. }));
    let followed = |at: &&usize| {
        let (client, What::Apply { room, seq }) = (history[**at].client, &history[**at].what) else {
            return false;
        };
        let of_room = |event: &&Event| {
            event.client == client
                && matches!(&event.what, What::Apply { room: r, .. } | What::Reset { room: r, .. } | What::Drop { room: r } if r == room)
        };
        let next = history[**at + 1..].iter().find(of_room);
        next.is_some_and(|event| event.what == What::Apply { room: *room, seq: seq + 1 })
    };
    let followed: Vec<usize> = applied.iter().filter(followed).copied().collect();
    let Some(&at) = random.pick(&followed) else { return false };
    history.remove(at);
    true
}

fn swapped_pushes(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let pushed = places(history, |what| matches!(what, What::Recv { how: How::Push, .. }));
    let Some(&first) = random.pick(&pushed) else { return false };
    let What::Recv { connection, entry, .. } = history[first].what.clone() else { return false };
    let later = pushed.iter().find(|at| {
        **at > first
            && matches!(&history[**at].what,
        What::Recv { connection: its, entry: other, .. } if *its == connection && other.room == entry.room)
    });
    let Some(&second) = later else { return false };
    let other = history[second].what.clone();
    history[second].what = std::mem::replace(&mut history[first].what, other);
    true
}

fn short_view(history: &mut Vec<Event>, random: &mut Random) -> bool {
    change(history, random, |what| match what {
        What::View { rooms } => rooms.first_mut().map(|(_, seq)| *seq -= 1).is_some(),
        _ => false,
    })
}

fn room_missing(history: &mut Vec<Event>, random: &mut Random) -> bool {
    change(
        history,
        random,
        |what| if let What::View { rooms } = what { rooms.pop().is_some() } else { false },
    )
}

fn phantom(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let pushed = places(history, |what| matches!(what, What::Recv { how: How::Push, .. }));
    let Some(&at) = random.pick(&pushed) else { return false };
    let mut event = history[at].clone();
    if let What::Recv { entry, .. } = &mut event.what {
        entry.seq = 90_000;
    }
    history.insert(at, event);
    true
}

fn zombie(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let once: Vec<Box<str>> = history
        .iter()
        .filter_map(|event| match &event.what {
            What::Inv { write, .. } if matches!(write.act, Act::Send { .. }) => Some(write.nonce.clone()),
            _ => None,
        })
        .collect();
    let lost: HashSet<Box<str>> = history
        .iter()
        .filter_map(|event| if let What::Info { nonce } = &event.what { Some(nonce.clone()) } else { None })
        .collect();
    change(history, random, |what| match what {
        What::Ok { nonce, .. } if once.contains(nonce) && !lost.contains(nonce) => {
            let nonce = nonce.clone();
            *what = What::Fail { nonce, code: "forbidden".into(), for_good: true };
            true
        }
        _ => false,
    })
}

/// Two messages, the first acknowledged before the second was tried, trade their places in everything but time.
fn swapped_messages(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let oks = places(history, |what| matches!(what, What::Ok { .. }));
    let sends: HashSet<Box<str>> = history
        .iter()
        .filter_map(|event| match &event.what {
            What::Inv { write, .. } if matches!(write.act, Act::Send { .. }) => Some(write.nonce.clone()),
            _ => None,
        })
        .collect();
    let lost: HashSet<Box<str>> = history
        .iter()
        .filter_map(|event| if let What::Info { nonce } = &event.what { Some(nonce.clone()) } else { None })
        .collect();
    let plain = |nonce: &str| sends.contains(nonce) && !lost.contains(nonce);
    let Some(&first) = random.pick(&oks) else { return false };
    let What::Ok { nonce, room, seq } = history[first].what.clone() else { return false };
    let later = oks.iter().find(|at| {
        **at > first
            && matches!(&history[**at].what,
        What::Ok { nonce: its, room: other, .. } if *other == room && plain(its))
    });
    let Some(&second) = later.filter(|_| plain(&nonce)) else { return false };
    if let What::Ok { seq: its, .. } = &mut history[second].what {
        let theirs = std::mem::replace(its, seq);
        if let What::Ok { seq, .. } = &mut history[first].what {
            *seq = theirs;
        }
    }
    true
}

pub(super) fn two_answers(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let oks = places(history, |what| matches!(what, What::Ok { .. }));
    let Some(&at) = random.pick(&oks) else { return false };
    let mut again = history[at].clone();
    if let What::Ok { seq, .. } = &mut again.what {
        // Below every seq that is real, so that only the two answers clash.
        *seq = 0;
    }
    history.insert(at + 1, again);
    true
}

fn outsider_hears(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let pushed = places(history, |what| matches!(what, What::Recv { how: How::Push, .. }));
    let Some(&at) = random.pick(&pushed) else { return false };
    let mut event = history[at].clone();
    event.client = 77;
    history.insert(at, event);
    let known = Event { at_us: 0, client: 77, what: What::Client { user: 777 } };
    history.insert(0, known);
    true
}

fn outsider_writes(history: &mut Vec<Event>, random: &mut Random) -> bool {
    change(history, random, |what| match what {
        What::Logged { entry } if matches!(entry.fact, Fact::Message { .. }) => {
            entry.by = 777;
            true
        }
        _ => false,
    })
}

fn text_comes_back(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let deletes: Vec<(u64, u32, u32)> = history
        .iter()
        .filter_map(|event| match &event.what {
            What::Logged { entry: Entry { room, seq, fact: Fact::Deleted { message }, .. } } => {
                Some((*room, *seq, *message))
            }
            _ => None,
        })
        .collect();
    let Some(&(room, delete, message)) = random.pick(&deletes) else { return false };
    let applied = places(history, |what| *what == What::Apply { room, seq: delete });
    let Some(&at) = random.pick(&applied) else { return false };
    let first = history.iter().find_map(|event| match &event.what {
        What::Recv { entry, .. } if entry.room == room && entry.seq == message => match &entry.fact {
            Fact::Message { text, .. } if !text.is_empty() => Some(entry.clone()),
            _ => None,
        },
        _ => None,
    });
    let Some(entry) = first else { return false };
    let (at_us, client) = (history[at].at_us, history[at].client);
    let how = How::Answer { asked_us: at_us };
    history.insert(at + 1, Event { at_us, client, what: What::Recv { connection: 9_999, how, entry } });
    true
}

fn new_epoch(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let applied = places(history, |what| matches!(what, What::Apply { .. }));
    let Some(&at) = random.pick(&applied) else { return false };
    let (at_us, client) = (history[at].at_us, history[at].client);
    history.insert(at, Event { at_us, client, what: What::Epoch { epoch: "other".into() } });
    true
}

fn marker_back(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let marked = places(history, |what| matches!(what, What::Marked { .. }));
    let Some(&at) = random.pick(&marked) else { return false };
    let mut event = history[at].clone();
    if let What::Marked { seq, marker, .. } = &mut event.what {
        *seq += 1;
        *marker -= 1;
    }
    history.insert(at + 1, event);
    true
}

fn over_bound(history: &mut Vec<Event>, random: &mut Random) -> bool {
    change(history, random, |what| match what {
        What::Measured { value, bound, .. } => {
            *value = *bound + 1;
            true
        }
        _ => false,
    })
}

fn no_answer(history: &mut Vec<Event>, random: &mut Random) -> bool {
    let oks = places(history, |what| matches!(what, What::Ok { .. }));
    let Some(&at) = random.pick(&oks) else { return false };
    history.remove(at);
    true
}

fn shown_otherwise(history: &mut Vec<Event>, random: &mut Random) -> bool {
    change(history, random, |what| match what {
        What::Shown { items, .. } => {
            items.iter_mut().find(|item| !item.deleted).map(|item| item.text = "x".into()).is_some()
        }
        _ => false,
    })
}

fn member_missing(history: &mut Vec<Event>, random: &mut Random) -> bool {
    change(history, random, |what| {
        if let What::Tabled { members, .. } = what { members.pop().is_some() } else { false }
    })
}

fn reset_otherwise(history: &mut Vec<Event>, random: &mut Random) -> bool {
    change(history, random, |what| match what {
        What::Reset { items, .. } => items
            .iter_mut()
            .find(|item| !item.deleted)
            .map(|item| drop(item.reactions.insert("?".into(), vec![1])))
            .is_some(),
        _ => false,
    })
}
