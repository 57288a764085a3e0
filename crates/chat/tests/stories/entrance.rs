//! How people come in: set-up, invites, doors.

use parlor_chat::{Clock, guests, invites, lobby, sessions, users, workspace};
use parlor_protocol::people::{SessionCreate, UserGet};
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::workspace::{
    Door, GuestJoin, InviteAccept, InviteCreate, InviteGet, InviteList, InviteRevoke, LobbyGet,
    WorkspaceChange,
};
use parlor_protocol::{Code, Role};

use crate::stage::{DAY_MS, PASSWORD, Person, START_MS, Stage, code, open, set_up_request, visitor};

#[tokio::test]
async fn set_up_works_once_and_only_with_the_token_that_the_server_printed() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), Clock::manual(START_MS));
    let (chat, _) = open(&dir, &clock).await;
    let before = lobby::get(&chat, &visitor(), LobbyGet {}).await.unwrap();
    assert!(!before.set_up && before.name.is_empty() && !before.version.is_empty());
    let token = chat.set_up_token().unwrap();
    for wrong in ["", "x", &token[1..], &format!("{token}x")] {
        assert_eq!(
            code(workspace::set_up(&chat, &visitor(), set_up_request(wrong.into())).await),
            Code::Forbidden
        );
    }
    let mut weak = set_up_request(token.clone());
    weak.password = "gardeners".into();
    assert_eq!(code(workspace::set_up(&chat, &visitor(), weak).await), Code::BadRequest);
    let try_it = || async { workspace::set_up(&chat, &visitor(), set_up_request(token.clone())).await };
    let (one, other) = tokio::join!(try_it(), try_it());
    assert!(one.is_ok() != other.is_ok(), "of two at once one makes it");
    let admitted = one.or(other).unwrap();
    assert_eq!(
        (admitted.signed_in.user.role, admitted.signed_in.user.username.as_str()),
        (Role::Owner, "ana")
    );
    assert_eq!(code(workspace::set_up(&chat, &visitor(), set_up_request(token)).await), Code::Conflict);
    assert_eq!(chat.set_up_token(), None);
    assert!(!dir.path().join("set-up-token").exists());
    assert_eq!(lobby::get(&chat, &visitor(), LobbyGet {}).await.unwrap().name, "Gardeners");
    chat.close().await;
    let (chat, _) = open(&dir, &clock).await;
    assert_eq!(chat.set_up_token(), None);
    assert!(chat.authenticate(&Person::of(&admitted).ticket).await.is_ok(), "the session outlives a restart");
}

