//! What is hidden: a private room and a direct one with an unmistakable text in everything that can hold one, and the
//! members who go on writing such texts.

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::live::Live;
use crate::pictures::encoded;
use crate::previews::{Internet, previewed};
use crate::stage::{Person, Stage, nonce};

/// What every hidden text begins with.
pub(super) const CANARY: &str = "kanarie";

/// The things that a request names, hidden or not there at all.
pub(super) struct Aim {
    pub(super) room: String,
    /// The room's name, for guesses: a hidden one without a hidden text.
    pub(super) name: String,
    /// A message with files and a preview.
    pub(super) seq: u64,
    pub(super) thread: u64,
    pub(super) poll: u64,
    /// Link of the message.
    pub(super) url: String,
    /// Files of messages and previews, and an upload that is in no message.
    pub(super) files: Vec<String>,
    pub(super) scheduled: String,
    pub(super) reminder: String,
    pub(super) session: String,
    /// The people of the direct room, whom everyone knows.
    pub(super) people: Vec<String>,
    /// A member whom others may try to act on.
    pub(super) bystander: String,
}

impl Aim {
    /// The same request for what is not there.
    pub(super) fn nowhere(&self) -> Self {
        let unknown = |number: u64| (7_000_000_000_000_000_000 + number).to_string();
        Self {
            room: unknown(1),
            name: "cellar".into(),
            url: "http://nowhere.test/page".into(),
            files: (10..).take(self.files.len()).map(unknown).collect(),
            scheduled: nonce(),
            reminder: nonce(),
            session: unknown(2),
            people: self.people.clone(),
            bystander: self.bystander.clone(),
            ..*self
        }
    }

    /// An answer without the names of the things that were asked for, since it may repeat them.
    pub(super) fn masked(&self, answer: &str) -> String {
        let named = [&self.room, &self.name, &self.url, &self.scheduled, &self.reminder, &self.session];
        named
            .into_iter()
            .chain(&self.files)
            .fold(answer.to_owned(), |answer, name| answer.replace(name.as_str(), "it"))
    }
}

/// The members of the hidden rooms.
pub(super) struct Members {
    pub(super) ben: Person,
    pub(super) zoe: Person,
    pub(super) leo: Person,
}

/// A text that nobody outside may read.
fn hidden(place: &str) -> String {
    format!("{CANARY}{place}")
}

/// Pixels that compress to something unlike anything else.
fn picture(seed: u32) -> Vec<u8> {
    let noise = |x: u32, y: u32| (x * 31 + y * 17 + seed).wrapping_mul(2_654_435_761).to_be_bytes();
    let pixel = |x, y| Rgb([noise(x, y)[0], noise(x, y)[1], noise(y, x)[2]]);
    encoded(RgbImage::from_fn(64, 48, pixel), ImageFormat::Png)
}

