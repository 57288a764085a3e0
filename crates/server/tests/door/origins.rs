//! What pages of this and other origins may do, and what every answer says to browsers.

use serde_json::json;

use crate::live::Live;
use crate::stage::{Answer, PASSWORD, Stage, UNLIMITED};

async fn cookie(stage: &Stage) -> String {
    let request = json!({ "username": "ana", "password": PASSWORD });
    let answer = stage.post("session:create", &request, &[]).await;
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn foreign(address: &str) -> Vec<String> {
    let (host, port) = address.rsplit_once(':').unwrap();
    vec![
        "http://evil.example".into(),
        "null".into(),
        format!("https://{address}"),
        format!("http://{host}"),
        format!("http://{host}:1{port}"),
        format!("http://{address}.evil.example"),
        format!("http://localhost:{port}"),
        format!("HTTP://{address}/"),
    ]
}

#[tokio::test]
async fn a_cookie_from_a_page_elsewhere_opens_nothing() {
    let (stage, _) = Stage::with_owner().await;
    let cookie = cookie(&stage).await;
    for origin in foreign(&stage.address) {
        let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
        let answer = stage.post("session:list", &json!({}), &headers).await;
        assert_eq!((answer.status, answer.code()), (403, "forbidden"), "{origin}");
        assert!(answer.header("access-control-allow-origin").is_none());
        assert!(Live::open(&stage.address, &headers).await.is_err(), "{origin}");
        assert!(Live::open(&stage.address, &headers[1..]).await.is_err(), "{origin}");
        for method in ["GET", "POST"] {
            let polled = stage.http(method, "/socket.io/?EIO=4&transport=polling", &headers, b"").await;
            assert_eq!(polled.status, 403, "{method} {origin}");
        }
    }
    let without = [("cookie", cookie.as_str())];
    assert_eq!(stage.post("session:list", &json!({}), &without).await.status, 403, "no Origin");
    assert!(Live::open(&stage.address, &without).await.is_err(), "no Origin");
    let own = format!("http://{}", stage.address);
    let crossing = [("cookie", cookie.as_str()), ("origin", own.as_str()), ("sec-fetch-site", "cross-site")];
    assert_eq!(stage.post("session:list", &json!({}), &crossing).await.status, 403);
}

#[tokio::test]
async fn a_configured_origin_may_ask_with_a_token() {
    let stage = Stage::with(&[&UNLIMITED[..], &["--origins=https://feed.example"]].concat()).await;
    let ana = stage.owner().await;
    let bearer = format!("Bearer {}", ana.token);
    let feed = [("origin", "https://feed.example"), ("authorization", bearer.as_str())];
    let answer = stage.post("room:list", &json!({}), &feed).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://feed.example"));
    assert!(answer.header("access-control-allow-credentials").is_none());
    let asks = [("origin", "https://feed.example"), ("access-control-request-method", "POST")];
    assert_eq!(stage.http("OPTIONS", "/api/room:list", &asks, b"").await.status, 204);
    let polled = stage.get("/socket.io/?EIO=4&transport=polling", &feed[..1]).await;
    assert_eq!(
        (polled.status, polled.header("access-control-allow-origin")),
        (200, Some("https://feed.example"))
    );
    let live = Live::connect(&stage.address, &feed[..1], json!({ "token": ana.token })).await;
    assert!(live.is_ok());
    let other =
        stage.http("OPTIONS", "/api/room:list", &[("origin", "https://evil.example"), asks[1]], b"").await;
    assert!(other.header("access-control-allow-origin").is_none() && other.status >= 400);
}

#[tokio::test]
async fn only_json_is_taken() {
    let (stage, ana) = Stage::with_owner().await;
    let bearer = format!("Bearer {}", ana.token);
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""]
    {
        let headers = [("content-type", kind), ("authorization", bearer.as_str())];
        let answer = stage.http("POST", "/api/room:list", &headers, b"{}").await;
        assert_eq!((answer.status, answer.code()), (400, "bad_request"), "{kind}");
    }
    let headers = [("content-type", "Application/JSON; charset=utf-8"), ("authorization", bearer.as_str())];
    assert_eq!(stage.http("POST", "/api/room:list", &headers, b"{}").await.status, 200);
}

fn secured(what: &str, answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(self), geolocation=(), payment=()"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{what}: {name}");
    }
    let policy = answer.header("content-security-policy").expect(what);
    for part in ["default-src 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let (stage, _) = Stage::with_owner().await;
    for path in
        ["/", "/join/x", "/healthz", "/readyz", "/api/qr/x", "/api/none", "/nothing", "/files/avatars/x"]
    {
        secured(path, &stage.get(path, &[]).await);
    }
    for path in ["/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=3&transport=polling"] {
        secured(path, &stage.get(path, &[]).await);
    }
    let call = stage.post("lobby:get", &json!({}), &[]).await;
    secured("lobby:get", &call);
    assert_eq!(call.header("cache-control"), Some("no-store"));
    assert!(call.header("strict-transport-security").is_none(), "not without TLS");
}

#[tokio::test]
async fn the_shell_is_the_page_of_every_address_of_the_app() {
    let stage = Stage::new().await;
    let shell = stage.get("/", &[]).await;
    assert_eq!((shell.status, shell.header("cache-control")), (200, Some("no-cache")));
    let policy = shell.header("content-security-policy").unwrap();
    for part in [
        "script-src 'self'",
        "style-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types parlor",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    for path in ["/setup/token", "/join/token", "/r/1", "/r/1/2", "/settings", "/settings/profile"] {
        assert_eq!(stage.get(path, &[]).await.bytes, shell.bytes, "{path}");
    }
    let known = stage.get("/", &[("if-none-match", shell.header("etag").unwrap())]).await;
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    for path in ["/r.js", "/assets/none.js", "/..%2fCargo.toml", "/../Cargo.toml"] {
        assert_eq!(stage.get(path, &[]).await.status, 404, "{path}");
    }
    let files = stage.get("/files/../index.html", &[]).await;
    assert_eq!(files.status, 401, "who is not signed in learns nothing of files");
}

#[tokio::test]
async fn behind_a_proxy_with_tls_the_cookie_is_bound_to_the_host() {
    let flags = ["--trusted-proxies=127.0.0.1/32", "--public-url=https://chat.example"];
    let stage = Stage::with(&[&UNLIMITED[..], &flags].concat()).await;
    stage.owner().await;
    let request = json!({ "username": "ana", "password": PASSWORD });
    let answer = stage.post("session:create", &request, &[("x-forwarded-proto", "https")]).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-s=") && cookie.contains("; Secure"), "{cookie}");
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000"));
    let headers = [
        ("cookie", cookie.split(';').next().unwrap()),
        ("origin", "https://chat.example"),
        ("x-forwarded-proto", "https"),
    ];
    assert_eq!(stage.post("session:list", &json!({}), &headers).await.status, 200);
}
