//! What users want of their rooms, in columns and in the bodies of entries.

use parlor_protocol::preferences::{Folder, Level, RoomPreference};
use rusqlite::Result;

use super::{Column, damaged, json, parse};
use crate::entries::UserBody;

impl Column for Level {
    fn number(self) -> i64 {
        match self {
            Self::All => 0,
            Self::Mentions => 1,
            Self::Nothing => 2,
        }
    }
}

pub(crate) fn level(number: i64) -> Result<Level> {
    [Level::All, Level::Mentions, Level::Nothing]
        .into_iter()
        .find(|level| level.number() == number)
        .ok_or_else(|| damaged("level"))
}

pub(super) fn write_preferred(rooms: &[RoomPreference], folders: Option<&Vec<Folder>>) -> String {
    json(&(rooms, folders))
}

pub(super) fn read_preferred(body: &str) -> Result<UserBody> {
    let (rooms, folders) = parse(body)?;
    Ok(UserBody::RoomsPreferred { rooms, folders })
}