impl Members {
    /// Fills a room, so that each text says in which place it stands; gives what a request needs to name it all.
    pub(super) async fn fill(&self, stage: &Stage, room: &str, place: &str, soon: u64) -> Aim {
        let text = |what: &str| hidden(&format!("{place}{what}"));
        let (ben, zoe) = (&self.ben, &self.zoe);
        let mut live = stage.live(ben).await;
        let (document, _) =
            stage.upload(ben, room, &format!("{}.txt", text("filename")), text("bytes").as_bytes()).await;
        let (photo, _) = stage.upload(ben, room, &format!("{}.png", text("photoname")), &picture(7)).await;
        let (loose, _) = stage.upload(ben, room, "loose.txt", text("loose").as_bytes()).await;
        let url = format!("http://{place}.test/says/{}", text("title"));
        let files = json!([{ "id": document, "alt": text("alt") }, { "id": photo }]);
        let say = async |by: &Person, mut more: Value| {
            more["room"] = json!(room);
            more["nonce"] = json!(nonce());
            stage.call(by, "message:send", more).await.unwrap()["seq"].as_u64().unwrap()
        };
        let seq = say(ben, json!({ "text": text("first"), "files": files })).await;
        let do_it = async |by: &Person, name: &str, mut more: Value| {
            more["room"] = json!(room);
            more["seq"] = json!(seq);
            more["nonce"] = json!(nonce());
            stage.call(by, name, more).await.unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        let link = json!({ "text": format!("{} {url}", text("edited")) });
        do_it(ben, "message:edit", link).await;
        let preview = previewed(&mut live, &json!(seq)).await[0]["picture"]["id"].clone();
        do_it(zoe, "message:pin", json!({})).await;
        do_it(zoe, "reaction:add", json!({ "emoji": "🎈" })).await;
        stage.call(ben, "message:save", json!({ "room": room, "seq": seq })).await.unwrap();
        let options = [text("option"), "other".into()];
        let poll = say(zoe, json!({ "text": text("asked"), "poll": { "options": options } })).await;
        let thread = say(ben, json!({ "text": text("root") })).await;
        say(zoe, json!({ "text": format!("@ben {}", text("reply")), "thread": thread })).await;
        say(zoe, json!({ "text": text("passed"), "forward": { "room": room, "seq": thread } })).await;
        say(zoe, json!({ "text": format!("@ben @rex {}", text("mention")), "reply_to": seq })).await;
        let draft = json!({ "room": room, "text": text("draft") });
        stage.call(ben, "draft:set", draft).await.unwrap();
        let (scheduled, reminder) = (nonce(), nonce());
        let later = json!({ "room": room, "nonce": scheduled, "text": text("scheduled"), "at_ms": soon });
        stage.call(ben, "scheduled:create", later).await.unwrap();
        let remind =
            json!({ "room": room, "message": seq, "nonce": reminder, "text": text("reminder"), "at_ms": 0 });
        stage.call(ben, "reminder:set", remind).await.unwrap();
        let sessions = stage.call(ben, "session:list", json!({})).await.unwrap();
        Aim {
            room: room.to_owned(),
            name: "attic".into(),
            seq,
            thread,
            poll,
            url,
            files: vec![document, photo, preview.as_str().unwrap().to_owned(), loose],
            scheduled,
            reminder,
            session: sessions["sessions"][0]["id"].as_str().unwrap().to_owned(),
            people: vec![ben.id.clone(), zoe.id.clone()],
            bystander: self.leo.id.clone(),
        }
    }

    /// Goes on in a hidden room, in every way that others hear of.
    pub(super) async fn act(&self, stage: &Stage, at: &Aim) {
        let text = || hidden(&nonce());
        let Aim { room, seq, thread, poll, .. } = at;
        for (by, name, request) in [
            (&self.ben, "message:send", json!({ "text": text() })),
            (&self.zoe, "message:send", json!({ "text": text(), "thread": thread, "also_in_room": true })),
            (&self.zoe, "message:send", json!({ "text": text(), "forward": { "room": room, "seq": seq } })),
            (&self.zoe, "poll:vote", json!({ "seq": poll, "choices": [0] })),
            (&self.zoe, "reaction:remove", json!({ "seq": seq, "emoji": "🎈" })),
            (&self.zoe, "reaction:add", json!({ "seq": seq, "emoji": "🎈" })),
            (&self.ben, "message:edit", json!({ "seq": thread, "text": text() })),
        ] {
            let mut request = request;
            request["room"] = json!(room);
            request["nonce"] = json!(nonce());
            stage.call(by, name, request).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        for (name, request) in [
            ("typing:start", json!({ "room": room })),
            ("draft:set", json!({ "room": room, "text": hidden("draft") })),
            ("read:mark", json!({ "room": room, "seq": seq })),
        ] {
            stage.call(&self.zoe, name, request).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

/// Every hidden text and picture, each to be shown to a member by some answer.
pub(super) async fn secrets(stage: &Stage, ben: &Person, rooms: &[(&str, &Aim)]) -> Vec<(String, Vec<u8>)> {
    let mut secrets = vec![
        (hidden("roomname"), hidden("roomname").into_bytes()),
        (hidden("topic"), hidden("topic").into_bytes()),
    ];
    for (place, at) in rooms {
        for what in [
            "filename",
            "photoname",
            "bytes",
            "alt",
            "title",
            "first",
            "edited",
            "asked",
            "option",
            "root",
            "reply",
            "passed",
            "mention",
            "draft",
            "scheduled",
            "reminder",
        ] {
            let text = hidden(&format!("{place}{what}"));
            secrets.push((text.clone(), text.into_bytes()));
        }
        for (what, path) in [("photo", &at.files[1]), ("picture of the preview", &at.files[2])] {
            let served = stage.read(ben, &format!("/files/{path}/x")).await.bytes;
            let middle = served.len() / 2;
            secrets.push((format!("the {what} of the {place}"), served[middle..middle + 24].to_vec()));
        }
    }
    secrets
}

/// A private room and a direct one, filled, and what is hidden in them.
pub(super) async fn rooms(
    stage: &Stage,
    internet: &Internet,
    members: &Members,
    others: &[&Person],
    soon: u64,
) -> [Aim; 2] {
    let ids = others.iter().copied().chain([&members.zoe, &members.leo]).map(|person| &person.id);
    let ids: Vec<_> = ids.collect();
    let open = async |name: &str, wish: Value| {
        let opened = stage.call(&members.ben, name, wish).await.unwrap();
        opened["room"]["id"].as_str().unwrap().to_owned()
    };
    let wish = |name: &str| json!({ "nonce": nonce(), "kind": "private", "name": name, "guests": true, "members": ids, "topic": hidden("topic") });
    let private = open("room:create", wish(&hidden("roomname"))).await;
    let mut attic = wish("attic");
    attic["members"] = json!([members.zoe.id]);
    attic["topic"] = json!("");
    open("room:create", attic).await;
    let direct = open("room:direct", json!({ "nonce": nonce(), "users": [members.zoe.id] })).await;
    let aims = [
        members.fill(stage, &private, "private", soon).await,
        members.fill(stage, &direct, "direct", soon).await,
    ];
    assert!(internet.asked() > 0, "links were looked at");
    aims
}

/// Everything that this person's socket has heard.
pub(super) async fn heard(live: &mut Live) -> String {
    // Its ack shows that everything before it has arrived.
    drop(live.call("upload:limits", json!({})).await);
    live.heard()
}
