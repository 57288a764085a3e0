//! Each call of the table, aimed at things that are none of the caller's business.

use serde_json::{Value, json};

use super::hidden::Aim;

/// Stands for a text that nobody has used, in requests that are made from these.
pub(super) const FRESH: &str = "(fresh)";

/// Who asks, and what they may name without knowing anything.
pub(super) struct Asker<'a> {
    /// Their own id, or that of somebody.
    pub(super) user: &'a str,
    /// The first room, which everyone may be in.
    pub(super) lobby: &'a str,
    /// An hour from now, in milliseconds since 1970.
    pub(super) soon: u64,
}

/// Every way in which a call can be aimed at hidden things.
pub(super) fn requests(name: &str, at: &Aim, by: &Asker<'_>) -> Vec<Value> {
    let room = &at.room;
    match name.split_once(':').map_or(name, |(noun, _)| noun) {
        "lobby" | "workspace" | "session" | "guest" | "invite" | "password" | "recovery" | "profile"
        | "settings" | "user" | "bot" | "presence" => about_people(name, at),
        "room" | "member" => about_rooms(name, at, by),
        "message" => about_messages(name, at, by),
        "draft" | "scheduled" | "reminder" => for_later(name, at, by),
        "thread" => match name {
            "thread:list" => vec![json!({ "limit": 50 })],
            "thread:history" => {
                vec![json!({ "room": room, "thread": at.thread, "from": "latest", "limit": 50 })]
            }
            "thread:mark" => vec![json!({ "room": room, "thread": at.thread, "seq": at.thread })],
            "thread:follow" | "thread:unfollow" => {
                vec![json!({ "room": room, "thread": at.thread, "nonce": FRESH })]
            }
            unlisted => panic!("say here how {unlisted} is called"),
        },
        _ => match name {
            "emoji:remove" => vec![json!({ "name": "not-there" })],
            "pin:list" | "read:get" | "typing:start" | "typing:stop" => vec![json!({ "room": room })],
            "saved:list" => vec![json!({ "limit": 50 })],
            "file:list" => {
                ["media", "other"].map(|group| json!({ "room": room, "group": group, "limit": 50 })).to_vec()
            }
            "upload:limits" | "catchup:list" | "emoji:list" => vec![json!({})],
            "catchup:put_away" => {
                let put = |named: &str, seq: &Value| json!({ "room": room, "nonce": FRESH, named: seq, "until_ms": by.soon });
                vec![
                    put("message", &json!(at.seq)),
                    put("thread", &json!(at.thread)),
                    put("thread", &Value::Null),
                ]
            }
            "mention:list" => vec![json!({}), json!({ "room": room })],
            "preview:remove" => {
                vec![json!({ "room": room, "seq": at.seq, "nonce": FRESH, "url": at.url })]
            }
            "reaction:add" | "reaction:remove" => ["👍", ":not-there:"]
                .map(|emoji| json!({ "room": room, "seq": at.seq, "nonce": FRESH, "emoji": emoji }))
                .to_vec(),
            "poll:vote" => vec![json!({ "room": room, "seq": at.poll, "nonce": FRESH, "choices": [1] })],
            "poll:close" => vec![json!({ "room": room, "seq": at.poll, "nonce": FRESH })],
            "poll:mine" => vec![json!({ "room": room, "seq": at.poll })],
            "read:mark" | "read:rewind" => vec![json!({ "room": room, "seq": at.seq })],
            "sync" => vec![
                json!({ "rooms": {}, "items": 50 }),
                json!({ "rooms": { room: 0 }, "items": 50 }),
                json!({ "rooms": { room: 1 }, "only": true, "me": 1 }),
            ],
            unlisted => panic!("say here how {unlisted} is called"),
        },
    }
}

fn about_people(name: &str, at: &Aim) -> Vec<Value> {
    let bystander = &at.bystander;
    let request = match name {
        "lobby:get" | "session:end" | "session:list" | "session:revoke_others" | "invite:list" => json!({}),
        "workspace:set_up" => {
            json!({ "token": at.room, "workspace": "x", "name": "x", "username": "xx", "password": "x" })
        }
        "workspace:change" => json!({ "name": "Lantern" }),
        "session:create" => json!({ "username": "", "password": "" }),
        "session:revoke" => json!({ "session": at.session }),
        "guest:join" => json!({ "name": FRESH }),
        "invite:get" | "recovery:get" => json!({ "token": at.room }),
        "invite:accept" => json!({ "token": at.room, "name": FRESH }),
        "invite:create" => json!({ "role": "guest", "room": at.room }),
        "invite:revoke" => json!({ "invite": at.room }),
        "password:change" => json!({ "old": "not their password", "new": "nine other lanterns" }),
        "recovery:accept" => json!({ "token": at.room, "password": "nine other lanterns" }),
        "profile:change" => json!({ "status": "busy" }),
        "settings:change" => json!({ "settings": { "theme": "dark" } }),
        "user:get" | "presence:watch" => json!({ "users": [bystander] }),
        "user:list" => json!({ "query": "" }),
        "user:change_role" => json!({ "user": bystander, "role": "member" }),
        "user:disable" | "user:enable" | "bot:rotate" | "recovery:create" => json!({ "user": bystander }),
        "bot:create" => json!({ "name": FRESH, "username": FRESH }),
        "presence:set" => json!({ "state": "online" }),
        unlisted => panic!("say here how {unlisted} is called"),
    };
    vec![request]
}

