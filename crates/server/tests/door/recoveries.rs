//! Forgotten passwords, at the door: the page, its code, and answers that tell nothing.

use serde_json::{Value, json};

use crate::stage::{PASSWORD, Person, Stage, UNLIMITED};

const NEW: &str = "nine other lanterns";

async fn link(stage: &Stage, by: &Person, user: &Person) -> String {
    let made = stage.call(by, "recovery:create", json!({ "user": user.id })).await.unwrap();
    made["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_that_an_admin_made_signs_in_once_with_a_new_password_and_closes_what_was_open() {
    let (stage, ana) = Stage::with_owner().await;
    let (carl, ben) = (stage.person(&ana, "carl", "admin").await, stage.person(&ana, "ben", "member").await);
    let token = link(&stage, &carl, &ben).await;
    let page = stage.get(&format!("/reset/{token}"), &[]).await;
    assert_eq!((page.status, page.header("referrer-policy")), (200, Some("no-referrer")));
    let code = stage.get(&format!("/api/qr/reset/{token}"), &[]).await;
    assert_eq!((code.status, code.header("content-type")), (200, Some("image/svg+xml")));
    let preview = stage.post("recovery:get", &json!({ "token": token }), &[]).await;
    assert_eq!(preview.body, json!({ "workspace": "Lantern", "username": "ben", "name": "ben" }));

    let live = stage.live(&ben).await;
    let accept = json!({ "token": token, "password": NEW });
    let entered = stage.post("recovery:accept", &accept, &[]).await;
    assert_eq!((entered.status, &entered.body["user"]["username"]), (200, &json!("ben")), "{}", entered.body);
    assert!(entered.body.get("token").is_none(), "a browser gets its secret in the cookie only");
    let cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let origin = format!("http://{}", stage.address);
    let listed = stage.post("session:list", &json!({}), &[("cookie", &cookie), ("origin", &origin)]).await;
    assert_eq!(listed.body["sessions"].as_array().unwrap().len(), 1, "the others have ended");
    let last = live.closed().await;
    assert_eq!(last.last().unwrap(), &("session:ended".to_owned(), json!({ "why": "password_changed" })));
    assert_eq!(stage.call(&ben, "session:list", json!({})).await.unwrap_err()["code"], "unauthenticated");
    for (password, status) in [(PASSWORD, 401), (NEW, 200)] {
        let request = json!({ "username": "ben", "password": password });
        assert_eq!(stage.post("session:create", &request, &[]).await.status, status);
    }
}

#[tokio::test]
async fn links_that_are_wrong_used_or_replaced_are_answered_alike_and_not_often() {
    let stage = Stage::with(&["--limit-sign-in=1/min burst 20"]).await;
    let ana = stage.owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let replaced = link(&stage, &ana, &ben).await;
    let used = link(&stage, &ana, &ben).await;
    let accept = json!({ "token": used, "password": NEW });
    assert_eq!(stage.post("recovery:accept", &accept, &[]).await.status, 200);
    let mut answers: Vec<(u16, Value)> = Vec::new();
    for token in [replaced.as_str(), used.as_str(), "made-up", ""] {
        for (name, request) in [
            ("recovery:get", json!({ "token": token })),
            ("recovery:accept", json!({ "token": token, "password": NEW })),
        ] {
            let answer = stage.post(name, &request, &[]).await;
            answers.push((answer.status, answer.body));
        }
    }
    assert_eq!((answers[0].0, &answers[0].1["code"]), (410, &json!("expired")));
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let mut limited = false;
    for _ in 0..40 {
        limited |= stage.post("recovery:get", &json!({ "token": "x" }), &[]).await.code() == "rate_limited";
    }
    assert!(limited, "tokens are tried as slowly as passwords");
}

#[tokio::test]
async fn the_database_and_the_log_hold_no_token() {
    let mut stage = Stage::with(&[&UNLIMITED[..], &["--log-level=trace"]].concat()).await;
    let ana = stage.owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let tokens = [link(&stage, &ana, &ben).await, link(&stage, &ana, &ben).await];
    stage.get(&format!("/reset/{}", tokens[1]), &[]).await;
    stage.get(&format!("/api/qr/reset/{}", tokens[1]), &[]).await;
    stage.post("recovery:get", &json!({ "token": tokens[1] }), &[]).await;
    assert!(stage.stop().await);
    let log = stage.log();
    assert!(log.contains("a link for a new password was made"), "{log}");
    let mut kept = log.into_bytes();
    for file in std::fs::read_dir(stage.data_folder()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            kept.extend(std::fs::read(path).unwrap());
        }
    }
    for token in tokens {
        assert!(!kept.windows(token.len()).any(|part| part == token.as_bytes()));
    }
}
