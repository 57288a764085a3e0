//! What may happen in the model's world, and how often.

use parlor_protocol::Seq;
use proptest::prelude::*;

/// What people react with.
pub(crate) const EMOJI: [&str; 3] = ["👍", "🎉", "👀"];

/// What somebody tries. Numbers pick one of what there is.
#[derive(Debug, Clone)]
pub(crate) enum Try {
    Send { answers: Option<u8>, thread: Option<(u8, bool)>, names: u8, calls_all: bool, file: Option<u8> },
    Forward { from: usize, message: u8 },
    Ask { thread: Option<u8>, multiple: bool, hidden: bool },
    Vote { message: u8, choices: u8 },
    Close { message: u8 },
    Edit { message: u8, version: u8 },
    Delete { message: u8 },
    React { message: u8, emoji: usize },
    Unreact { message: u8, emoji: usize },
    RemovePreview { message: u8, page: u8 },
    Pin { message: u8 },
    Unpin { message: u8 },
    Follow { thread: u8 },
    Unfollow { thread: u8 },
    Join,
    Leave,
    Add { whom: usize },
    Remove { whom: usize },
}

/// What happens next.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Try {
        who: usize,
        room: usize,
        what: Try,
    },
    /// Somebody who heard no answer repeats what they did that many steps ago.
    Retry {
        back: usize,
    },
    /// The program has followed the links of a message, or of how it was before its last edit.
    Preview {
        room: usize,
        message: u8,
        pages: u8,
        stale: bool,
    },
    Mark {
        who: usize,
        room: usize,
        seq: Seq,
    },
    MarkThread {
        who: usize,
        room: usize,
        thread: u8,
        seq: Seq,
    },
    /// Somebody wants something else of a room.
    Prefer {
        who: usize,
        room: usize,
        wish: u8,
    },
    /// Somebody puts something unread away, or brings it back.
    PutAway {
        who: usize,
        room: usize,
        message: u8,
        hours: Option<u8>,
    },
    /// A client asks for some of what it misses.
    Sync {
        client: usize,
        room: usize,
        limit: u32,
    },
}

fn tries() -> impl Strategy<Value = Try> {
    prop_oneof![
        6 => (
            any::<Option<u8>>(),
            any::<Option<(u8, bool)>>(),
            any::<u8>(),
            prop::bool::weighted(0.1),
            any::<Option<u8>>(),
        )
            .prop_map(|(answers, thread, names, calls_all, file)| Try::Send { answers, thread, names, calls_all, file }),
        2 => (0..3_usize, any::<u8>()).prop_map(|(from, message)| Try::Forward { from, message }),
        3 => (any::<Option<u8>>(), any::<bool>(), any::<bool>())
            .prop_map(|(thread, multiple, hidden)| Try::Ask { thread, multiple, hidden }),
        6 => (any::<u8>(), 0_u8..16).prop_map(|(message, choices)| Try::Vote { message, choices }),
        1 => any::<u8>().prop_map(|message| Try::Close { message }),
        4 => (any::<u8>(), 0_u8..3).prop_map(|(message, version)| Try::Edit { message, version }),
        2 => any::<u8>().prop_map(|message| Try::Delete { message }),
        5 => (any::<u8>(), 0..EMOJI.len()).prop_map(|(message, emoji)| Try::React { message, emoji }),
        3 => (any::<u8>(), 0..EMOJI.len()).prop_map(|(message, emoji)| Try::Unreact { message, emoji }),
        2 => (any::<u8>(), 0_u8..3).prop_map(|(message, page)| Try::RemovePreview { message, page }),
        3 => any::<u8>().prop_map(|message| Try::Pin { message }),
        1 => any::<u8>().prop_map(|message| Try::Unpin { message }),
        1 => any::<u8>().prop_map(|thread| Try::Follow { thread }),
        1 => any::<u8>().prop_map(|thread| Try::Unfollow { thread }),
        3 => Just(Try::Join),
        1 => Just(Try::Leave),
        2 => (0..4_usize).prop_map(|whom| Try::Add { whom }),
        1 => (0..4_usize).prop_map(|whom| Try::Remove { whom }),
    ]
}

/// A story: some steps, one after the other.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..4_usize, 0..3_usize, tries()).prop_map(|(who, room, what)| Step::Try { who, room, what }),
        2 => (0..6_usize).prop_map(|back| Step::Retry { back }),
        2 => (0..3_usize, any::<u8>(), 0_u8..4, prop::bool::weighted(0.1))
            .prop_map(|(room, message, pages, stale)| Step::Preview { room, message, pages, stale }),
        1 => (0..4_usize, 0..3_usize, 0..40_u32).prop_map(|(who, room, seq)| Step::Mark { who, room, seq }),
        1 => (0..4_usize, 0..3_usize, any::<u8>(), 0..40_u32)
            .prop_map(|(who, room, thread, seq)| Step::MarkThread { who, room, thread, seq }),
        2 => (0..4_usize, 0..3_usize, any::<u8>()).prop_map(|(who, room, wish)| Step::Prefer { who, room, wish }),
        2 => (0..4_usize, 0..3_usize, 0..8_u8, prop::option::of(0..4_u8))
            .prop_map(|(who, room, message, hours)| Step::PutAway { who, room, message, hours }),
        2 => (0..3_usize, 0..3_usize, 1..8_u32).prop_map(|(client, room, limit)| Step::Sync { client, room, limit }),
    ];
    prop::collection::vec(step, 1..120)
}
