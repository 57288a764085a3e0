//! Previews of links: fetched from an internet that is pretended on this machine, shown to members, taken off by those
//! who may, and never from anywhere inside.

use std::sync::{Arc, Mutex};

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::live::Live;
use crate::pictures::encoded;
use crate::stage::{Person, Stage, UNLIMITED, code, nonce};

/// The pretended internet: `/page`, `/picture` and `/says/{title}` on every host, and a wrong turn.
pub(crate) struct Internet {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

const PAGE: &str = "<!doctype html><title>Tea &amp; cake</title><meta property='og:description' content='A garden party'>\
    <meta property='og:site_name' content='Garden'><meta property='og:image' content='http://pictures.test/picture'>\
    <meta property='og:image:alt' content='A teapot'>";

impl Internet {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (heard, mut serving) = (Arc::clone(&asked), JoinSet::new());
        let picture = encoded(RgbImage::from_pixel(1_200, 630, Rgb([90, 140, 60])), ImageFormat::Png);
        serving.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.unwrap());
                }
                let request = String::from_utf8(request).unwrap();
                let path = request.split(' ').nth(1).unwrap();
                let says = path.strip_prefix("/says/").map(|title| PAGE.replace("Tea", title));
                let (status, kind, body) = match path {
                    _ if says.is_some() => ("200 OK", "text/html", says.as_deref().unwrap().as_bytes()),
                    "/page" => ("200 OK", "text/html", PAGE.as_bytes()),
                    "/picture" => ("200 OK", "image/png", &picture[..]),
                    "/inside" => ("302 Found\r\nlocation: http://127.0.0.1/page", "text/html", &[][..]),
                    _ => ("404 Not Found", "text/html", &[][..]),
                };
                heard.lock().unwrap().push(request);
                let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n");
                // Whoever asked may have heard enough.
                drop(stream.write_all(&[head.as_bytes(), body].concat()).await);
            }
        });
        Self { address, asked, _serving: serving }
    }

    /// How often it was asked for something.
    pub(crate) fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// A server that has this internet and no other.
    pub(crate) async fn stage(&self) -> (Stage, Person) {
        let internet = format!("--pretended-internet={}", self.address);
        let stage = Stage::with(&[&UNLIMITED[..], &["--link-previews=true", &internet]].concat()).await;
        let ana = stage.owner().await;
        (stage, ana)
    }
}

impl Stage {
    async fn says(&self, person: &Person, room: &str, text: &str) -> Value {
        let say = json!({ "room": room, "nonce": nonce(), "text": text });
        self.call(person, "message:send", say).await.unwrap()["seq"].clone()
    }

    async fn looks(&self, person: &Person, room: &str, seq: &Value) -> Value {
        let found = self.call(person, "message:get", json!({ "room": room, "seqs": [seq] })).await.unwrap();
        found["messages"][0].clone()
    }

    async fn takes_off(&self, person: &Person, room: &str, seq: &Value, url: &str) -> Result<Value, Value> {
        let request = json!({ "room": room, "seq": seq, "nonce": nonce(), "url": url });
        self.call(person, "preview:remove", request).await
    }
}

/// The previews that come to this message.
pub(crate) async fn previewed(live: &mut Live, seq: &Value) -> Value {
    loop {
        let entry = live.next("message:previewed").await;
        if entry["message"] == *seq {
            return entry["previews"].clone();
        }
    }
}