#[tokio::test]
async fn an_invite_works_as_often_and_as_long_as_it_says() {
    let stage = Stage::new().await;
    let once = stage.invite(|invite| invite.uses = Some(1)).await.token;
    let preview = invites::get(&stage.chat, &visitor(), InviteGet { token: once.clone() }).await.unwrap();
    assert_eq!(
        (preview.workspace.as_str(), preview.by.as_deref(), preview.role),
        ("Gardeners", Some("Ana"), Role::Member)
    );
    stage.accept(&once, "carl", "Carl").await.unwrap();
    assert_eq!(code(stage.accept(&once, "dora", "Dora").await), Code::Expired);
    assert_eq!(code(invites::get(&stage.chat, &visitor(), InviteGet { token: once }).await), Code::Expired);

    let brief = stage.invite(|invite| invite.expires_in_ms = Some(1_000)).await.token;
    stage.clock.advance(1_001);
    assert_eq!(code(stage.accept(&brief, "dora", "Dora").await), Code::Expired);

    let revoked = stage.invite(|_| ()).await;
    let revoke = InviteRevoke { invite: Some(revoked.invite.id) };
    invites::revoke(&stage.chat, &stage.caller(&stage.ana).await, revoke).await.unwrap();
    assert_eq!(code(stage.accept(&revoked.token, "dora", "Dora").await), Code::Expired);
    assert_eq!(code(stage.accept("made-up", "dora", "Dora").await), Code::NotFound);

    let usual = stage.invite(|_| ()).await;
    assert_eq!(usual.invite.expires_at_ms, stage.clock.now_ms() + 7 * DAY_MS);
    let listed = invites::list(&stage.chat, &stage.caller(&stage.ana).await, InviteList {}).await.unwrap();
    assert!(listed.invites.iter().any(|invite| invite.id == usual.invite.id));
    assert!(listed.invites.iter().all(|invite| invite.id != revoked.invite.id));
    assert_eq!(listed.standing, None, "the door is not that of the link");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_who_redeem_one_invite_at_once_do_not_get_more_than_its_uses() {
    let stage = Stage::new().await;
    let invite = stage.invite(|invite| (invite.uses, invite.role) = (Some(7), Role::Guest)).await;
    let tries = (0..50).map(|number| {
        let chat = stage.chat.clone();
        // Names that do not look alike.
        let name: String =
            format!("{number:02}").bytes().map(|digit| char::from(b'b' + 2 * (digit - b'0'))).collect();
        let request = InviteAccept {
            token: invite.token.clone(),
            name: format!("{name} guest"),
            username: None,
            password: None,
        };
        async move { invites::accept(&chat, &visitor(), request).await }
    });
    let mut running = tokio::task::JoinSet::new();
    tries.for_each(|one| drop(running.spawn(one)));
    let results = running.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 7);
    assert!(results.into_iter().filter(Result::is_err).all(|result| code(result) == Code::Expired));
}

#[tokio::test]
async fn an_invite_leads_to_its_room_and_gives_its_role_only() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Private, "plans").await;
    let invite = stage.invite(|invite| invite.room = Some(room)).await;
    let preview =
        invites::get(&stage.chat, &visitor(), InviteGet { token: invite.token.clone() }).await.unwrap();
    assert_eq!(preview.room.as_deref(), Some("plans"));
    let carl = Person::of(&stage.accept(&invite.token, "carl", "Carl").await.unwrap());
    assert!(stage.insider(&carl, room).await.is_ok() && stage.insider(&carl, stage.lobby).await.is_ok());

    let half = InviteAccept {
        token: invite.token,
        name: "Dora".into(),
        username: Some("dora".into()),
        password: None,
    };
    assert_eq!(code(invites::accept(&stage.chat, &visitor(), half).await), Code::BadRequest);
    let ask = |role, room| InviteCreate { role, expires_in_ms: None, uses: None, room };
    let ana = stage.caller(&stage.ana).await;
    assert_eq!(code(invites::create(&stage.chat, &ana, ask(Role::Owner, None)).await), Code::Forbidden);
    let ben = stage.caller(&stage.ben).await;
    assert_eq!(code(invites::create(&stage.chat, &ben, ask(Role::Guest, None)).await), Code::Forbidden);
    let endless = InviteCreate { expires_in_ms: Some(400 * DAY_MS), ..ask(Role::Guest, None) };
    assert_eq!(code(invites::create(&stage.chat, &ana, endless).await), Code::BadRequest);
    let never = InviteCreate { uses: Some(0), ..ask(Role::Guest, None) };
    assert_eq!(code(invites::create(&stage.chat, &ana, never).await), Code::BadRequest);
}

#[tokio::test]
async fn the_standing_link_works_while_its_door_is_open() {
    let stage = Stage::new().await;
    let ana = stage.caller(&stage.ana).await;
    let door = |door| WorkspaceChange { name: None, door: Some(door) };
    workspace::change(&stage.chat, &ana, door(Door::Link)).await.unwrap();
    let token = invites::list(&stage.chat, &ana, InviteList {}).await.unwrap().standing.unwrap();
    stage.accept(&token, "carl", "Carl").await.unwrap();
    stage.accept(&token, "dora", "Dora").await.unwrap();
    invites::revoke(&stage.chat, &ana, InviteRevoke { invite: None }).await.unwrap();
    assert_ne!(code(stage.accept(&token, "emil", "Emil").await), Code::Internal);
    let token = invites::list(&stage.chat, &ana, InviteList {}).await.unwrap().standing.unwrap();
    workspace::change(&stage.chat, &ana, door(Door::Invited)).await.unwrap();
    assert_eq!(code(stage.accept(&token, "emil", "Emil").await), Code::Expired);
}

