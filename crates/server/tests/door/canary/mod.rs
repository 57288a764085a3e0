//! The canary: whoever is not in a room makes every call and asks every route for what is in it, and hears not one byte
//! of it, nor whether it is there.

mod calls;
mod hidden;
mod routes;

use parlor_protocol::calls::{Call, Row};
use serde_json::{Value, json};

use self::calls::{Asker, FRESH, requests};
use self::hidden::{Aim, CANARY, Members, heard, secrets};
use crate::live::Live;
use crate::previews::Internet;
use crate::stage::{Answer, Person, Stage, code, nonce};

/// Somebody who asks for what is not theirs.
struct Outsider {
    who: &'static str,
    /// Their secret, if they have one; it may be worth nothing.
    person: Option<Person>,
    live: Option<Live>,
}

/// The story: what is hidden, and who is outside.
struct Story {
    stage: Stage,
    members: Members,
    /// The private room, the direct one, and one that is not there.
    aims: [Aim; 3],
    lobby: String,
    soon: u64,
    outsiders: Vec<Outsider>,
    secrets: Vec<(String, Vec<u8>)>,
    wrong: Vec<String>,
}

/// Puts a text that nobody has used wherever one is wanted.
fn fresh(request: &Value) -> Value {
    let mut text = request.to_string();
    while text.contains(FRESH) {
        text = text.replacen(FRESH, &nonce(), 1);
    }
    serde_json::from_str(&text).unwrap()
}

/// Whether these bytes hold those.
fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Everything of an answer that could tell something: status, headers and body. The length of a body goes with it.
fn all_of(answer: &Answer) -> Vec<u8> {
    let telling = |name: &str| name != "date" && (answer.bytes.is_empty() || name != "content-length");
    let mut all = answer.status.to_string();
    for (name, value) in answer.headers.iter().filter(|(name, _)| telling(name)) {
        all.extend(["\n", name, ": ", value]);
    }
    [all.as_bytes(), b"\n", &answer.bytes].concat()
}

impl Story {
    async fn new(internet: &Internet) -> Self {
        let (stage, ana) = internet.stage().await;
        let person = async |name: &str, role: &str| stage.person(&ana, name, role).await;
        let members = Members {
            ben: person("ben", "member").await,
            zoe: person("zoe", "member").await,
            leo: person("leo", "member").await,
        };
        let (rex, sue) = (person("rex", "member").await, person("sue", "member").await);
        let (eve, gus) = (person("eve", "member").await, person("gus", "guest").await);
        let made = stage.call(&ana, "bot:create", json!({ "name": "Bot", "username": "bot" })).await.unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let bot = Person { id: text(&made["user"]["id"]), token: text(&made["token"]) };
        let lobby = stage.lobby_room(&ana).await;
        let first = json!({ "room": lobby, "from": { "after": 0 }, "limit": 1 });
        let first = stage.call(&ana, "room:history", first).await.unwrap();
        let soon = first["items"][0]["at_ms"].as_u64().unwrap() + 3_600_000;
        let [private, direct] = hidden::rooms(&stage, internet, &members, &[&rex, &sue], soon).await;
        let secrets = secrets(&stage, &members.ben, &[("private", &private), ("direct", &direct)]).await;

        keeps_what_they_can(&stage, &rex, &private, soon).await;
        let remove = json!({ "room": private.room, "nonce": nonce(), "user": rex.id });
        stage.call(&members.ben, "member:remove", remove).await.unwrap();
        stage.call(&sue, "session:end", json!({})).await.unwrap();
        let mut outsiders = vec![
            Outsider { who: "nobody", person: None, live: None },
            Outsider { who: "a member who signed out", person: Some(sue), live: None },
        ];
        for (who, person) in [
            ("the owner of the workspace", ana),
            ("a member of the workspace", eve),
            ("a guest", gus),
            ("somebody who was removed", rex),
            ("a bot", bot),
        ] {
            let live = Some(stage.live(&person).await);
            outsiders.push(Outsider { who, person: Some(person), live });
        }
        let aims = {
            let nowhere = private.nowhere();
            [private, direct, nowhere]
        };
        Self { stage, members, aims, lobby, soon, outsiders, secrets, wrong: Vec::new() }
    }

