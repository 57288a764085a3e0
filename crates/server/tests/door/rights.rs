//! Every row of the table of calls, tried by every role, over HTTP and over a socket.

use parlor_protocol::calls::{Call, Row, Who};
use parlor_protocol::people::Role;
use serde_json::{Value, json};

use crate::emoji::picture;
use crate::stage::{PASSWORD, Person, Stage, code, nonce};

/// Somebody who tries.
struct Actor {
    name: &'static str,
    person: Option<Person>,
    role: Role,
    in_room: bool,
}

/// The people of a story and the room in which calls are tried.
struct Cast {
    stage: Stage,
    owner: Person,
    /// A member of the room on whom others act.
    target: Person,
    actors: Vec<Actor>,
}

impl Cast {
    async fn new() -> Self {
        let (stage, owner) = Stage::with_owner().await;
        stage.call(&owner, "workspace:change", json!({ "door": "guest" })).await.unwrap();
        let target = stage.person(&owner, "target", "member").await;
        let mut actors = vec![Actor { name: "nobody", person: None, role: Role::Guest, in_room: false }];
        for (name, role) in [
            ("guest", Role::Guest),
            ("member", Role::Member),
            ("moderator", Role::Moderator),
            ("admin", Role::Admin),
        ] {
            let person = Some(stage.person(&owner, name, name).await);
            actors.push(Actor { name, person, role, in_room: true });
        }
        actors.push(Actor { name: "owner", person: Some(owner.clone()), role: Role::Owner, in_room: true });
        let outsider = Some(stage.person(&owner, "outsider", "member").await);
        actors.push(Actor { name: "outsider", person: outsider, role: Role::Member, in_room: false });
        Self { stage, owner, target, actors }
    }

