//! Files: uploads in pieces, limits, who may read them, and what they may do in a browser.

use serde_json::{Value, json};

use crate::stage::{Answer, Person, Stage, UNLIMITED, code, nonce};

impl Stage {
    /// A request as this person, with these headers.
    async fn asks(
        &self,
        person: &Person,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let bearer = format!("Bearer {}", person.token);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        self.http(method, path, &all, body).await
    }

    /// A GET as this person.
    pub(crate) async fn read(&self, person: &Person, path: &str) -> Answer {
        self.asks(person, ("GET", path), &[], b"").await
    }

    async fn begin(&self, person: &Person, room: &str, name: &str, size: usize) -> Answer {
        let wish = json!({ "room": room, "name": name, "size": size, "type": "text/html" }).to_string();
        self.asks(person, ("POST", "/api/uploads"), &[("content-type", "application/json")], wish.as_bytes())
            .await
    }

    async fn piece(&self, person: &Person, id: &str, offset: usize, bytes: &[u8]) -> Answer {
        let offset = offset.to_string();
        let headers =
            [("content-type", "application/offset+octet-stream"), ("upload-offset", offset.as_str())];
        self.asks(person, ("PATCH", &format!("/api/uploads/{id}")), &headers, bytes).await
    }

    /// Uploads at once; the id, and the answer to the last piece.
    pub(crate) async fn upload(
        &self,
        person: &Person,
        room: &str,
        name: &str,
        bytes: &[u8],
    ) -> (String, Answer) {
        let begun = self.begin(person, room, name, bytes.len()).await;
        assert_eq!(begun.status, 201, "{}", begun.body);
        let id = begun.body["id"].as_str().unwrap().to_owned();
        let done = self.piece(person, &id, 0, bytes).await;
        (id, done)
    }

    /// Posts files without a word; the message's seq.
    async fn post_files(&self, person: &Person, room: &str, files: &[&str]) -> Value {
        let files: Vec<_> = files.iter().map(|id| json!({ "id": id, "alt": "what it shows" })).collect();
        let say = json!({ "room": room, "nonce": nonce(), "text": "", "files": files });
        self.call(person, "message:send", say).await.unwrap()["seq"].clone()
    }
}

#[tokio::test]
async fn an_upload_breaks_off_and_goes_on_where_it_stood_even_after_a_restart() {
    let (mut stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let room = stage.lobby_room(&ana).await;
    let begun = stage.begin(&ana, &room, "../../etc/plan\u{202E}txt.md", 10).await;
    assert_eq!((begun.status, &begun.body["offset"]), (201, &json!(0)));
    let id = begun.body["id"].as_str().unwrap();
    let path = format!("/api/uploads/{id}");
    assert_eq!(stage.piece(&ana, id, 0, b"0123").await.body["offset"], 4);
    assert_eq!(stage.piece(&ana, id, 2, b"xx").await.code(), "conflict");
    assert_eq!(stage.piece(&ben, id, 4, b"xx").await.code(), "not_found");
    assert_eq!(stage.piece(&ana, id, 4, b"more than was promised").await.code(), "too_large");
    stage.kill_and_restart().await;
    let stands = stage.asks(&ana, ("HEAD", &path), &[], b"").await;
    assert_eq!((stands.header("upload-offset"), stands.header("upload-length")), (Some("4"), Some("10")));
    let done = stage.piece(&ana, id, 4, b"456789").await;
    assert_eq!(
        (&done.body["file"]["kind"], &done.body["file"]["name"]),
        (&json!("document"), &json!("plantxt.md"))
    );
    assert_eq!(stage.piece(&ana, id, 10, b"").await.body["file"], done.body["file"], "asked again");
    assert_eq!(stage.asks(&ana, ("HEAD", &path), &[], b"").await.header("upload-offset"), Some("10"));

    let seq = stage.post_files(&ana, &room, &[id]).await;
    let found = stage.call(&ben, "message:get", json!({ "room": room, "seqs": [seq] })).await.unwrap();
    assert_eq!(found["messages"][0]["files"][0]["alt"], "what it shows");
    assert_eq!(stage.read(&ben, &format!("/files/{id}/plan")).await.bytes, b"0123456789");
    let listed = stage.call(&ben, "file:list", json!({ "room": room, "group": "other", "limit": 5 })).await;
    assert_eq!(listed.unwrap()["files"][0]["file"]["id"], id);
}

#[tokio::test]
async fn a_film_is_kept_without_the_place_that_it_told_and_a_document_says_that_it_keeps_its_own() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let film = |four: &[u8]| {
        let moov = b"\0\0\0\x23moov\0\0\0\x1B";
        [b"\0\0\0\x0Cftypmp42", &moov[..], four, b"+47.3769+008.5417/!\0\0\0\x0Cmdatfilm"].concat()
    };
    let (id, done) = stage.upload(&ana, &room, "film.mp4", &film(b"udta")).await;
    assert_eq!((&done.body["file"]["kind"], &done.body["keeps_details"]), (&json!("video"), &Value::Null));
    let kept = stage.read(&ana, &format!("/files/{id}/film.mp4")).await.bytes;
    let mut blank = film(b"free");
    blank[28..47].fill(0);
    assert_eq!(kept, blank);
    let range = [("range", "bytes=28-43")];
    assert_eq!(stage.asks(&ana, ("GET", &format!("/files/{id}/film.mp4")), &range, b"").await.bytes, [0; 16]);
    for (name, bytes, keeps) in [
        ("cut.mp4", &film(b"udta")[..40], json!(true)),
        ("plan.pdf", b"%PDF-1.7 by Ana", json!(true)),
        ("plan.txt", b"by Ana", Value::Null),
    ] {
        let (id, done) = stage.upload(&ana, &room, name, bytes).await;
        assert_eq!(done.body["keeps_details"], keeps, "{name}");
        let again = stage.piece(&ana, &id, bytes.len(), b"").await;
        assert_eq!(again.body, done.body, "{name}, asked again");
        assert_eq!(stage.read(&ana, &format!("/files/{id}/{name}")).await.bytes, bytes, "{name}");
    }
}

