//! Stories at the door of the chat: fixed people on a real store in a temporary folder.

#![expect(clippy::unwrap_used, reason = "a story that goes wrong shall say so and stop")]

mod catching_up;
mod entrance;
mod finding;
mod later;
mod live;
mod messages;
mod people;
mod recoveries;
mod rooms;
mod sessions;
mod stage;
mod threads;