#[tokio::test]
async fn a_link_gets_a_preview_whose_picture_is_for_members_only_and_nothing_is_told_outside() {
    let internet = Internet::new().await;
    let (stage, ana) = internet.stage().await;
    let (ben, eve) = (stage.person(&ana, "ben", "member").await, stage.person(&ana, "eve", "member").await);
    let wish = json!({ "nonce": nonce(), "kind": "private", "name": "team", "members": [ben.id] });
    let room =
        stage.call(&ana, "room:create", wish).await.unwrap()["room"]["id"].as_str().unwrap().to_owned();
    let mut live = stage.live(&ben).await;
    let url = "http://garden.test/page";
    let seq = stage.says(&ana, &room, &format!("Look: {url} and {url}")).await;
    let previews = previewed(&mut live, &seq).await;
    let preview = &previews[0];
    assert_eq!(
        (&preview["url"], &preview["title"], &preview["text"], &preview["site"]),
        (&json!(url), &json!("Tea & cake"), &json!("A garden party"), &json!("Garden"))
    );
    let picture = &preview["picture"];
    assert_eq!(
        (&picture["width"], &picture["height"], &picture["alt"]),
        (&json!(640), &json!(336), &json!("A teapot"))
    );
    assert_eq!(
        (previews.as_array().unwrap().len(), &stage.looks(&ben, &room, &seq).await["previews"]),
        (1, &previews)
    );

    let path = format!("/files/{}/picture.jpg", picture["id"].as_str().unwrap());
    let served = stage.read(&ben, &path).await;
    assert_eq!((served.status, served.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(image::load_from_memory(&served.bytes).unwrap().width(), 640);
    assert_eq!((stage.read(&eve, &path).await.status, stage.get(&path, &[]).await.status), (404, 401));
    let listed = stage.call(&ben, "file:list", json!({ "room": room, "group": "media", "limit": 5 })).await;
    assert_eq!(listed.unwrap()["files"], json!([]), "it is nobody's file");

    let asked = internet.asked.lock().unwrap().join("").to_ascii_lowercase();
    assert_eq!(asked.matches("get /page").count(), 1);
    for telling in ["cookie", "referer", "authorization", "origin", "127.0.0.1", &stage.address] {
        assert!(!asked.contains(telling), "{telling}: {asked}");
    }

    stage.call(&ana, "message:delete", json!({ "room": room, "seq": seq, "nonce": nonce() })).await.unwrap();
    assert_eq!(stage.read(&ben, &path).await.status, 404);
    assert_eq!(stage.looks(&ben, &room, &seq).await.get("previews"), None);
}

#[tokio::test]
async fn a_preview_follows_the_text_and_goes_for_good_when_it_is_taken_off() {
    let internet = Internet::new().await;
    let (stage, ana) = internet.stage().await;
    let (ben, eve) = (stage.person(&ana, "ben", "member").await, stage.person(&ana, "eve", "member").await);
    let room = stage.lobby_room(&ana).await;
    let mut live = stage.live(&ana).await;
    let (first, second) = ("http://one.test/page", "http://two.test/page");
    let seq = stage.says(&ben, &room, &format!("{first} http://gone.test/missing")).await;
    assert_eq!(previewed(&mut live, &seq).await[0]["url"], first);
    let edit = |text: &str| json!({ "room": room, "seq": seq, "nonce": nonce(), "text": text });
    stage.call(&ben, "message:edit", edit(second)).await.unwrap();
    assert_eq!(previewed(&mut live, &seq).await[0]["url"], second);
    stage.call(&ben, "message:edit", edit("nothing")).await.unwrap();
    assert_eq!(previewed(&mut live, &seq).await, json!([]));
    stage.call(&ben, "message:edit", edit(first)).await.unwrap();
    assert_eq!(previewed(&mut live, &seq).await[0]["url"], first);

    assert_eq!(code(&stage.takes_off(&eve, &room, &seq, first).await.unwrap_err()), "forbidden");
    stage.takes_off(&ben, &room, &seq, first).await.unwrap();
    assert_eq!(previewed(&mut live, &seq).await, json!([]));
    stage.call(&ben, "message:edit", edit(second)).await.unwrap();
    let other = stage.says(&ben, &room, second).await;
    assert_eq!(previewed(&mut live, &other).await[0]["url"], second, "what came after it was looked at");
    assert_eq!(stage.looks(&ben, &room, &seq).await.get("previews"), None);
    stage.takes_off(&ana, &room, &other, second).await.unwrap();
    assert_eq!(previewed(&mut live, &other).await, json!([]), "a moderator may");
}

#[tokio::test]
async fn of_many_links_in_a_message_three_are_followed() {
    let internet = Internet::new().await;
    let (stage, ana) = internet.stage().await;
    let room = stage.lobby_room(&ana).await;
    let mut live = stage.live(&ana).await;
    let link = |number: u32| format!("http://s{number}.test/says/x");
    let links = |from: u32| (from..from + 100).map(link).collect::<Vec<_>>().join(" ");
    let many = stage.says(&ana, &room, &links(0)).await;
    assert_eq!(previewed(&mut live, &many).await.as_array().map(Vec::len), Some(3));
    let edit = json!({ "room": room, "seq": many, "nonce": nonce(), "text": links(100) });
    stage.call(&ana, "message:edit", edit).await.unwrap();
    previewed(&mut live, &many).await;
    let asked = internet.asked.lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|request| request.starts_with("GET /says")).count(), 6);
}

#[tokio::test]
async fn no_link_leads_inside_and_a_room_that_wants_no_previews_asks_nobody() {
    let internet = Internet::new().await;
    let (stage, ana) = internet.stage().await;
    let room = stage.lobby_room(&ana).await;
    let mut live = stage.live(&ana).await;
    let mut seqs = Vec::new();
    for urls in [
        "http://127.0.0.1/page http://2130706433/page http://0x7f.1/page",
        "http://[::1]/page http://[::ffff:127.0.0.1]/page http://[64:ff9b::7f00:1]/page",
        "http://10.0.0.1/page http://192.168.0.1/page http://172.16.0.1/page",
        "http://169.254.169.254/page http://100.64.0.1/page http://198.18.0.1/page",
        "http://localhost/page http://router/page http://db.internal/page",
        "http://garden.test:8080/page http://a:b@garden.test/page http://garden.test@127.0.0.1/page",
    ] {
        seqs.push(stage.says(&ana, &room, urls).await);
    }
    seqs.push(stage.says(&ana, &room, "http://turn.test/inside").await);
    let change = json!({ "room": room, "nonce": nonce(), "change": { "previews": false } });
    let quiet = json!({ "nonce": nonce(), "kind": "public", "name": "quiet" });
    let quiet =
        stage.call(&ana, "room:create", quiet).await.unwrap()["room"]["id"].as_str().unwrap().to_owned();
    let off = json!({ "room": quiet, "nonce": nonce(), "change": { "previews": false } });
    stage.call(&ana, "room:change", off).await.unwrap();
    stage.says(&ana, &quiet, "http://quiet.test/page").await;
    // They are looked at in their order, so the last ones show that all were.
    for number in 0..8 {
        let last = stage.says(&ana, &room, &format!("http://last{number}.test/page")).await;
        previewed(&mut live, &last).await;
    }
    for seq in seqs {
        assert_eq!(stage.looks(&ana, &room, &seq).await.get("previews"), None);
    }
    let asked = internet.asked.lock().unwrap().clone();
    let foreign =
        |request: &String| !request.contains("host: last") && !request.contains("host: pictures.test");
    let others: Vec<_> = asked.iter().filter(|request| foreign(request)).collect();
    assert!(others.len() == 1 && others[0].starts_with("GET /inside"), "{others:?}");
    stage.call(&ana, "room:change", change).await.unwrap();
    let synced = stage.call(&ana, "sync", json!({ "rooms": {} })).await.unwrap();
    let of = |room: &Value| room["room"]["previews"].clone();
    assert!(synced["rooms"].as_array().unwrap().iter().all(|room| of(room) == false));
}
