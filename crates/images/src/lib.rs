//! Pictures from strangers: decoded within limits, scaled, and encoded anew without what came with them, in a process
//! of its own that can open nothing and soon ends.
//!
//! Films and sounds are not decoded: [`blank`] takes out of them, in place, what tells of their making.
//!
//! [`Worker`] is the near end of the pipe, [`work`] the far one, which the program calls when it is started for that.

mod confine;
mod details;
mod emoji;
mod far;
mod gif;
mod near;
mod picture;

pub use details::{Details, blank, details};
pub use far::work;
pub use near::{Input, Worker};
pub use picture::{Format, Job, Made, Refused};
