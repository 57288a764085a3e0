//! A turn of a session's task: fan-outs to one room that follow each other leave together, in one write per member.
//!
//! A client that sends thirty events has them handled one after the other in one turn. Without this each of them would
//! be queued at every member on its own. Only what this thread does is held back, and only until it sends anything
//! else, changes a room or ends the turn, so nobody can tell it from writing at once.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::id::SocketId;
use crate::wire::Frame;

/// Frames that are held back at most: as many as one write takes.
const HELD: usize = 64;

/// A room, whatever its sockets are.
pub(crate) trait Audience {
    /// Sends frames to every member but the excepted.
    fn hear(self: Arc<Self>, frames: &[Frame], except: &[SocketId]);
}

/// What is held back.
struct Held {
    room: Arc<dyn Audience>,
    except: Vec<SocketId>,
    frames: Vec<Frame>,
}

thread_local! {
    static OPEN: Cell<bool> = const { Cell::new(false) };
    static HOLDS: Cell<bool> = const { Cell::new(false) };
    static HELD_BACK: RefCell<Option<Held>> = const { RefCell::new(None) };
}

/// Runs a turn.
pub(crate) fn run(turn: impl FnOnce()) {
    let _end = End { outer: OPEN.replace(true) };
    turn();
}

/// The end of a turn, also of one that panics: nothing may stay held back on a thread that goes on with other work.
struct End {
    outer: bool,
}

impl Drop for End {
    fn drop(&mut self) {
        OPEN.set(self.outer);
        release();
    }
}

/// Holds frames for a room back until the turn's end. False when there is no turn.
pub(crate) fn hold<R: Audience + 'static>(room: &Arc<R>, frames: &[Frame], except: &[SocketId]) -> bool {
    if !OPEN.get() {
        return false;
    }
    let joins = HELD_BACK.with_borrow(|held| {
        held.as_ref().is_some_and(|held| {
            std::ptr::addr_eq(Arc::as_ptr(&held.room), Arc::as_ptr(room))
                && held.except == except
                && held.frames.len() + frames.len() <= HELD
        })
    });
    if !joins {
        release();
    }
    HELD_BACK.with_borrow_mut(|held| {
        let new = || Held { room: room.clone(), except: except.to_vec(), frames: Vec::new() };
        held.get_or_insert_with(new).frames.extend_from_slice(frames);
    });
    HOLDS.set(true);
    true
}

/// Sends what this thread holds back: to be called before it does anything that must not overtake it.
pub(crate) fn release() {
    if !HOLDS.replace(false) {
        return;
    }
    let held = HELD_BACK.take();
    if let Some(Held { room, except, frames }) = held {
        room.hear(&frames, &except);
    }
}
