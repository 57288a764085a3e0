//! What was put away, in the bodies of its entries.

use parlor_protocol::RoomId;
use parlor_protocol::catchup::PutAway;
use rusqlite::Result;

use super::{json, parse};

pub(super) fn write_away(away: &PutAway) -> String {
    json(&(away.message, away.thread, away.until_ms))
}

pub(super) fn read_away(room: RoomId, body: &str) -> Result<PutAway> {
    let (message, thread, until_ms) = parse(body)?;
    Ok(PutAway { room, message, thread, until_ms })
}