    async fn owner(&self, name: &str, request: Value) -> Value {
        self.stage.call(&self.owner, name, request).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A new private room with the target and everyone who is to be in it.
    async fn room(&self) -> String {
        let inside = self.actors.iter().filter(|actor| actor.in_room && actor.name != "owner");
        let mut members: Vec<_> =
            inside.filter_map(|actor| Some(actor.person.as_ref()?.id.clone())).collect();
        members.push(self.target.id.clone());
        let wish = json!({ "nonce": nonce(), "kind": "private", "name": nonce(), "guests": true, "members": members });
        self.owner("room:create", wish).await["room"]["id"].as_str().unwrap().to_owned()
    }

    /// A message of this author, if they can write one.
    async fn message(&self, room: &str, author: Option<&Person>) -> Value {
        let request = json!({ "room": room, "nonce": nonce(), "text": "hello" });
        let Some(author) = author else { return json!(1) };
        self.stage
            .call(author, "message:send", request)
            .await
            .map_or(json!(1), |written| written["seq"].clone())
    }

    /// An hour after the workspace was set up, in milliseconds since 1970.
    async fn soon(&self) -> u64 {
        let lobby = self.stage.lobby_room(&self.owner).await;
        let first = json!({ "room": lobby, "from": { "after": 0 }, "limit": 1 });
        self.owner("room:history", first).await["items"][0]["at_ms"].as_u64().unwrap() + 3_600_000
    }

    /// A message that the actor will say in the lobby.
    async fn scheduled(&self, actor: Option<&Person>) -> String {
        let nonce = nonce();
        if let Some(actor) = actor {
            let lobby = self.stage.lobby_room(actor).await;
            let request =
                json!({ "room": lobby, "nonce": nonce, "text": "hello", "at_ms": self.soon().await });
            self.stage.call(actor, "scheduled:create", request).await.unwrap();
        }
        nonce
    }

    async fn invite(&self) -> Value {
        self.owner("invite:create", json!({ "role": "guest" })).await
    }

    /// A request about the password of somebody who forgot it.
    async fn recovery(&self, name: &str) -> Value {
        let forgetful = json!({ "user": self.passer_by().await.id });
        self.owner("user:change_role", json!({ "user": forgetful["user"], "role": "member" })).await;
        if name == "recovery:create" {
            return forgetful;
        }
        let token = self.owner("recovery:create", forgetful).await["token"].clone();
        match name {
            "recovery:get" => json!({ "token": token }),
            _ => json!({ "token": token, "password": "nine other lanterns" }),
        }
    }

    /// An emoji that the actor added, or the owner if they may not.
    async fn emoji(&self, actor: Option<&Person>) -> String {
        let name = format!("e{}", nonce()).to_lowercase();
        for person in actor.into_iter().chain([&self.owner]) {
            if self.stage.put_emoji(person, &name, &picture()).await.status == 200 {
                break;
            }
        }
        name
    }

    async fn bot(&self) -> Value {
        let name = format!("bot-{}", nonce()).to_lowercase();
        self.owner("bot:create", json!({ "name": name, "username": name })).await["user"]["id"].clone()
    }

    /// A guest whom nobody will miss.
    async fn passer_by(&self) -> Person {
        Person::of(
            &self.stage.post("guest:join", &json!({ "name": nonce() }), &[("x-parlor-token", "1")]).await,
        )
    }

    /// Somebody with the actor's role whose session may end.
    async fn double(&self, actor: &Actor) -> Option<Person> {
        actor.person.as_ref()?;
        let username = nonce();
        let role = if actor.role == Role::Owner { "admin" } else { actor.name };
        let role = if actor.name == "outsider" { "member" } else { role };
        let double = self.stage.person(&self.owner, &username, role).await;
        if actor.role == Role::Owner {
            self.owner("user:change_role", json!({ "user": double.id, "role": "owner" })).await;
        }
        Some(double)
    }

    /// A request about a message of somebody else.
    async fn about_a_message(&self, name: &str, room: &str) -> Value {
        let mut request = json!({ "room": room, "seq": self.message(room, Some(&self.target)).await });
        if !["message:versions", "message:save", "message:unsave"].contains(&name) {
            request["nonce"] = json!(nonce());
        }
        if name == "preview:remove" {
            request["url"] = json!("https://pages.example/");
        }
        if name.starts_with("reaction:") {
            request["emoji"] = json!("👍");
        }
        request
    }

    /// A request about a poll that somebody else began.
    async fn about_a_poll(&self, name: &str, room: &str) -> Value {
        let poll = json!({ "options": ["tea", "coffee"] });
        let ask = json!({ "room": room, "nonce": nonce(), "text": "What?", "poll": poll });
        let seq = self.stage.call(&self.target, "message:send", ask).await.unwrap()["seq"].clone();
        match name {
            "poll:vote" => json!({ "room": room, "seq": seq, "nonce": nonce(), "choices": [1] }),
            "poll:close" => json!({ "room": room, "seq": seq, "nonce": nonce() }),
            _ => json!({ "room": room, "seq": seq }),
        }
    }

    /// A request that nothing but the caller's rights could refuse.
    async fn request(&self, name: &str, room: &str, actor: Option<&Person>) -> Value {
        let target = &self.target.id;
        match name {
            "lobby:get"
            | "session:end"
            | "session:list"
            | "session:revoke_others"
            | "invite:list"
            | "user:list"
            | "room:list"
            | "emoji:list"
            | "mention:list"
            | "catchup:list"
            | "scheduled:list"
            | "reminder:list"
            | "upload:limits" => json!({}),
            "workspace:set_up" => {
                json!({ "token": "x", "workspace": "x", "name": "x", "username": "xx", "password": PASSWORD })
            }
            "workspace:change" => json!({ "name": "Lantern" }),
            "emoji:remove" => json!({ "name": self.emoji(actor).await }),
            "session:create" => json!({ "username": "target", "password": PASSWORD }),
            "session:revoke" => {
                let Some(actor) = actor else { return json!({ "session": "1" }) };
                let listed = self.stage.call(actor, "session:list", json!({})).await.unwrap();
                json!({ "session": listed["sessions"][0]["id"] })
            }
            "guest:join" => json!({ "name": nonce() }),
            "invite:get" => json!({ "token": self.invite().await["token"] }),
            "invite:accept" => json!({ "token": self.invite().await["token"], "name": nonce() }),
            "invite:create" => json!({ "role": "member" }),
            "invite:revoke" => json!({ "invite": self.invite().await["invite"]["id"] }),
            "password:change" => json!({ "old": PASSWORD, "new": "nine other lanterns" }),
            recovery if recovery.starts_with("recovery:") => self.recovery(name).await,
            "profile:change" => json!({ "status": nonce() }),
            "settings:change" => json!({ "settings": { "theme": "dark", "sound": false } }),
            "user:change_role" => json!({ "user": target, "role": "member" }),
            "user:disable" => json!({ "user": self.passer_by().await.id }),
            "user:enable" => {
                let user = self.passer_by().await.id;
                self.owner("user:disable", json!({ "user": user })).await;
                json!({ "user": user })
            }
            "bot:create" => json!({ "name": nonce(), "username": nonce() }),
            "bot:rotate" => json!({ "user": self.bot().await }),
            "member:list" | "pin:list" | "read:get" | "typing:start" | "typing:stop" => {
                json!({ "room": room })
            }
            "room:history" => json!({ "room": room, "from": "latest", "limit": 10 }),
            "room:prefer" => json!({ "folders": [{ "id": nonce(), "name": "Work" }] }),
            "room:create" | "room:direct" | "room:join" | "room:leave" | "room:change" | "member:add"
            | "member:remove" | "member:change" => self.about_a_room(name, room).await,
            "catchup:put_away" => json!({ "room": room, "nonce": nonce(), "until_ms": 0 }),
            "message:preview" => json!({ "room": room, "text": "hello" }),
            "draft:set" | "scheduled:create" | "scheduled:change" | "scheduled:delete" | "reminder:set"
            | "reminder:done" => self.for_later(name, room, actor).await,
            "message:send" => json!({ "room": room, "nonce": nonce(), "text": "hello" }),
            "message:edit" => {
                let own = self.message(room, actor).await;
                json!({ "room": room, "seq": own, "nonce": nonce(), "text": "hello again" })
            }
            "message:get" => json!({ "room": room, "seqs": [1, 2] }),
            "file:list" => json!({ "room": room, "group": "media", "limit": 10 }),
            "message:search" => json!({ "query": "hello", "limit": 10 }),
            "saved:list" | "thread:list" => json!({ "limit": 10 }),
            "message:delete" | "message:versions" | "message:pin" | "message:unpin" | "message:save"
            | "message:unsave" | "preview:remove" | "reaction:add" | "reaction:remove" => {
                self.about_a_message(name, room).await
            }
            "thread:history" | "thread:follow" | "thread:unfollow" | "thread:mark" => {
                self.about_a_thread(name, room, actor).await
            }
            "poll:vote" | "poll:close" | "poll:mine" => self.about_a_poll(name, room).await,
            "read:mark" | "read:rewind" => json!({ "room": room, "seq": 1 }),
            "sync" => json!({ "rooms": {} }),
            "presence:set" => json!({ "state": "online" }),
            "user:get" | "presence:watch" => json!({ "users": [target] }),
            unlisted => panic!("say here how {unlisted} is called"),
        }
    }

    /// A request that changes a room or who is in it.
    async fn about_a_room(&self, name: &str, room: &str) -> Value {
        match name {
            "room:create" => json!({ "nonce": nonce(), "kind": "public", "name": nonce() }),
            "room:direct" => json!({ "nonce": nonce(), "users": [self.target.id] }),
            "room:join" => {
                let wish = json!({ "nonce": nonce(), "kind": "public", "name": nonce(), "guests": true });
                json!({ "nonce": nonce(), "room": self.owner("room:create", wish).await["room"]["id"] })
            }
            "room:leave" => json!({ "nonce": nonce(), "room": room }),
            "room:change" => json!({ "nonce": nonce(), "room": room, "change": { "topic": nonce() } }),
            "member:add" => json!({ "nonce": nonce(), "room": room, "users": [self.bot().await] }),
            "member:remove" => json!({ "nonce": nonce(), "room": room, "user": self.target.id }),
            _ => json!({ "nonce": nonce(), "room": room, "user": self.target.id, "role": "moderator" }),
        }
    }

    /// A request about something that is to be written, sent or remembered later.
    async fn for_later(&self, name: &str, room: &str, actor: Option<&Person>) -> Value {
        match name {
            "draft:set" => json!({ "room": room, "text": nonce() }),
            "scheduled:create" => {
                json!({ "room": room, "nonce": nonce(), "text": "hello", "at_ms": self.soon().await })
            }
            "scheduled:change" | "scheduled:delete" => json!({ "nonce": self.scheduled(actor).await }),
            "reminder:set" => json!({ "nonce": nonce(), "text": "tea", "at_ms": 0 }),
            _ => {
                let nonce = nonce();
                let set = json!({ "nonce": nonce, "text": "tea", "at_ms": 0 });
                if let Some(actor) = actor {
                    self.stage.call(actor, "reminder:set", set).await.unwrap();
                }
                json!({ "nonce": nonce })
            }
        }
    }

    /// A request about a thread that somebody else began; who marks it has replied, and so follows it.
    async fn about_a_thread(&self, name: &str, room: &str, actor: Option<&Person>) -> Value {
        let thread = self.message(room, Some(&self.target)).await;
        if let Some(actor) = actor.filter(|_| name == "thread:mark") {
            let reply = json!({ "room": room, "nonce": nonce(), "text": "yes", "thread": thread });
            self.stage.call(actor, "message:send", reply).await.ok();
        }
        match name {
            "thread:history" => json!({ "room": room, "thread": thread, "from": "latest", "limit": 10 }),
            "thread:mark" => json!({ "room": room, "thread": thread, "seq": thread }),
            _ => json!({ "room": room, "thread": thread, "nonce": nonce() }),
        }
    }
}

/// With which code the table refuses this actor; `None` if it does not.
fn refusal(row: &Row, actor: &Actor, over_socket: bool) -> Option<&'static str> {
    let signed_in = actor.person.is_some();
    let needs_socket = ["presence:set", "presence:watch"].contains(&row.name);
    match row.who {
        Who::Anyone if over_socket => Some("bad_request"),
        Who::Anyone => (row.name == "workspace:set_up").then_some("conflict"),
        _ if !signed_in => Some("unauthenticated"),
        Who::Workspace(least) if actor.role < least => Some("forbidden"),
        Who::Workspace(_) if needs_socket && !over_socket => Some("bad_request"),
        // The session's sockets close before there is an answer.
        Who::Workspace(_) if over_socket && ["session:end", "session:revoke"].contains(&row.name) => {
            Some("closed")
        }
        Who::Workspace(_) => None,
        Who::Room(_) | Who::OwnOr(_) if !actor.in_room => Some("not_found"),
        Who::Room(least) | Who::OwnOr(least) => (actor.role < least).then_some("forbidden"),
    }
}

