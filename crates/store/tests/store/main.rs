//! The conformance suite of the store: stories at its door, with ana who owns the house, ben, cleo and guests.

mod doors;
mod erase;
mod history;
mod house;
mod log;
mod messages;
mod model;
mod people;
mod rooms;
mod search;
mod view;
