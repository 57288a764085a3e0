//! Emoji of the workspace's own: who may add and remove them, what becomes of their pictures, and where they show.

use image::codecs::gif::GifEncoder;
use image::{Frame, ImageFormat, Rgba, RgbaImage};
use serde_json::{Value, json};

use crate::pictures::encoded;
use crate::stage::{Answer, Person, Stage, code, nonce};

pub(crate) fn picture() -> Vec<u8> {
    encoded(RgbaImage::from_pixel(40, 20, Rgba([200, 30, 90, 255])), ImageFormat::Png)
}

fn moving() -> Vec<u8> {
    let mut bytes = Vec::new();
    let frames = [0, 90, 180].map(|red| Frame::new(RgbaImage::from_pixel(200, 200, Rgba([red, 9, 9, 255]))));
    GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();
    bytes
}

impl Stage {
    pub(crate) async fn put_emoji(&self, person: &Person, name: &str, image: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", person.token);
        let headers = [("content-type", "image/png"), ("authorization", bearer.as_str())];
        self.http("PUT", &format!("/api/emoji/{name}"), &headers, image).await
    }

    async fn emoji(&self, person: &Person) -> Value {
        self.call(person, "emoji:list", json!({})).await.unwrap()
    }

    async fn say(&self, person: &Person, room: &str, text: &str) -> (Value, String) {
        let say = json!({ "room": room, "nonce": nonce(), "text": text });
        let seq = self.call(person, "message:send", say).await.unwrap()["seq"].clone();
        let found = self.call(person, "message:get", json!({ "room": room, "seqs": [seq] })).await.unwrap();
        (seq, found["messages"][0]["html"].as_str().unwrap().to_owned())
    }
}