#[tokio::test]
async fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let cast = Cast::new().await;
    let mut wrong = Vec::new();
    for row in Call::TABLE {
        for actor in &cast.actors {
            let ends = ["session:end", "session:revoke", "session:revoke_others", "password:change"]
                .contains(&row.name);
            for over_socket in [false, true] {
                let person = if ends { cast.double(actor).await } else { actor.person.clone() };
                let room = cast.room().await;
                let request = cast.request(row.name, &room, person.as_ref()).await;
                let outcome = match &person {
                    Some(person) if over_socket => {
                        cast.stage.live(person).await.call(row.name, request).await
                    }
                    Some(person) => cast.stage.call(person, row.name, request).await,
                    None if over_socket => continue,
                    None => {
                        let answer = cast.stage.post(row.name, &request, &[]).await;
                        if answer.status == 200 { Ok(answer.body) } else { Err(answer.body) }
                    }
                };
                let got = outcome.as_ref().err().map(|error| code(error).to_owned());
                let wanted = refusal(row, actor, over_socket);
                if got.as_deref() != wanted {
                    let way = if over_socket { "socket" } else { "HTTP" };
                    wrong.push(format!(
                        "{} by {} over {way}: wanted {wanted:?}, got {outcome:?}",
                        row.name, actor.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn everyone_deletes_their_own_messages_and_only_those() {
    let (stage, ana) = Stage::with_owner().await;
    let (ben, zoe) = (stage.person(&ana, "ben", "member").await, stage.person(&ana, "zoe", "member").await);
    let room = stage.lobby_room(&ana).await;
    let say = json!({ "room": room, "nonce": nonce(), "text": "mine" });
    let seq = stage.call(&ben, "message:send", say).await.unwrap()["seq"].clone();
    let delete = || json!({ "room": room, "seq": seq, "nonce": nonce() });
    assert_eq!(code(&stage.call(&zoe, "message:delete", delete()).await.unwrap_err()), "forbidden");
    assert!(stage.call(&ben, "message:delete", delete()).await.is_ok());
}

#[tokio::test]
async fn a_private_room_shows_in_nothing_that_others_can_ask() {
    let (stage, ana) = Stage::with_owner().await;
    let eve = stage.person(&ana, "eve", "member").await;
    let wish = json!({ "nonce": nonce(), "kind": "private", "name": "zanzibar", "topic": "zanzibar" });
    let room = stage.call(&ana, "room:create", wish).await.unwrap()["room"]["id"].clone();
    stage
        .call(&ana, "message:send", json!({ "room": room, "nonce": nonce(), "text": "zanzibar" }))
        .await
        .unwrap();
    for (name, request) in [
        ("room:list", json!({ "archived": true })),
        ("sync", json!({ "rooms": {}, "items": 50 })),
        ("sync", json!({ "rooms": { room.as_str().unwrap(): 0 } })),
        ("message:search", json!({ "query": "zanzi", "limit": 50 })),
        ("message:search", json!({ "query": "zanzi", "room": room, "limit": 50 })),
        ("room:join", json!({ "nonce": nonce(), "room": room })),
        ("thread:history", json!({ "room": room, "thread": 3, "from": "latest", "limit": 10 })),
        ("thread:list", json!({ "limit": 50 })),
        ("mention:list", json!({})),
        ("mention:list", json!({ "room": room })),
        ("message:get", json!({ "room": room, "seqs": [1, 2] })),
    ] {
        let answer = stage.call(&eve, name, request).await;
        assert!(!format!("{answer:?}").contains("zanzibar"), "{name}: {answer:?}");
    }
}