    /// Notes hidden bytes in what an outsider got.
    fn inspect(&mut self, what: &str, bytes: &[u8]) {
        let small = bytes.to_ascii_lowercase();
        let pictures = self.secrets.iter().filter(|(name, _)| name.starts_with("the "));
        let mut found: Vec<_> =
            pictures.filter(|(_, part)| holds(bytes, part)).map(|(name, _)| name.clone()).collect();
        if holds(&small, CANARY.as_bytes()) {
            found.push(String::from_utf8_lossy(bytes).into_owned());
        }
        self.wrong.extend(found.into_iter().map(|found| format!("{what} shows {found}")));
    }

    /// Notes answers that differ between what is hidden and what is not there.
    fn compare(&mut self, what: &str, answers: &[Vec<u8>]) {
        for bytes in answers {
            self.inspect(what, bytes);
        }
        let mut told: Vec<_> = answers
            .iter()
            .zip(&self.aims)
            .map(|(bytes, at)| at.masked(&String::from_utf8_lossy(bytes)))
            .collect();
        told.dedup();
        if told.len() > 1 {
            self.wrong.push(format!("{what} tells what is there: {told:?}"));
        }
    }

    /// Makes a call over HTTP and over the socket, as this outsider, of each aim.
    async fn call(&mut self, name: &'static str, index: usize) {
        let Outsider { who, person, live } = &mut self.outsiders[index];
        let who = *who;
        let by = Asker {
            user: person.as_ref().map_or(&self.members.leo.id, |person| &person.id),
            lobby: &self.lobby,
            soon: self.soon,
        };
        let [private, direct, nowhere] = &self.aims;
        let mut outcomes = Vec::new();
        let aimed = requests(name, private, &by)
            .into_iter()
            .zip(requests(name, direct, &by))
            .zip(requests(name, nowhere, &by));
        for ((private, direct), nowhere) in aimed {
            // What names nothing hidden is asked once.
            let asked = if private == nowhere { vec![private] } else { vec![private, direct, nowhere] };
            let (mut over_http, mut over_socket) = (Vec::new(), Vec::new());
            for request in &asked {
                let bearer = person.as_ref().map(|person| format!("Bearer {}", person.token));
                let headers: Vec<_> =
                    bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
                over_http.push(all_of(&self.stage.post(name, &fresh(request), &headers).await));
                if let Some(live) = live {
                    let outcome = live.call(name, fresh(request)).await;
                    over_socket.push(format!("{outcome:?}").into_bytes());
                }
            }
            outcomes.push((format!("{name} by {who} over HTTP, as {}", asked[0]), over_http));
            outcomes.push((format!("{name} by {who} over a socket, as {}", asked[0]), over_socket));
        }
        for (what, answers) in outcomes {
            self.compare(&what, &answers);
        }
    }

    /// Asks a route as this outsider, for each aim.
    async fn ask(&mut self, route: &str, index: usize) {
        let Outsider { who, person, .. } = &self.outsiders[index];
        let bearer = person.as_ref().map(|person| format!("Bearer {}", person.token));
        let aims = self.aims.each_ref().map(|at| routes::asks(route, at));
        let mut outcomes = Vec::new();
        for number in 0..aims[0].len() {
            let mut answers = Vec::new();
            for asks in &aims {
                let ask = &asks[number];
                let mut headers = ask.headers.clone();
                headers.extend(bearer.iter().map(|bearer| ("authorization", bearer.as_str())));
                answers.push(all_of(&self.stage.http(ask.method, &ask.path, &headers, &ask.body).await));
            }
            outcomes.push((format!("{} {route} by {who}", aims[0][number].method), answers));
        }
        for (what, answers) in outcomes {
            self.compare(&what, &answers);
        }
    }

    /// What outsiders' sockets have heard meanwhile.
    async fn listen(&mut self) {
        let mut all = Vec::new();
        for outsider in &mut self.outsiders {
            if let Some(live) = &mut outsider.live {
                all.push((format!("the socket of {}", outsider.who), heard(live).await));
            }
        }
        for (what, packets) in all {
            self.inspect(&what, packets.as_bytes());
        }
    }
}

