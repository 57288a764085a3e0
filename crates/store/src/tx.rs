//! The writer's transaction, as commands see it.

use std::marker::PhantomData;

/// An open transaction of the writer.
#[derive(Debug)]
pub struct Tx<'a> {
    conn: PhantomData<&'a ()>,
}
