//! Reads: everything of one [`Snapshot`] is of one moment. Grouped by noun.

mod history;
mod logs;
mod rooms;
mod sessions;
mod users;

pub use users::UserQuery;

use std::marker::PhantomData;

/// The database at one moment. [`Store::read`](crate::Store::read) lends it.
#[derive(Debug)]
pub struct Snapshot<'a> {
    conn: PhantomData<&'a ()>,
}
