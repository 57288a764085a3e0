//! The JSON in docs/protocol: each block names what it is, and the protocol's own types read it.
//!
//! A block begins with ```` ```json call NAME ````, ```` ```json reply TYPE ````, ```` ```json push NAME ```` or
//! ```` ```json error ````.

use parlor_protocol::messages::Page;
use parlor_protocol::people::{BotToken, SignedIn};
use parlor_protocol::pushes::PUSHES;
use parlor_protocol::rooms::{RoomOpened, Rooms, Written};
use parlor_protocol::sync::Synced;
use parlor_protocol::workspace::{InviteCreated, Lobby};
use parlor_protocol::{Call, Entry, Error, MyEntry};
use serde::de::DeserializeOwned;

use super::tree::Tree;

/// Examples that the protocol does not read, and a guide without any.
pub(super) fn find(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let mut blocks = 0_usize;
    for (path, text) in tree.with(&["md"]).filter(|(path, _)| path.starts_with("docs/protocol/")) {
        for (number, label, json) in examples(text) {
            blocks += 1;
            if let Err(reason) = read(&label, &json) {
                found.push(format!("{path}:{number}: {label}: {reason}"));
            }
        }
    }
    if blocks == 0 {
        found.push("docs/protocol shows no example".to_owned());
    }
    found
}

/// Line number, label and text of each JSON block.
fn examples(text: &str) -> Vec<(usize, String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(label) = line.strip_prefix("```json") {
            let json: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            blocks.push((index + 1, label.trim().to_owned(), json.join("\n")));
        }
    }
    blocks
}

fn read(label: &str, json: &str) -> Result<(), String> {
    match label.split_once(' ').unwrap_or((label, "")) {
        ("call", name) => Call::decode(name, json).map(drop).map_err(|error| error.message),
        ("push", name) => read_push(name, json),
        ("reply", name) => read_reply(name, json),
        ("error", "") => is::<Error>(json),
        _ => Err("a block of JSON says which call, reply, push or error it is".to_owned()),
    }
}

fn read_push(name: &str, json: &str) -> Result<(), String> {
    let push = PUSHES.iter().find(|push| push.name == name).ok_or("there is no such push")?;
    match push.payload {
        "Entry" => {
            let entry: Entry = serde_json::from_str(json).map_err(|error| error.to_string())?;
            if entry.body.name() == name { Ok(()) } else { Err(format!("it is a {}", entry.body.name())) }
        }
        "MyEntry" => is::<MyEntry>(json),
        _ => is::<serde_json::Value>(json),
    }
}

fn read_reply(name: &str, json: &str) -> Result<(), String> {
    match name {
        "BotToken" => is::<BotToken>(json),
        "InviteCreated" => is::<InviteCreated>(json),
        "Lobby" => is::<Lobby>(json),
        "Page" => is::<Page>(json),
        "RoomOpened" => is::<RoomOpened>(json),
        "Rooms" => is::<Rooms>(json),
        "SignedIn" => is::<SignedIn>(json),
        "Synced" => is::<Synced>(json),
        "Written" => is::<Written>(json),
        _ => Err("no example of this reply is known; add it to crates/xtask/src/tidy/examples.rs".to_owned()),
    }
}

fn is<T: DeserializeOwned>(json: &str) -> Result<(), String> {
    serde_json::from_str::<T>(json).map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_that_the_protocol_does_not_read_is_found() {
        let good = "```json call typing:start\n{\"room\": \"1\"}\n```\n";
        let bad = "```json call typing:start\n{\"channel\": \"1\"}\n```\n```json\n{}\n```\n";
        let guide = |text| find(&Tree::of(&[("docs/protocol/README.md", text)])).len();
        assert_eq!(guide(good), 0);
        assert_eq!(guide(bad), 2);
        assert_eq!(guide("no example"), 1);
    }
}
