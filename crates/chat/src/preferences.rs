//! What users want of their rooms.

use std::collections::BTreeSet;

use parlor_protocol::people::Done;
use parlor_protocol::preferences::{Folder, RoomPrefer};
use parlor_protocol::{Code, limits};
use parlor_store::write::preferences::PreferRooms;

use crate::fault::{Answer, Fault};
use crate::proof::Caller;
use crate::{Chat, text};

/// Sets what the caller wants of some of their rooms, and their folders.
pub async fn set(chat: &Chat, caller: &Caller, request: RoomPrefer) -> Answer<RoomPrefer> {
    let actor = caller.acts::<RoomPrefer>()?;
    let RoomPrefer { rooms, folders } = request;
    if rooms.len() > limits::PREFERENCES_PER_CALL {
        return Err(Fault::refused(Code::TooLarge, "rooms: at most 200 in one call"));
    }
    let folders = folders.map(checked).transpose()?;
    chat.store.write(PreferRooms { actor, rooms, folders }).await?;
    Ok(Done {})
}

fn checked(folders: Vec<Folder>) -> Result<Vec<Folder>, Fault> {
    if folders.len() > limits::FOLDERS_PER_USER {
        return Err(Fault::refused(Code::TooLarge, "folders: at most 50"));
    }
    let ids: BTreeSet<&str> = folders.iter().map(|folder| folder.id.as_str()).collect();
    if ids.len() < folders.len() {
        return Err(Fault::refused(Code::BadRequest, "folders: two have the same id"));
    }
    let named = folders.into_iter().map(|Folder { id, name }| {
        Ok(Folder { id, name: text::some_line(&name, "name", limits::FOLDER_CHARS)? })
    });
    named.collect()
}
