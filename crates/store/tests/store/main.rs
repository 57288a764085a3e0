//! The conformance suite of the store: stories at its door, with ana who owns the house, ben, cleo and guests.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod brought;
mod catchup;
mod doors;
mod emoji;
mod erase;
mod files;
mod history;
mod house;
mod keeping;
mod lent;
mod log;
mod marks;
mod messages;
mod model;
mod people;
mod preferences;
mod previews;
mod rooms;
mod search;
mod steps;
mod threads;
mod view;
