//! What messages bring: others that are passed on, and polls.

use serde_json::{Value, json};

use crate::stage::{Person, Stage, code, nonce};

impl Stage {
    async fn sends(&self, by: &Person, room: &str, rest: Value) -> Result<Value, Value> {
        let mut request = json!({ "room": room, "nonce": nonce(), "text": "" });
        request.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        self.call(by, "message:send", request).await.map(|written| written["seq"].clone())
    }

    async fn sees(&self, by: &Person, room: &str, seq: &Value) -> Value {
        let request = json!({ "room": room, "seqs": [seq] });
        self.call(by, "message:get", request).await.unwrap()["messages"][0].clone()
    }

    async fn private_room(&self, by: &Person, name: &str) -> String {
        let wish = json!({ "nonce": nonce(), "kind": "private", "name": name });
        self.call(by, "room:create", wish).await.unwrap()["room"]["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_message_is_passed_on_by_those_who_see_it_with_its_author_and_as_it_was() {
    let (stage, ana) = Stage::with_owner().await;
    let (ben, lobby) = (stage.person(&ana, "ben", "member").await, stage.lobby_room(&ana).await);
    let pantry = stage.private_room(&ana, "pantry").await;
    let cake = stage.sends(&ana, &pantry, json!({ "text": "The cake is *hidden*, @ana" })).await.unwrap();
    let from = json!({ "room": pantry, "seq": cake });
    let stolen = stage.sends(&ben, &lobby, json!({ "forward": from })).await.unwrap_err();
    assert_eq!(code(&stolen), "not_found");
    let both = json!({ "forward": from, "poll": { "options": ["a", "b"] }, "text": "?" });
    assert_eq!(code(&stage.sends(&ana, &lobby, both).await.unwrap_err()), "bad_request");

    let passed = stage.sends(&ana, &lobby, json!({ "forward": from, "text": "Look" })).await.unwrap();
    let seen = stage.sees(&ben, &lobby, &passed).await;
    assert_eq!((&seen["text"], &seen["mentions"]), (&json!("Look"), &json!([])));
    let forwarded = &seen["forwarded"];
    assert_eq!(
        (&forwarded["room"], &forwarded["seq"], &forwarded["by"]),
        (&json!(pantry), &cake, &json!(ana.id))
    );
    assert_eq!(forwarded["text"], "The cake is *hidden*, @ana");
    assert!(!seen.to_string().contains("pantry"), "{seen}");

    // Who passes that on passes the original on, and what was written beside it stays behind.
    let again = json!({ "forward": { "room": lobby, "seq": passed } });
    let again = stage.sends(&ben, &lobby, again).await.unwrap();
    let again = stage.sees(&ben, &lobby, &again).await;
    assert_eq!((&again["forwarded"], &again["text"]), (forwarded, &json!("")));

    let delete = json!({ "room": pantry, "seq": cake, "nonce": nonce() });
    stage.call(&ana, "message:delete", delete).await.unwrap();
    assert_eq!(stage.sees(&ben, &lobby, &passed).await["forwarded"], *forwarded);
    let gone = stage.sends(&ana, &lobby, json!({ "forward": from })).await.unwrap_err();
    assert_eq!(code(&gone), "conflict");
    let delete = json!({ "room": lobby, "seq": passed, "nonce": nonce() });
    stage.call(&ana, "message:delete", delete).await.unwrap();
    let blank = stage.sees(&ben, &lobby, &passed).await;
    assert_eq!((&blank["forwarded"], &blank["deleted"]), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn words_beside_what_was_passed_on_may_go_and_other_words_may_not() {
    let (stage, ana) = Stage::with_owner().await;
    let lobby = stage.lobby_room(&ana).await;
    let tea = stage.sends(&ana, &lobby, json!({ "text": "Tea" })).await.unwrap();
    let forward = json!({ "forward": { "room": lobby, "seq": tea }, "text": "Look" });
    let passed = stage.sends(&ana, &lobby, forward).await.unwrap();
    let empty = |seq: &Value| json!({ "room": lobby, "seq": seq, "nonce": nonce(), "text": " " });
    stage.call(&ana, "message:edit", empty(&passed)).await.unwrap();
    assert_eq!(stage.sees(&ana, &lobby, &passed).await["text"], "");
    assert_eq!(code(&stage.call(&ana, "message:edit", empty(&tea)).await.unwrap_err()), "conflict");
}

#[tokio::test]
async fn a_poll_counts_each_person_once_and_ends() {
    let (stage, ana) = Stage::with_owner().await;
    let (ben, lobby) = (stage.person(&ana, "ben", "member").await, stage.lobby_room(&ana).await);
    for options in [json!(["one"]), json!(["same", " same "]), json!(["a", ""])] {
        let ask = json!({ "text": "Which?", "poll": { "options": options } });
        assert_eq!(code(&stage.sends(&ana, &lobby, ask).await.unwrap_err()), "bad_request");
    }
    let wordless = json!({ "poll": { "options": ["tea", "coffee"] } });
    assert_eq!(code(&stage.sends(&ana, &lobby, wordless).await.unwrap_err()), "bad_request");
    let ask = json!({ "text": "Which?", "poll": { "options": ["tea", "coffee"] } });
    let seq = stage.sends(&ana, &lobby, ask).await.unwrap();
    let vote = |choices: Value| json!({ "room": lobby, "seq": seq, "nonce": nonce(), "choices": choices });
    let asks = |text: &str| json!({ "room": lobby, "seq": seq, "nonce": nonce(), "text": text });
    stage.call(&ana, "message:edit", asks("Which one?")).await.unwrap();
    for wrong in [json!([2]), json!([0, 1])] {
        assert_eq!(code(&stage.call(&ben, "poll:vote", vote(wrong)).await.unwrap_err()), "conflict");
    }
    let once = vote(json!([0]));
    let first = stage.call(&ben, "poll:vote", once.clone()).await.unwrap();
    stage.call(&ben, "poll:vote", vote(json!([1]))).await.unwrap();
    assert_eq!(stage.call(&ben, "poll:vote", once).await.unwrap(), first, "a repeat votes no second time");
    let poll = stage.sees(&ana, &lobby, &seq).await["poll"].clone();
    assert_eq!((&poll["voters"], &poll["options"][0]["votes"]), (&json!(1), &json!(0)));
    assert_eq!(poll["options"][1]["users"], json!([ben.id]));

    let other = stage.call(&ana, "message:edit", asks("Who shall pay?")).await.unwrap_err();
    assert_eq!(code(&other), "conflict", "nobody's vote stands under another question");

    let close = || json!({ "room": lobby, "seq": seq, "nonce": nonce() });
    assert_eq!(code(&stage.call(&ben, "poll:close", close()).await.unwrap_err()), "forbidden");
    stage.call(&ana, "poll:close", close()).await.unwrap();
    assert_eq!(code(&stage.call(&ben, "poll:vote", vote(json!([0]))).await.unwrap_err()), "conflict");
    assert_eq!(stage.sees(&ben, &lobby, &seq).await["poll"]["closed"], json!(true));
}

#[tokio::test]
async fn a_poll_with_hidden_names_tells_nobody_who_chose_what() {
    let (stage, ana) = Stage::with_owner().await;
    let (ben, lobby) = (stage.person(&ana, "ben", "member").await, stage.lobby_room(&ana).await);
    let ask = json!({ "text": "Which?", "poll": { "options": ["tea", "coffee"], "hidden": true, "multiple": true } });
    let seq = stage.sends(&ana, &lobby, ask).await.unwrap();
    let vote = json!({ "room": lobby, "seq": seq, "nonce": nonce(), "choices": [0, 1] });
    let voted = stage.call(&ben, "poll:vote", vote).await.unwrap()["seq"].as_u64().unwrap();
    let epoch = stage.call(&ana, "sync", json!({ "rooms": {} })).await.unwrap()["epoch"].clone();
    let request = json!({ "epoch": epoch, "rooms": { lobby.clone(): voted - 1 }, "only": true });
    let synced = stage.call(&ana, "sync", request).await.unwrap();
    let entry = &synced["rooms"][0]["entries"][0];
    assert_eq!(
        (&entry["type"], &entry["by"], &entry["choices"]),
        (&json!("poll:voted"), &json!(ana.id), &json!([]))
    );
    assert_eq!(entry["tally"], json!({ "votes": [1, 1], "voters": 1 }));
    let poll = stage.sees(&ana, &lobby, &seq).await["poll"].clone();
    assert_eq!((&poll["voters"], &poll["options"][0]["users"]), (&json!(1), &json!([])));
    let mine = || json!({ "room": lobby, "seq": seq });
    assert_eq!(stage.call(&ben, "poll:mine", mine()).await.unwrap()["choices"], json!([0, 1]));
    assert_eq!(stage.call(&ana, "poll:mine", mine()).await.unwrap()["choices"], json!([]));
    stage.call(&ana, "poll:close", json!({ "room": lobby, "seq": seq, "nonce": nonce() })).await.unwrap();
    assert_eq!(stage.call(&ben, "poll:mine", mine()).await.unwrap()["choices"], json!([]), "forgotten");
    assert_eq!(stage.sees(&ana, &lobby, &seq).await["poll"]["options"][1]["votes"], json!(1));
}