#[tokio::test]
async fn the_guest_door_opens_and_closes() {
    let stage = Stage::new().await;
    let knock = |name: &str| GuestJoin { name: name.into() };
    assert_eq!(code(guests::join(&stage.chat, &visitor(), knock("Ana")).await), Code::Conflict);
    let gus = stage.guest("Gus").await;
    let caller = stage.caller(&gus).await;
    assert_eq!(caller.role(), Role::Guest);
    assert!(stage.insider(&gus, stage.lobby).await.is_ok());
    assert_eq!(code(guests::join(&stage.chat, &visitor(), knock(" gυѕ ")).await), Code::Conflict);
}

#[tokio::test]
async fn nobody_can_take_a_name_that_looks_like_anothers() {
    let stage = Stage::new().await;
    let token = stage.invite(|_| ()).await.token;
    assert_eq!(code(stage.accept(&token, "ANA", "Other").await), Code::Conflict);
    for name in ["Ana", "ANA", "Аna", "A\u{200B}na", "Ａｎａ", " ana "] {
        assert_eq!(code(stage.accept(&token, "carl", name).await), Code::Conflict, "{name}");
    }
    for (username, name) in
        [("x", "Carl"), ("ca rl", "Carl"), ("everyone", "Carl"), ("carl", "\u{202E}"), ("carl", "")]
    {
        assert!(matches!(
            code(stage.accept(&token, username, name).await),
            Code::BadRequest | Code::Conflict
        ));
    }
    stage.accept(&token, "carl", "Carl").await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let stage = Stage::new().await;
    let gus = stage.guest("Gus").await;
    let caller = stage.caller(&gus).await;
    let found = users::get(&stage.chat, &caller, UserGet { users: vec![gus.id] }).await;
    let guest = found.unwrap().users.remove(0).username;
    let sign_in = |username: &str, password: &str| SessionCreate {
        username: username.into(),
        password: password.into(),
    };
    let mut answers = Vec::new();
    for (username, password) in [
        ("ana", "wrong password"),
        ("nobody", PASSWORD),
        (guest.as_str(), ""),
        ("?!", PASSWORD),
        ("parlor", "x"),
        ("ana", ""),
    ] {
        let fault = sessions::create(&stage.chat, &visitor(), sign_in(username, password)).await;
        answers.push(fault.err().unwrap().to_wire());
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0] && answer.code == Code::Unauthenticated),
        "{answers:?}"
    );
    assert!(sessions::create(&stage.chat, &visitor(), sign_in("ANA", PASSWORD)).await.is_ok());
}

#[tokio::test]
async fn guessing_at_one_account_gets_slower_and_slower() {
    let stage = Stage::new().await;
    let guess = || SessionCreate { username: "ana".into(), password: "a wrong guess".into() };
    for _ in 0..5 {
        assert_eq!(code(sessions::create(&stage.chat, &visitor(), guess()).await), Code::Unauthenticated);
    }
    let right = || SessionCreate { username: "ana".into(), password: PASSWORD.into() };
    let refused = sessions::create(&stage.chat, &visitor(), right()).await.err().unwrap().to_wire();
    assert_eq!((refused.code, refused.retry_after_ms), (Code::RateLimited, Some(1_000)));
    let ben = SessionCreate { username: "ben".into(), password: PASSWORD.into() };
    assert!(
        sessions::create(&stage.chat, &visitor(), ben).await.is_ok(),
        "other accounts are not slowed down"
    );
    stage.clock.advance(1_000);
    assert!(sessions::create(&stage.chat, &visitor(), right()).await.is_ok());
}