#[tokio::test]
async fn ranges_and_versions_are_answered_as_browsers_ask() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let (id, _) = stage.upload(&ana, &room, "digits", b"0123456789").await;
    let path = format!("/files/{id}/digits");
    for (range, status, told, bytes) in [
        ("bytes=2-4", 206, Some("bytes 2-4/10"), &b"234"[..]),
        ("bytes=-2", 206, Some("bytes 8-9/10"), b"89"),
        ("bytes=10-", 416, Some("bytes */10"), b""),
        ("bytes=x", 200, None, b"0123456789"),
    ] {
        let answer = stage.asks(&ana, ("GET", &path), &[("range", range)], b"").await;
        assert_eq!((answer.status, answer.header("content-range"), &answer.bytes[..]), (status, told, bytes));
    }
    let whole = stage.read(&ana, &path).await;
    let etag = whole.header("etag").unwrap();
    assert_eq!(stage.asks(&ana, ("GET", &path), &[("if-none-match", etag)], b"").await.status, 304);
    let other = [("range", "bytes=1-2"), ("if-range", "\"other\"")];
    assert_eq!(stage.asks(&ana, ("GET", &path), &other, b"").await.status, 200);
    let head = stage.asks(&ana, ("HEAD", &path), &[], b"").await;
    assert_eq!((head.header("content-length"), head.bytes.len()), (Some("10"), 0));
}

#[tokio::test]
async fn a_file_is_read_by_members_of_a_room_whose_live_message_holds_it_and_by_nobody_else() {
    let (stage, ana) = Stage::with_owner().await;
    stage.call(&ana, "workspace:change", json!({ "door": "guest" })).await.unwrap();
    let ben = stage.person(&ana, "ben", "member").await;
    let gus = stage.person(&ana, "gus", "guest").await;
    let eve = stage.person(&ana, "eve", "member").await;
    let leaver = stage.person(&ana, "leaver", "member").await;
    let bot = stage.call(&ana, "bot:create", json!({ "name": "Bot", "username": "bot" })).await.unwrap();
    let bot = Person {
        id: bot["user"]["id"].as_str().unwrap().into(),
        token: bot["token"].as_str().unwrap().into(),
    };
    let members = [&ben.id, &gus.id, &leaver.id];
    let wish =
        json!({ "nonce": nonce(), "kind": "private", "name": "team", "guests": true, "members": members });
    let room =
        stage.call(&ana, "room:create", wish).await.unwrap()["room"]["id"].as_str().unwrap().to_owned();
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xFF\0\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B";
    let (id, done) = stage.upload(&ana, &room, "a.gif", gif).await;
    assert_eq!(done.body["file"]["kind"], "image");
    let urls = [format!("/files/{id}/a.gif"), format!("/files/{id}/preview"), format!("/files/{id}/other")];
    let reads = async |person: Option<&Person>| {
        let mut statuses = Vec::new();
        for url in &urls {
            let answer = match person {
                Some(person) => stage.read(person, url).await,
                None => stage.get(url, &[]).await,
            };
            assert!(answer.status == 200 || !answer.bytes.starts_with(b"GIF8"), "{url}");
            statuses.push(answer.status);
        }
        assert!(statuses.iter().all(|status| *status == statuses[0]), "{statuses:?}");
        statuses[0]
    };
    assert_eq!(
        (reads(Some(&ana)).await, reads(Some(&ben)).await, reads(None).await),
        (200, 404, 401),
        "loose"
    );
    let seq = stage.post_files(&ana, &room, &[&id]).await;
    for (person, wanted) in [(&ana, 200), (&ben, 200), (&gus, 200), (&leaver, 200), (&eve, 404), (&bot, 404)]
    {
        assert_eq!(reads(Some(person)).await, wanted, "{}", person.id);
    }
    assert_eq!(reads(None).await, 401);
    stage
        .call(&ana, "member:remove", json!({ "room": room, "nonce": nonce(), "user": leaver.id }))
        .await
        .unwrap();
    stage
        .call(&ana, "member:add", json!({ "room": room, "nonce": nonce(), "users": [bot.id] }))
        .await
        .unwrap();
    assert_eq!((reads(Some(&leaver)).await, reads(Some(&bot)).await), (404, 200));
    let steal = json!({ "room": stage.lobby_room(&eve).await, "nonce": nonce(), "text": "", "files": [{ "id": id }] });
    assert_eq!(code(&stage.call(&eve, "message:send", steal).await.unwrap_err()), "not_found");
    stage.call(&ana, "message:delete", json!({ "room": room, "seq": seq, "nonce": nonce() })).await.unwrap();
    for person in [&ana, &ben, &gus, &bot] {
        assert_eq!(reads(Some(person)).await, 404, "deleted");
    }
    let listed =
        stage.call(&ana, "file:list", json!({ "room": room, "group": "media", "limit": 5 })).await.unwrap();
    assert_eq!(listed["files"], json!([]));
}