/// What somebody keeps of a room before they are removed: all of it points into the room.
async fn keeps_what_they_can(stage: &Stage, rex: &Person, at: &Aim, soon: u64) {
    let Aim { room, seq, thread, .. } = at;
    for (name, request) in [
        ("message:send", json!({ "room": room, "nonce": nonce(), "text": "yes", "thread": thread })),
        ("message:save", json!({ "room": room, "seq": seq })),
        ("draft:set", json!({ "room": room, "text": "so", "reply_to": seq })),
        ("thread:follow", json!({ "room": room, "thread": thread, "nonce": nonce() })),
        (
            "scheduled:create",
            json!({ "room": room, "nonce": nonce(), "text": "so", "at_ms": soon, "reply_to": seq }),
        ),
        ("reminder:set", json!({ "room": room, "message": seq, "nonce": nonce(), "at_ms": 0 })),
        ("read:rewind", json!({ "room": room, "seq": seq })),
    ] {
        stage.call(rex, name, request).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Whether a call only reads.
fn reads(name: &str) -> bool {
    let ends = [":get", ":list", ":history", ":versions", ":search", ":preview", ":mine"];
    name == "sync" || ends.iter().any(|end| name.ends_with(end))
}

#[tokio::test]
async fn not_a_byte_of_a_hidden_room_reaches_anyone_outside_by_any_call_route_or_push() {
    let internet = Internet::new().await;
    let mut story = Story::new(&internet).await;
    let mut inside = story.stage.live(&story.members.ben).await;
    // The last call closes the sockets.
    let (last, calls): (Vec<&Row>, Vec<&Row>) = Call::TABLE.iter().partition(|row| row.name == "session:end");
    for (round, row) in calls.iter().enumerate() {
        story.members.act(&story.stage, &story.aims[round % 2]).await;
        for index in 0..story.outsiders.len() {
            story.call(row.name, index).await;
        }
        story.listen().await;
    }
    for route in routes::all() {
        for index in 0..story.outsiders.len() {
            story.ask(route, index).await;
        }
    }
    let pushed = heard(&mut inside).await;
    assert!(pushed.contains(CANARY), "members hear each other");
    for row in last {
        for index in 0..story.outsiders.len() {
            story.call(row.name, index).await;
        }
    }
    assert!(story.wrong.is_empty(), "{} leaks:\n{}", story.wrong.len(), story.wrong.join("\n"));
}

#[tokio::test]
async fn a_member_sees_each_hidden_thing_by_some_call_or_route() {
    let internet = Internet::new().await;
    let story = Story::new(&internet).await;
    let ben = &story.members.ben;
    let by = Asker { user: &ben.id, lobby: &story.lobby, soon: story.soon };
    let mut seen = Vec::new();
    for at in &story.aims[..2] {
        for row in Call::TABLE.iter().filter(|row| reads(row.name)) {
            for request in requests(row.name, at, &by) {
                seen.extend(
                    format!("{:?}", story.stage.call(ben, row.name, fresh(&request)).await).into_bytes(),
                );
            }
        }
        for route in routes::all() {
            for ask in
                routes::asks(route, at).iter().filter(|ask| ask.method == "GET" && ask.headers.is_empty())
            {
                seen.extend(story.stage.read(ben, &ask.path).await.bytes);
            }
        }
    }
    let unseen: Vec<_> =
        story.secrets.iter().filter(|(_, part)| !holds(&seen, part)).map(|(name, _)| name).collect();
    assert!(unseen.is_empty(), "nobody could have shown {unseen:?}");
}

#[tokio::test]
async fn the_name_of_a_private_room_is_free_to_whoever_does_not_know_of_it() {
    let (stage, ana) = Stage::with_owner().await;
    let eve = stage.person(&ana, "eve", "member").await;
    let wish = |kind: &str| json!({ "nonce": nonce(), "kind": kind, "name": "merger", "topic": "" });
    let hidden = stage.call(&ana, "room:create", wish("private")).await.unwrap();
    let open = stage.call(&eve, "room:create", wish("public")).await.unwrap();
    assert_ne!(hidden["room"]["id"], open["room"]["id"]);
    assert_eq!(code(&stage.call(&ana, "room:create", wish("private")).await.unwrap_err()), "conflict");
}
