//! The command line.

use std::process::Stdio;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::stage::{PASSWORD, Stage, UNLIMITED, nonce, within};

async fn parlor(arguments: &[&str], environment: &[(&str, &str)]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.current_dir(folder.path()).env_clear().envs(environment.iter().copied()).args(arguments);
    let output =
        within("the command", command.stdin(Stdio::null()).kill_on_drop(true).output()).await.unwrap();
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test]
async fn check_config_says_what_is_used_and_where_it_was_written() {
    let (fine, said) = parlor(&["check-config", "--data", "d"], &[("PARLOR_LISTEN", "127.0.0.1:4")]).await;
    assert!(fine, "{said}");
    for line in ["listen = 127.0.0.1:4 (environment)", "data = d (flag)", "log_format = text (default)"] {
        assert!(said.lines().any(|said| said == line), "{said}");
    }
}

#[tokio::test]
async fn a_wrong_configuration_is_refused_with_the_reason_and_the_fix() {
    let (fine, said) = parlor(&["--listen", "0.0.0.0:0"], &[]).await;
    assert!(!fine && said.contains("trusted_proxies") && said.contains("insecure_http"), "{said}");
    let (fine, said) = parlor(&[], &[("PARLOR_LISTN", "127.0.0.1:0")]).await;
    assert!(!fine && said.contains("\"listen\""), "{said}");
}

#[tokio::test]
async fn default_config_is_a_file_that_can_be_used() {
    let (fine, said) = parlor(&["default-config"], &[]).await;
    assert!(fine && said.contains("#listen = \"127.0.0.1:3000\""), "{said}");
}

#[tokio::test]
async fn a_machine_says_what_it_can_carry_and_keeps_nothing_of_the_test() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("not-there-yet").display().to_string();
    // What is set for the server that serves is not for the one under load.
    let (fine, said) =
        parlor(&["bench", "--quick", "--data", &data], &[("PARLOR_PUBLIC_URL", "https://chat.example")])
            .await;
    assert!(fine && said.contains("In plain words: about"), "{said}");
    for line in ["disk", "answer", "writing", "reach", "return", "day"] {
        assert!(said.lines().any(|said| said.trim_start().starts_with(line)), "{line}: {said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_measurement_that_is_stopped_keeps_nothing_either() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.arg("bench").arg("--quick").arg("--data").arg(folder.path()).stdin(Stdio::null());
    let mut bench = command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(bench.stdout.take().unwrap()).lines();
    within("its first line", lines.next_line()).await.unwrap();
    let pid = bench.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().await.unwrap().success());
    let output = within("its end", bench.wait_with_output()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("stopped before the end"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused() {
    let stage = Stage::new().await;
    let (fine, said) = parlor(&["--listen", "127.0.0.1:0", "--data", &stage.data_folder()], &[]).await;
    assert!(!fine && said.contains("data ="), "{said}");
}

#[tokio::test]
async fn who_forgot_their_password_gets_a_new_one_at_the_machine() {
    let (mut stage, ana) = Stage::with_owner().await;
    let data = stage.data_folder();
    let (fine, said) = parlor(&["user", "list", "--data", &data], &[]).await;
    assert!(!fine, "the server holds the folder: {said}");
    assert!(stage.stop().await);
    let (fine, said) = parlor(&["user", "list", "--data", &data], &[]).await;
    assert!(fine && said.contains("ana (Owner): Ana"), "{said}");
    let (fine, said) = parlor(&["user", "reset-password", "nobody", "--data", &data], &[]).await;
    assert!(!fine && said.contains("nobody"), "{said}");
    let (fine, said) = parlor(&["user", "reset-password", "Ana", "--data", &data], &[]).await;
    assert!(fine, "{said}");
    let password = said.trim().rsplit_once(' ').unwrap().1;
    stage.start().await;
    assert_eq!(stage.call(&ana, "session:list", json!({})).await.unwrap_err()["code"], "unauthenticated");
    for (password, status) in [(PASSWORD, 401), (password, 200)] {
        let request = json!({ "username": "ana", "password": password });
        assert_eq!(stage.post("session:create", &request, &[]).await.status, status);
    }
}

#[tokio::test]
async fn a_link_to_a_new_password_is_made_at_the_machine_for_an_owner_too() {
    let (mut stage, _) = Stage::with_owner().await;
    let data = stage.data_folder();
    assert!(stage.stop().await);
    let make = ["user", "reset-link", "Ana", "--data", &data, "--public-url", "https://chat.example"];
    let (fine, said) = parlor(&make, &[]).await;
    assert!(fine, "{said}");
    let (_, token) = said.trim().split_once("https://chat.example/reset/").unwrap();
    let (fine, said) = parlor(&["user", "reset-link", "nobody", "--data", &data], &[]).await;
    assert!(!fine && said.contains("nobody"), "{said}");
    stage.start().await;
    let accept = json!({ "token": token, "password": "nine other lanterns" });
    let entered = stage.post("recovery:accept", &accept, &[]).await;
    assert_eq!((entered.status, &entered.body["user"]["role"]), (200, &json!("owner")), "{}", entered.body);
}

#[tokio::test]
async fn the_log_holds_no_secret_and_no_text_of_anybody() {
    let stage = Stage::with(&[&UNLIMITED[..], &["--log-level=trace", "--log-format=json"]].concat()).await;
    let ana = stage.owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let made = stage.call(&ana, "bot:create", json!({ "name": "Echo", "username": "echo" })).await.unwrap();
    let room = stage.lobby_room(&ana).await;
    let mut live = stage.live(&ben).await;
    live.call("message:send", json!({ "room": room, "nonce": nonce(), "text": "zanzibar" })).await.unwrap();
    live.call("message:send", json!({ "room": room, "nonce": "", "text": "zanzibar" })).await.unwrap_err();
    stage.post("session:create", &json!({ "username": "ana", "password": "zanzibar" }), &[]).await;
    let log = stage.log();
    assert!(log.lines().count() > 5 && log.lines().all(|line| line.starts_with('{')), "{log}");
    let bot = made["token"].as_str().unwrap();
    for secret in [&ana.token, &ben.token, bot, PASSWORD, "zanzibar", stage.set_up.as_ref().unwrap()] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_signal_ends_it_in_order_and_closes_its_sockets() {
    let (mut stage, ana) = Stage::with_owner().await;
    let live = stage.live(&ana).await;
    assert!(stage.stop().await);
    live.closed().await;
}
