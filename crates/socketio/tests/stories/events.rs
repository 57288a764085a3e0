//! Events, answers and binary data.

use parlor_socketio::DisconnectReason;
use serde_json::json;

use crate::client::{Client, Got};
use crate::stage::{Seen, Stage};

#[tokio::test]
async fn arguments_come_back_as_they_were_sent() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    client.ws.send(r#"42["echo",1,"2",{"3":[true]},null,"é😀"]"#).await;
    assert_eq!(client.ws.text().await, r#"42["echo",1,"2",{"3":[true]},null,"é😀"]"#);
    client.ws.send(r#"42456["anything",1,"2",{"3":[false]}]"#).await;
    assert_eq!(client.ws.text().await, r#"43456[1,"2",{"3":[false]}]"#);
}

#[tokio::test]
async fn binary_data_travels_both_ways_and_with_answers() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    let event = r#"["echo",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    client.ws.send(&format!("452-789{event}")).await;
    client.ws.send_binary(&[1, 2, 3]).await;
    client.ws.send_binary(&[4, 5, 6]).await;
    assert_eq!(client.ws.text().await, format!("452-{event}"));
    assert_eq!(client.ws.message().await, Got::Binary(vec![1, 2, 3]));
    assert_eq!(client.ws.message().await, Got::Binary(vec![4, 5, 6]));
    let answer = r#"462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    assert_eq!(client.ws.text().await, answer);
    assert_eq!(client.ws.message().await, Got::Binary(vec![1, 2, 3]));
    assert_eq!(client.ws.message().await, Got::Binary(vec![4, 5, 6]));
}

#[tokio::test]
async fn a_client_can_be_asked_while_its_own_event_is_handled() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    client.emit("ask", "how are you?").await;
    assert_eq!(client.ws.text().await, r#"420["question","how are you?"]"#);
    client.ws.send(r#"430["fine"]"#).await;
    assert_eq!(client.event().await, ("replied".into(), json!({ "Ok": "fine" })));
}

#[tokio::test]
async fn who_does_not_answer_is_not_waited_for_forever() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    client.emit("ask", "how are you?").await;
    client.ws.text().await;
    let timeout = json!({ "Err": "the client did not answer in time" });
    assert_eq!(client.event().await, ("replied".into(), timeout));
    client.ws.send(r#"430["too late"]"#).await;
    assert_eq!(client.ask("still", "here").await, json!(["here"]));
}

#[tokio::test]
async fn answers_that_nobody_awaits_mean_nothing() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    for id in ["0", "7", "9223372036854775808", "18446744073709551615"] {
        client.ws.send(&format!("43{id}[1]")).await;
    }
    assert_eq!(client.ask("still", "here").await, json!(["here"]));
}

#[tokio::test]
async fn a_thousand_events_in_a_burst_are_handled_in_order() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    for number in 0..1_000 {
        client.emit("count", number).await;
    }
    for number in 0..1_000 {
        assert_eq!(stage.handled().await, ("count".into(), json!(number)));
    }
}

#[tokio::test]
async fn one_event_is_handled_at_a_time_and_the_rest_wait_without_loss() {
    let stage = Stage::new().await;
    let mut slow = Client::join(stage.address).await;
    let mut other = Client::join(stage.address).await;
    slow.emit("hold", 0).await;
    // More than the inbox holds: the rest waits in the kernel, and nothing is dropped.
    for number in 0..300 {
        slow.emit("count", number).await;
    }
    assert_eq!(other.ask("unaffected", 1).await, json!([1]));
    stage.gate.add_permits(1);
    let mut counted = 0;
    while counted < 300 {
        if let Seen::Event(name, number) = stage.seen().await
            && name == "count"
        {
            assert_eq!(number, json!(counted));
            counted += 1;
        }
    }
}

#[tokio::test]
async fn a_handler_that_panics_costs_only_its_own_client() {
    let stage = Stage::new().await;
    let mut other = Client::join(stage.address).await;
    let mut unlucky = Client::join(stage.address).await;
    unlucky.emit("panic", 0).await;
    assert_eq!(unlucky.ws.close_code().await, 1011);
    assert_eq!(stage.ended().await, DisconnectReason::HandlerPanicked);
    assert_eq!(other.ask("still", "here").await, json!(["here"]));
}

#[tokio::test]
async fn what_was_sent_before_leaving_is_still_handled() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    for number in 0..50 {
        client.emit("count", number).await;
    }
    client.ws.send("41").await;
    client.ws.send("1").await;
    for number in 0..50 {
        assert_eq!(stage.handled().await.1, json!(number));
    }
    assert_eq!(stage.ended().await, DisconnectReason::ClientDisconnect);
}