fn about_rooms(name: &str, at: &Aim, by: &Asker<'_>) -> Vec<Value> {
    let room = &at.room;
    match name {
        "room:create" => {
            vec![json!({ "nonce": FRESH, "kind": "public", "name": FRESH, "members": [at.bystander] })]
        }
        "room:direct" => vec![json!({ "nonce": FRESH, "users": at.people })],
        "room:list" => vec![json!({}), json!({ "archived": true })],
        "room:join" | "room:leave" => vec![json!({ "nonce": FRESH, "room": room })],
        "room:change" => vec![json!({ "nonce": FRESH, "room": room, "change": { "topic": "mine now" } })],
        "room:history" => ["latest".into(), json!({ "around": at.seq }), json!({ "at": 0 })]
            .map(|from| json!({ "room": room, "from": from, "limit": 50 }))
            .to_vec(),
        "room:prefer" => {
            vec![json!({ "rooms": [{ "room": room, "level": "mentions", "favourite": true }] })]
        }
        "member:list" => vec![json!({ "room": room }), json!({ "room": room, "query": "z" })],
        "member:add" => vec![json!({ "nonce": FRESH, "room": room, "users": [by.user] })],
        "member:remove" => vec![json!({ "nonce": FRESH, "room": room, "user": at.bystander })],
        "member:change" => {
            vec![json!({ "nonce": FRESH, "room": room, "user": by.user, "role": "moderator" })]
        }
        unlisted => panic!("say here how {unlisted} is called"),
    }
}

fn about_messages(name: &str, at: &Aim, by: &Asker<'_>) -> Vec<Value> {
    let (room, seq) = (&at.room, at.seq);
    match name {
        "message:send" => {
            let say = |room: &str, more: Value| {
                let mut say = json!({ "room": room, "nonce": FRESH, "text": "" });
                say.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                say
            };
            let mut sends = vec![
                say(room, json!({ "text": "let me in" })),
                say(room, json!({ "text": "let me in", "thread": at.thread })),
                say(by.lobby, json!({ "forward": { "room": room, "seq": seq } })),
            ];
            sends.extend(at.files.iter().map(|file| say(by.lobby, json!({ "files": [{ "id": file }] }))));
            sends
        }
        "message:edit" => vec![json!({ "room": room, "seq": seq, "nonce": FRESH, "text": "mine now" })],
        "message:delete" | "message:pin" | "message:unpin" => {
            vec![json!({ "room": room, "seq": seq, "nonce": FRESH })]
        }
        "message:get" => vec![json!({ "room": room, "seqs": [seq, at.thread, at.poll] })],
        "message:versions" | "message:save" | "message:unsave" => vec![json!({ "room": room, "seq": seq })],
        "message:preview" => vec![
            json!({ "room": room, "text": "hello" }),
            json!({ "room": by.lobby, "text": format!("#{}", at.name) }),
        ],
        "message:search" => vec![
            json!({ "query": "kanar", "limit": 50 }),
            json!({ "query": "kanar", "room": room, "limit": 50 }),
            json!({ "query": format!("in:{} kanar", at.name), "limit": 50 }),
            json!({ "query": "from:zoe", "limit": 50 }),
            json!({ "query": "has:file", "limit": 50 }),
        ],
        unlisted => panic!("say here how {unlisted} is called"),
    }
}

fn for_later(name: &str, at: &Aim, by: &Asker<'_>) -> Vec<Value> {
    let room = &at.room;
    let request = match name {
        "draft:set" => json!({ "room": room, "text": "let me in", "thread": at.thread }),
        "scheduled:create" => {
            json!({ "room": room, "nonce": FRESH, "text": "let me in", "at_ms": by.soon })
        }
        "scheduled:change" => json!({ "nonce": at.scheduled, "at_ms": by.soon }),
        "scheduled:delete" => json!({ "nonce": at.scheduled }),
        "reminder:set" => json!({ "nonce": FRESH, "room": room, "message": at.seq, "at_ms": 0 }),
        "reminder:done" => json!({ "nonce": at.reminder }),
        "scheduled:list" | "reminder:list" => json!({}),
        unlisted => panic!("say here how {unlisted} is called"),
    };
    vec![request]
}
