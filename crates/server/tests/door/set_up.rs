//! The first visit.

use serde_json::{Value, json};

use crate::stage::{PASSWORD, Person, Stage, UNLIMITED};

fn wish(token: &str, username: &str) -> Value {
    json!({ "token": token, "workspace": "Lantern", "name": "Ana", "username": username, "password": PASSWORD })
}

#[tokio::test]
async fn the_printed_link_sets_the_workspace_up_and_makes_its_owner() {
    let stage = Stage::new().await;
    assert_eq!(stage.lobby().await["set_up"], false);
    let answer = stage.post("workspace:set_up", &wish(stage.set_up.as_ref().unwrap(), "ana"), &[]).await;
    assert_eq!(
        (answer.status, answer.body["user"]["role"].as_str()),
        (200, Some("owner")),
        "{}",
        answer.body
    );
    assert!(answer.body.get("token").is_none(), "a browser gets its secret in the cookie only");
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("s=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let lobby = stage.lobby().await;
    assert_eq!((&lobby["set_up"], &lobby["name"]), (&json!(true), &json!("Lantern")));
}

#[tokio::test]
async fn set_up_needs_the_token_of_the_link() {
    let stage = Stage::new().await;
    for token in ["", "x", &stage.set_up.as_ref().unwrap()[1..]] {
        let answer = stage.post("workspace:set_up", &wish(token, "eve"), &[]).await;
        assert!(
            [400, 401, 403, 404, 410].contains(&answer.status),
            "{token:?}: {} {}",
            answer.status,
            answer.body
        );
    }
    assert_eq!(stage.lobby().await["set_up"], false);
}

#[tokio::test]
async fn set_up_works_once_even_when_two_try_at_the_same_time() {
    let stage = Stage::new().await;
    let token = stage.set_up.clone().unwrap();
    let (ana, eve) = (wish(&token, "ana"), wish(&token, "eve"));
    let (first, second) =
        tokio::join!(stage.post("workspace:set_up", &ana, &[]), stage.post("workspace:set_up", &eve, &[]));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(matches!(statuses[1], 409 | 410), "{statuses:?}");
    let again = stage.post("workspace:set_up", &wish(&token, "zoe"), &[]).await;
    assert!(matches!(again.code(), "conflict" | "expired"), "{}", again.body);
}

#[tokio::test]
async fn the_link_stays_the_same_until_it_was_used_and_is_gone_then() {
    let mut stage = Stage::with(&UNLIMITED).await;
    let link = stage.set_up.clone();
    stage.stop_and_restart().await;
    assert_eq!(stage.set_up, link);
    let ana = stage.owner().await;
    stage.stop_and_restart().await;
    assert_eq!(stage.set_up, None, "no link is printed once set-up was done");
    assert!(stage.call(&ana, "session:list", json!({})).await.is_ok());
}

#[tokio::test]
async fn an_invite_link_has_a_qr_code_and_leads_in() {
    let (stage, ana) = Stage::with_owner().await;
    let invite = stage.call(&ana, "invite:create", json!({ "uses": 1 })).await.unwrap();
    let token = invite["token"].as_str().unwrap();
    let preview = stage.post("invite:get", &json!({ "token": token }), &[]).await;
    assert_eq!(preview.body["workspace"], "Lantern");
    let code = stage.get(&format!("/api/qr/{token}"), &[]).await;
    assert_eq!((code.status, code.header("content-type")), (200, Some("image/svg+xml")));
    assert!(String::from_utf8(code.bytes).unwrap().starts_with("<svg "));
    let accept = json!({ "token": token, "name": "Ben", "username": "ben", "password": PASSWORD });
    let ben = Person::of(&stage.post("invite:accept", &accept, &[("x-parlor-token", "1")]).await);
    assert!(stage.call(&ben, "room:list", json!({})).await.is_ok());
    let again = json!({ "token": token, "name": "Eve", "username": "eve", "password": PASSWORD });
    assert_eq!(stage.post("invite:accept", &again, &[]).await.code(), "expired");
    assert_eq!(stage.get("/api/qr/%2e%2e", &[]).await.status, 404);
}