#[tokio::test]
async fn an_emoji_is_a_small_square_in_texts_and_reactions_until_it_is_removed() {
    let (stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let room = stage.lobby_room(&ana).await;
    let mut live = stage.live(&ben).await;
    let added = stage.put_emoji(&ana, "party", &picture()).await;
    assert_eq!((added.status, &added.body["by"]), (200, &json!(ana.id)));
    let told = live.next("workspace:changed").await;
    assert_eq!((&told["emoji"], &told["name"]), (&json!(1), &json!("Lantern")));
    assert_eq!(stage.emoji(&ben).await, json!({ "version": 1, "emoji": [added.body] }));

    let path = format!("/files/emoji/{}", added.body["picture"].as_str().unwrap());
    assert_eq!(stage.get(&path, &[]).await.status, 401);
    let served = stage.read(&ben, &path).await;
    let small = image::load_from_memory(&served.bytes).unwrap();
    assert_eq!((small.width(), small.height()), (40, 40));
    assert_eq!(served.header("content-type"), Some("image/png"));
    assert_eq!(served.header("cache-control"), Some("private, max-age=31536000, immutable"));
    assert!(served.header("content-security-policy").unwrap().contains("sandbox"));
    assert_eq!(served.header("x-content-type-options"), Some("nosniff"));

    let (seq, html) = stage.say(&ben, &room, "a :party: of `:party:` and :other:").await;
    let image = format!("<img class=\"emoji\" src=\"{path}\" alt=\":party:\" title=\":party:\">");
    assert_eq!(html, format!("<p>a {image} of <code>:party:</code> and :other:</p>"));
    let react = |emoji: &str| json!({ "room": room, "seq": seq, "nonce": nonce(), "emoji": emoji });
    stage.call(&ben, "reaction:add", react(":party:")).await.unwrap();
    assert_eq!(code(&stage.call(&ben, "reaction:add", react(":other:")).await.unwrap_err()), "conflict");
    assert_eq!(code(&stage.call(&ben, "reaction:add", react(":+1:")).await.unwrap_err()), "bad_request");

    for _ in 0..2 {
        stage.call(&ana, "emoji:remove", json!({ "name": "party" })).await.unwrap();
    }
    assert_eq!(live.next("workspace:changed").await["emoji"], 2);
    assert_eq!(stage.emoji(&ben).await, json!({ "version": 2, "emoji": [] }));
    assert_eq!(stage.read(&ben, &path).await.status, 404);
    assert_eq!(code(&stage.call(&ana, "reaction:add", react(":party:")).await.unwrap_err()), "conflict");
    let found = stage.call(&ben, "message:get", json!({ "room": room, "seqs": [seq] })).await.unwrap();
    assert_eq!(found["messages"][0]["reactions"], json!([{ "emoji": ":party:", "users": [ben.id] }]));
    stage.call(&ben, "reaction:remove", react(":party:")).await.unwrap();
    assert_eq!(stage.say(&ben, &room, ":party:").await.1, "<p>:party:</p>");
}

#[tokio::test]
async fn moderators_add_and_remove_their_own_and_admins_remove_any() {
    let (stage, ana) = Stage::with_owner().await;
    let (mia, max) =
        (stage.person(&ana, "mia", "moderator").await, stage.person(&ana, "max", "moderator").await);
    for role in ["guest", "member"] {
        let person = stage.person(&ana, role, role).await;
        assert_eq!(stage.put_emoji(&person, "wave-back", &picture()).await.code(), "forbidden", "{role}");
    }
    let bot = stage.call(&ana, "bot:create", json!({ "name": "Robot", "username": "robot" })).await.unwrap();
    let id = bot["user"]["id"].as_str().unwrap().to_owned();
    stage.call(&ana, "user:change_role", json!({ "user": id, "role": "moderator" })).await.unwrap();
    let bot = Person { id, token: bot["token"].as_str().unwrap().to_owned() };
    assert_eq!(stage.put_emoji(&bot, "wave-back", &picture()).await.code(), "forbidden");

    let first = stage.put_emoji(&mia, "wave-back", &picture()).await;
    let again = stage.put_emoji(&mia, "wave-back", &picture()).await;
    assert_eq!((again.status, &again.body), (200, &first.body), "the same once more is the same");
    assert_eq!(stage.put_emoji(&max, "wave-back", &picture()).await.code(), "conflict");
    assert_eq!(stage.put_emoji(&max, "wave-back", &moving()).await.code(), "conflict");
    let path = format!("/files/emoji/{}", first.body["picture"].as_str().unwrap());
    assert_eq!(stage.read(&max, &path).await.status, 200, "a refusal takes nothing away");
    let remove = || json!({ "name": "wave-back" });
    assert_eq!(code(&stage.call(&max, "emoji:remove", remove()).await.unwrap_err()), "forbidden");
    stage.call(&mia, "emoji:remove", remove()).await.unwrap();
    stage.put_emoji(&mia, "wave-back", &picture()).await;
    stage.call(&ana, "emoji:remove", remove()).await.unwrap();
    assert_eq!(stage.emoji(&max).await, json!({ "version": 4, "emoji": [] }));
    let kept = std::fs::read_dir(format!("{}/emoji", stage.data_folder())).unwrap().count();
    assert_eq!(kept, 0, "no file is left of what is gone");
}

#[tokio::test]
async fn names_and_pictures_that_none_can_have_are_refused_and_moving_ones_move() {
    let (stage, ana) = Stage::with_owner().await;
    for name in ["x", "Party", "smile", "+1", "a%20b", "..%2Fx", "%C3%A9t%C3%A9"] {
        assert_eq!(stage.put_emoji(&ana, name, &picture()).await.code(), "bad_request", "{name}");
    }
    assert_eq!(stage.put_emoji(&ana, &"a".repeat(33), &picture()).await.code(), "bad_request");
    assert_eq!(stage.put_emoji(&ana, "text", b"<svg onload='alert(1)'/>").await.code(), "bad_request");
    let big = vec![0; 1024 * 1024 + 1];
    assert_eq!(stage.put_emoji(&ana, "big", &big).await.code(), "too_large");
    let bearer = format!("Bearer {}", ana.token);
    let form = [("content-type", "text/plain"), ("authorization", bearer.as_str())];
    assert_eq!(stage.http("PUT", "/api/emoji/form", &form, &picture()).await.code(), "bad_request");
    assert_eq!(stage.emoji(&ana).await["version"], 0);

    let dance = stage.put_emoji(&ana, "dance", &moving()).await.body;
    let served = stage.read(&ana, &format!("/files/emoji/{}", dance["picture"].as_str().unwrap())).await;
    assert_eq!(served.header("content-type"), Some("image/gif"));
    assert_eq!(image::load_from_memory(&served.bytes).unwrap().width(), 128);
    assert_eq!(stage.read(&ana, "/files/emoji/..%2Fparlor.db").await.status, 404);
}