#[tokio::test]
async fn what_could_act_in_a_browser_is_only_downloaded() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    for (name, bytes) in [
        ("a.svg", &b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"[..]),
        ("a.png", b"<!doctype html><script>alert(1)</script>"),
        ("a.html", b"<html><body onload=alert(1)>"),
        ("a.pdf", b"%PDF-1.7 /JS (app.alert(1))"),
        ("a.js", b"alert(1)"),
        ("a.xml", b"<?xml version='1.0'?><?xml-stylesheet href='x'?>"),
        ("a.swf", b"CWS\x0A...."),
        ("a.exe", b"MZ\x90\0"),
    ] {
        let (id, done) = stage.upload(&ana, &room, name, bytes).await;
        assert_eq!(done.body["file"]["kind"], "document", "{name}");
        let served = stage.read(&ana, &format!("/files/{id}/{name}")).await;
        let kind = served.header("content-type").unwrap();
        assert!(
            ["text/plain", "application/pdf", "application/octet-stream"].contains(&kind),
            "{name}: {kind}"
        );
        assert!(served.header("content-disposition").unwrap().starts_with("attachment;"), "{name}");
        for (header, wanted) in [
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "private, no-cache"),
        ] {
            assert_eq!(served.header(header), Some(wanted), "{name}: {header}");
        }
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_a_byte_is_sent() {
    let mut flags = UNLIMITED.to_vec();
    flags.extend(["--upload-max=2 MiB", "--upload-quota=3 MiB"]);
    let stage = Stage::with(&flags).await;
    let ana = stage.owner().await;
    let room = stage.lobby_room(&ana).await;
    assert_eq!(stage.begin(&ana, &room, "a", (2 << 20) + 1).await.code(), "too_large");
    assert_eq!(stage.begin(&ana, &room, "a", 0).await.code(), "bad_request");
    let first = stage.begin(&ana, &room, "a", 2 << 20).await.body;
    assert_eq!(stage.begin(&ana, &room, "b", 2 << 20).await.code(), "too_large");
    let limits = stage.call(&ana, "upload:limits", json!({})).await.unwrap();
    assert_eq!(limits, json!({ "file_bytes": 2 << 20, "quota_bytes": 3 << 20, "used_bytes": 2 << 20 }));
    let path = format!("/api/uploads/{}", first["id"].as_str().unwrap());
    assert_eq!(stage.asks(&ana, ("DELETE", &path), &[], b"").await.status, 204);
    assert_eq!(stage.begin(&ana, &room, "b", 2 << 20).await.status, 201, "giving up frees the room");
    assert_eq!(stage.begin(&ana, "1", "b", 1).await.code(), "not_found");
    let unnamed = [("content-type", "application/json")];
    assert_eq!(stage.http("POST", "/api/uploads", &unnamed, b"{}").await.status, 401);
}

#[tokio::test]
async fn a_nearly_full_disk_takes_no_files_and_many_uploads_have_to_wait() {
    let full = Stage::with(&["--upload-reserve=9000000 GiB"]).await;
    let ana = full.owner().await;
    let room = full.lobby_room(&ana).await;
    assert_eq!(full.begin(&ana, &room, "a", 1).await.code(), "unavailable");
    let busy = Stage::with(&["--limit-uploads=1/min burst 2"]).await;
    let ana = busy.owner().await;
    let room = busy.lobby_room(&ana).await;
    for wanted in [201, 201, 429] {
        assert_eq!(busy.begin(&ana, &room, "a", 1).await.status, wanted);
    }
}
