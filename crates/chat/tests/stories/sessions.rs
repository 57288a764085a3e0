//! Sessions, passwords and bots' tokens: what ends them, and that their sockets end with them.

use parlor_chat::{Ticket, bots, messages, operator, passwords, sessions, users};
use parlor_protocol::messages::MessageSend;
use parlor_protocol::people::{
    BotCreate, BotRotate, PasswordChange, SessionCreate, SessionEnd, SessionList, SessionRevoke,
    SessionRevokeOthers, UserDisable, UserEnable,
};
use parlor_protocol::{Code, Role};

use crate::stage::{DAY_MS, PASSWORD, Person, Stage, code, visitor};

async fn sign_in(stage: &Stage, username: &str, password: &str) -> Person {
    let request = SessionCreate { username: username.into(), password: password.into() };
    Person::of(&sessions::create(&stage.chat, &visitor(), request).await.unwrap())
}

/// Whether the session is over everywhere: no new call, no push to its socket.
async fn over(stage: &Stage, person: &Person, ear: usize, why: &str) {
    assert_eq!(code(stage.chat.authenticate(&person.ticket).await), Code::Unauthenticated);
    assert!(stage.closed(ear));
    let heard = stage.heard(ear);
    let (event, body) = heard.last().unwrap();
    assert_eq!((*event, body["why"].as_str()), ("session:ended", Some(why)));
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session_only() {
    let stage = Stage::new().await;
    let phone = sign_in(&stage, "ben", PASSWORD).await;
    let (here, there) = (stage.listen(&stage.ben).await, stage.listen(&phone).await);
    sessions::end(&stage.chat, &stage.caller(&phone).await, SessionEnd {}).await.unwrap();
    over(&stage, &phone, there, "signed_out").await;
    assert!(!stage.closed(here));
    stage.send(&stage.ben, stage.lobby, "still here").await.unwrap();
    assert_eq!(stage.events(there), [""; 0]);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_from_elsewhere() {
    let stage = Stage::new().await;
    let (phone, tablet) = (sign_in(&stage, "ben", PASSWORD).await, sign_in(&stage, "ben", PASSWORD).await);
    let (on_phone, on_tablet) = (stage.listen(&phone).await, stage.listen(&tablet).await);
    let ben = stage.caller(&stage.ben).await;
    let listed = sessions::list(&stage.chat, &ben, SessionList {}).await.unwrap().sessions;
    assert_eq!(listed.len(), 3);
    assert_eq!(listed.iter().filter(|session| session.current).count(), 1);
    assert!(listed.iter().all(|session| session.device == "a story"));
    let session = stage.caller(&phone).await.session();
    let anas = stage.caller(&stage.ana).await;
    let revoked = sessions::revoke(&stage.chat, &anas, SessionRevoke { session }).await;
    assert_eq!(code(revoked), Code::NotFound, "not even an owner ends others' sessions with this");
    sessions::revoke(&stage.chat, &ben, SessionRevoke { session }).await.unwrap();
    over(&stage, &phone, on_phone, "signed_out").await;
    sessions::revoke_others(&stage.chat, &ben, SessionRevokeOthers {}).await.unwrap();
    over(&stage, &tablet, on_tablet, "signed_out").await;
    assert!(stage.chat.authenticate(&stage.ben.ticket).await.is_ok());
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let stage = Stage::new().await;
    let phone = sign_in(&stage, "ben", PASSWORD).await;
    let ear = stage.listen(&phone).await;
    let ben = stage.caller(&stage.ben).await;
    let change = |old: &str, new: &str| PasswordChange { old: old.into(), new: new.into() };
    let new = "staple of the garden shed";
    assert_eq!(
        code(passwords::change(&stage.chat, &ben, change("wrong password", new)).await),
        Code::Forbidden
    );
    assert_eq!(
        code(passwords::change(&stage.chat, &ben, change(PASSWORD, "ben-garden")).await),
        Code::BadRequest
    );
    passwords::change(&stage.chat, &ben, change(PASSWORD, new)).await.unwrap();
    over(&stage, &phone, ear, "password_changed").await;
    assert!(stage.chat.authenticate(&stage.ben.ticket).await.is_ok());
    let old = SessionCreate { username: "ben".into(), password: PASSWORD.into() };
    assert_eq!(code(sessions::create(&stage.chat, &visitor(), old).await), Code::Unauthenticated);
    sign_in(&stage, "ben", new).await;
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_can_come_back() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    let (ana, ben) = (stage.caller(&stage.ana).await, stage.caller(&stage.ben).await);
    let member = stage.member::<MessageSend>(&stage.ben, stage.lobby).await.unwrap();
    assert_eq!(
        code(users::disable(&stage.chat, &ben, UserDisable { user: stage.ana.id }).await),
        Code::Forbidden
    );
    assert_eq!(
        code(users::disable(&stage.chat, &ana, UserDisable { user: stage.ana.id }).await),
        Code::Conflict
    );
    users::disable(&stage.chat, &ana, UserDisable { user: stage.ben.id }).await.unwrap();
    over(&stage, &stage.ben, ear, "disabled").await;
    let late = MessageSend {
        room: stage.lobby,
        nonce: stage.nonce(),
        text: "late".into(),
        reply_to: None,
        files: Vec::new(),
        forward: None,
        poll: None,
        thread: None,
        also_in_room: false,
    };
    let sent = messages::send(&stage.chat, &member, late).await;
    assert_eq!(code(sent), Code::Unauthenticated, "a proof from before does not help");
    let request = || SessionCreate { username: "ben".into(), password: PASSWORD.into() };
    assert_eq!(code(sessions::create(&stage.chat, &visitor(), request()).await), Code::Unauthenticated);
    users::enable(&stage.chat, &ana, UserEnable { user: stage.ben.id }).await.unwrap();
    sign_in(&stage, "ben", PASSWORD).await;
}

#[tokio::test]
async fn sessions_expire_when_they_are_not_used_and_in_any_case_after_a_while() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    for _ in 0..8 {
        stage.clock.advance(10 * DAY_MS);
        stage.caller(&stage.ana).await;
        stage.chat.sweep().await.unwrap();
    }
    over(&stage, &stage.ben, ear, "expired").await;
    assert!(stage.chat.authenticate(&stage.ana.ticket).await.is_ok(), "used ones live on");
    stage.clock.advance(10 * DAY_MS + 1);
    assert_eq!(
        code(stage.chat.authenticate(&stage.ana.ticket).await),
        Code::Unauthenticated,
        "but not for ever"
    );
}

#[tokio::test]
async fn made_up_tickets_open_nothing() {
    let stage = Stage::new().await;
    for secret in ["", "x", &stage.ana.secret[1..], &format!("{}x", stage.ana.secret)] {
        assert_eq!(code(stage.chat.authenticate(&Ticket::of(secret)).await), Code::Unauthenticated);
    }
}

#[tokio::test]
async fn a_bot_signs_in_with_its_token_until_it_gets_another() {
    let stage = Stage::new().await;
    let ana = stage.caller(&stage.ana).await;
    let create = |username: &str| BotCreate { name: "Weather".into(), username: username.into() };
    let ben = stage.caller(&stage.ben).await;
    assert_eq!(code(bots::create(&stage.chat, &ben, create("weather")).await), Code::Forbidden);
    let made = bots::create(&stage.chat, &ana, create("weather")).await.unwrap();
    assert!(made.token.starts_with("pb_") && made.user.bot && made.user.role == Role::Member);
    let person = |token: &str| Person { id: made.user.id, secret: token.into(), ticket: Ticket::of(token) };
    let bot = person(&made.token);
    assert!(stage.caller(&bot).await.bot());
    let ear = stage.listen(&bot).await;
    stage.send(&bot, stage.lobby, "sunny").await.unwrap();
    assert_eq!(stage.events(ear), ["message:created"]);
    let password = SessionCreate { username: "weather".into(), password: made.token.clone() };
    assert_eq!(code(sessions::create(&stage.chat, &visitor(), password).await), Code::Unauthenticated);

    let rotate = |user| BotRotate { user };
    assert_eq!(code(bots::rotate(&stage.chat, &ana, rotate(stage.ben.id)).await), Code::Conflict);
    let renewed = bots::rotate(&stage.chat, &ana, rotate(bot.id)).await.unwrap();
    assert!(stage.closed(ear));
    assert_eq!(code(stage.chat.authenticate(&bot.ticket).await), Code::Unauthenticated);
    stage.send(&person(&renewed.token), stage.lobby, "rain").await.unwrap();
}

#[tokio::test]
async fn an_operator_helps_who_forgot_their_password() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    let gus = stage.guest("Gus").await;
    let everyone = operator::users(&stage.chat).await.unwrap();
    let guest = everyone.iter().find(|user| user.id == gus.id).unwrap().username.clone();
    assert!(everyone.iter().any(|user| user.username == "ben"));
    for nobody in ["nobody", "parlor", &guest] {
        assert_eq!(code(operator::reset_password(&stage.chat, nobody).await), Code::NotFound, "{nobody}");
    }
    let password = operator::reset_password(&stage.chat, "Ben").await.unwrap();
    assert!(stage.closed(ear));
    assert_eq!(code(stage.chat.authenticate(&stage.ben.ticket).await), Code::Unauthenticated);
    sign_in(&stage, "ben", &password).await;
}
