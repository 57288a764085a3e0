//! Signing in and out.

use serde_json::{Value, json};

use crate::live::Live;
use crate::stage::{PASSWORD, Person, Stage, code};

async fn sessions(stage: &Stage, person: &Person) -> usize {
    stage.call(person, "session:list", json!({})).await.unwrap()["sessions"].as_array().unwrap().len()
}

#[tokio::test]
async fn only_the_right_password_signs_in_and_nothing_else_leaves_a_session() {
    let (stage, ana) = Stage::with_owner().await;
    stage.person(&ana, "ben", "member").await;
    let before = sessions(&stage, &ana).await;
    let wrong = [
        json!("wrong password"),
        json!(""),
        json!(&PASSWORD[1..]),
        json!(&PASSWORD[..PASSWORD.len() - 1]),
        json!(format!("{PASSWORD} ")),
        json!(PASSWORD.to_uppercase()),
        json!("x".repeat(300)),
        json!("x".repeat(60_000)),
        json!(null),
        json!(0),
        json!(true),
        json!([PASSWORD]),
        json!({ "$ne": "" }),
        json!("\u{0}"),
    ];
    for password in wrong {
        let request = json!({ "username": "ana", "password": password });
        let answer = stage.post("session:create", &request, &[("x-parlor-token", "1")]).await;
        assert!(matches!(answer.status, 400 | 401 | 429), "{password}: {} {}", answer.status, answer.body);
        assert!(answer.header("set-cookie").is_none() && answer.body.get("token").is_none(), "{password}");
    }
    for username in
        [json!("nobody"), json!(""), json!(null), json!(["ana"]), json!("ana\u{0}"), json!("' OR 1=1 --")]
    {
        let answer =
            stage.post("session:create", &json!({ "username": username, "password": PASSWORD }), &[]).await;
        assert!(matches!(answer.status, 400 | 401), "{username}: {} {}", answer.status, answer.body);
    }
    assert_eq!(sessions(&stage, &ana).await, before);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let (stage, _) = Stage::with_owner().await;
    let mut answers = Vec::new();
    for username in ["ana", "nobody"] {
        let request = json!({ "username": username, "password": "wrong password" });
        let answer = stage.post("session:create", &request, &[]).await;
        answers.push((answer.status, answer.body));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 401);
}

#[tokio::test]
async fn the_cookie_signs_in_over_http_and_over_a_socket() {
    let (stage, _) = Stage::with_owner().await;
    let request = json!({ "username": "Ana", "password": PASSWORD });
    let answer = stage.post("session:create", &request, &[]).await;
    let set = answer.header("set-cookie").unwrap();
    let cookie = set.split(';').next().unwrap().to_owned();
    let origin = format!("http://{}", stage.address);
    let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
    assert_eq!(stage.post("session:list", &json!({}), &headers).await.status, 200);
    let mut live = Live::connect(&stage.address, &headers, json!({})).await.unwrap();
    assert!(live.call("session:list", json!({})).await.is_ok());
    let ended = stage.post("session:end", &json!({}), &headers).await;
    assert!(ended.header("set-cookie").unwrap().contains("Max-Age=0"));
    let last = live.closed().await;
    assert_eq!(last.last().unwrap(), &("session:ended".to_owned(), json!({ "why": "signed_out" })));
    assert_eq!(stage.post("session:list", &json!({}), &headers).await.code(), "unauthenticated");
}

#[tokio::test]
async fn tokens_that_are_wrong_old_or_of_another_kind_open_nothing() {
    let (stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    stage.call(&ben, "session:end", json!({})).await.unwrap();
    let tokens = [
        &ben.token,
        &ana.token[1..],
        &ana.token[..ana.token.len() - 1],
        "",
        "null",
        "pb_",
        &"x".repeat(2_000),
    ];
    for token in tokens {
        let bearer = format!("Bearer {token}");
        let answer = stage.post("session:list", &json!({}), &[("authorization", &bearer)]).await;
        assert_eq!((answer.status, answer.code()), (401, "unauthenticated"), "{token}");
        let refused = Live::connect(&stage.address, &[], json!({ "token": token })).await.err().unwrap();
        assert_eq!(code(&refused), "unauthenticated", "{token}");
    }
    for auth in [json!({ "token": 1 }), json!({ "token": ["x"] }), json!([]), json!({ "token": {} })] {
        let refused = Live::connect(&stage.address, &[], auth.clone()).await.err().unwrap();
        assert_ne!(refused, Value::Null, "{auth}");
    }
    let none = Live::connect(&stage.address, &[], json!({})).await.err().unwrap();
    assert_eq!(code(&none), "unauthenticated");
}
