//! Pushes that leave with answers: a client whose event is being handled gets what it is sent and its answer in one
//! write.

use std::cell::RefCell;
use std::sync::Arc;

use crate::engine::session::Session;

thread_local! {
    static HELD: RefCell<Option<Vec<Arc<Session>>>> = const { RefCell::new(None) };
}

/// Runs work on this thread that sends something and then lets handlers go on that wait for it.
///
/// What it sends to a client of which a handler waits is only queued, and leaves with the answer that the handler gives
/// next, in one write; at the latest when the client's task has been round after the end of the work. Everybody else is
/// sent to as ever, and nothing is sent in another order.
pub fn together(work: &mut dyn FnMut()) {
    let _end = End { outer: HELD.replace(Some(Vec::new())) };
    work();
}

/// The end of the work, also of one that panics.
struct End {
    outer: Option<Vec<Arc<Session>>>,
}

impl Drop for End {
    fn drop(&mut self) {
        let held = HELD.replace(self.outer.take());
        held.into_iter().flatten().for_each(|session| session.flush_by_task());
    }
}

/// Whether this thread is at such work.
pub(crate) fn is_open() -> bool {
    HELD.with_borrow(Option::is_some)
}

/// Has a session's task look at its queue when the work is done.
pub(crate) fn hold(session: &Arc<Session>) {
    HELD.with_borrow_mut(|held| held.get_or_insert_default().push(session.clone()));
}
