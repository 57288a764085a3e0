//! Forgotten passwords: who may make a link to a new one, what it does, and what ends it.

use parlor_chat::{Admitted, Fault, bots, operator, passwords, recoveries, sessions, users};
use parlor_protocol::people::{
    BotCreate, PasswordChange, SessionCreate, UserChangeRole, UserDisable, UserEnable,
};
use parlor_protocol::recoveries::{RecoveryAccept, RecoveryCreate, RecoveryCreated, RecoveryGet};
use parlor_protocol::{Code, Role, UserId};

use crate::stage::{DAY_MS, PASSWORD, Person, Stage, code, visitor};

const NEW: &str = "staple of the garden shed";

impl Stage {
    async fn recovery(&self, by: &Person, user: UserId) -> Result<RecoveryCreated, Fault> {
        recoveries::create(&self.chat, &self.caller(by).await, RecoveryCreate { user }).await
    }

    async fn recover(&self, token: &str, password: &str) -> Result<Admitted, Fault> {
        let request = RecoveryAccept { token: token.into(), password: password.into() };
        recoveries::accept(&self.chat, &visitor(), request).await
    }

    /// Whether this link works, told without using it.
    async fn leads(&self, token: &str) -> bool {
        let found = recoveries::get(&self.chat, &visitor(), RecoveryGet { token: token.into() }).await;
        match found {
            Ok(_) => true,
            Err(fault) => {
                assert_eq!(fault.to_wire().code, Code::Expired);
                false
            }
        }
    }

    async fn becomes(&self, user: UserId, role: Role) {
        let request = UserChangeRole { user, role };
        users::change_role(&self.chat, &self.caller(&self.ana).await, request).await.unwrap();
    }

    async fn signs_in(&self, username: &str, password: &str) -> Result<Admitted, Fault> {
        let request = SessionCreate { username: username.into(), password: password.into() };
        sessions::create(&self.chat, &visitor(), request).await
    }
}

#[tokio::test]
async fn a_link_sets_a_new_password_once_and_ends_what_was_signed_in() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    let made = stage.recovery(&stage.ana, stage.ben.id).await.unwrap();
    assert_eq!(made.expires_at_ms, stage.clock.now_ms() + DAY_MS);
    let preview = recoveries::get(&stage.chat, &visitor(), RecoveryGet { token: made.token.clone() }).await;
    let preview = preview.unwrap();
    assert_eq!(
        (preview.workspace.as_str(), preview.username.as_str(), preview.name.as_str()),
        ("Gardeners", "ben", "ben")
    );
    assert!(!stage.closed(ear), "making a link and looking at it ends nothing");
    for weak in ["short", "ben-garden", "gardeners1"] {
        assert_eq!(code(stage.recover(&made.token, weak).await), Code::BadRequest, "{weak}");
    }
    let admitted = stage.recover(&made.token, NEW).await.unwrap();
    assert_eq!(admitted.signed_in.user.id, stage.ben.id);
    assert!(stage.chat.authenticate(&Person::of(&admitted).ticket).await.is_ok());
    assert_eq!(code(stage.chat.authenticate(&stage.ben.ticket).await), Code::Unauthenticated);
    assert!(stage.closed(ear));
    let heard = stage.heard(ear);
    let (event, body) = heard.last().unwrap();
    assert_eq!((*event, body["why"].as_str()), ("session:ended", Some("password_changed")));
    assert_eq!(code(stage.signs_in("ben", PASSWORD).await), Code::Unauthenticated);
    stage.signs_in("ben", NEW).await.unwrap();
    assert!(stage.chat.authenticate(&stage.ana.ticket).await.is_ok(), "nobody else is signed out");
    for token in [made.token.as_str(), "made-up", ""] {
        assert!(!stage.leads(token).await);
        assert_eq!(code(stage.recover(token, NEW).await), Code::Expired);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_use_a_link_at_once_one_gets_in() {
    let stage = Stage::new().await;
    let made = stage.recovery(&stage.ana, stage.ben.id).await.unwrap();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (chat, token) = (stage.chat.clone(), made.token.clone());
        let request = RecoveryAccept { token, password: NEW.into() };
        running.spawn(async move { recoveries::accept(&chat, &visitor(), request).await });
    }
    let outcomes = running.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(outcomes.into_iter().filter(Result::is_err).all(|outcome| code(outcome) == Code::Expired));
}

#[tokio::test]
async fn a_link_ends_with_the_next_one_with_its_day_and_with_what_happens_to_the_account() {
    let stage = Stage::new().await;
    let ben = stage.ben.id;
    let first = stage.recovery(&stage.ana, ben).await.unwrap().token;
    let second = stage.recovery(&stage.ana, ben).await.unwrap().token;
    assert!(!stage.leads(&first).await && stage.leads(&second).await);
    stage.clock.advance(DAY_MS - 1);
    assert!(stage.leads(&second).await);
    stage.clock.advance(1);
    assert!(!stage.leads(&second).await);

    let third = stage.recovery(&stage.ana, ben).await.unwrap().token;
    let change = PasswordChange { old: PASSWORD.into(), new: NEW.into() };
    passwords::change(&stage.chat, &stage.caller(&stage.ben).await, change).await.unwrap();
    assert!(!stage.leads(&third).await, "a password that is known needs no link");

    let fourth = stage.recovery(&stage.ana, ben).await.unwrap().token;
    operator::reset_password(&stage.chat, "ben").await.unwrap();
    assert!(!stage.leads(&fourth).await);

    let fifth = stage.recovery(&stage.ana, ben).await.unwrap().token;
    let ana = stage.caller(&stage.ana).await;
    users::disable(&stage.chat, &ana, UserDisable { user: ben }).await.unwrap();
    assert!(!stage.leads(&fifth).await);
    users::enable(&stage.chat, &ana, UserEnable { user: ben }).await.unwrap();
    assert!(!stage.leads(&fifth).await, "what was open before somebody was disabled stays closed");
}

#[tokio::test]
async fn links_are_made_by_whoever_governs_somebody_and_only_for_who_has_a_password() {
    let stage = Stage::new().await;
    let (carl, dora) = (stage.newcomer("carl").await, stage.newcomer("dora").await);
    stage.becomes(carl.id, Role::Admin).await;
    stage.becomes(dora.id, Role::Admin).await;
    assert_eq!(code(stage.recovery(&stage.ben, carl.id).await), Code::Forbidden);
    assert_eq!(code(stage.recovery(&carl, stage.ana.id).await), Code::Forbidden);
    assert_eq!(code(stage.recovery(&carl, dora.id).await), Code::Forbidden);
    assert_eq!(code(stage.recovery(&stage.ana, stage.ana.id).await), Code::Conflict);
    let nobody = UserId::new(1).unwrap();
    assert_eq!(code(stage.recovery(&carl, nobody).await), Code::NotFound);
    stage.recovery(&carl, stage.ben.id).await.unwrap();
    stage.recovery(&stage.ana, dora.id).await.unwrap();
    stage.becomes(dora.id, Role::Owner).await;
    stage.recovery(&stage.ana, dora.id).await.unwrap();

    let bot = BotCreate { name: "Echo".into(), username: "echo".into() };
    let bot = bots::create(&stage.chat, &stage.caller(&stage.ana).await, bot).await.unwrap().user.id;
    let guest = stage.guest("Gus").await;
    let disabled = stage.newcomer("emil").await;
    let ana = stage.caller(&stage.ana).await;
    users::disable(&stage.chat, &ana, UserDisable { user: disabled.id }).await.unwrap();
    for (user, word) in [(bot, "bot"), (guest.id, "guest"), (disabled.id, "disabled")] {
        let refused = stage.recovery(&carl, user).await.unwrap_err().to_wire();
        assert_eq!(refused.code, Code::Conflict);
        assert!(refused.message.contains(word), "{}", refused.message);
    }
    stage.becomes(guest.id, Role::Member).await;
    let made = stage.recovery(&carl, guest.id).await.unwrap();
    assert!(stage.recover(&made.token, NEW).await.is_ok(), "a guest who became a member gets a password so");
}

#[tokio::test]
async fn a_link_gives_nothing_that_its_maker_could_not_give_any_more() {
    let stage = Stage::new().await;
    let carl = stage.newcomer("carl").await;
    stage.becomes(carl.id, Role::Admin).await;
    let made = stage.recovery(&carl, stage.ben.id).await.unwrap().token;
    for role in [Role::Admin, Role::Owner] {
        stage.becomes(stage.ben.id, role).await;
        assert!(!stage.leads(&made).await, "an admin's link opens no {role:?}'s account");
        assert_eq!(code(stage.recover(&made, NEW).await), Code::Expired);
    }
    stage.becomes(stage.ben.id, Role::Member).await;
    assert!(stage.leads(&made).await);
    stage.becomes(carl.id, Role::Moderator).await;
    assert!(!stage.leads(&made).await, "who is an admin no more has no links");
    stage.becomes(carl.id, Role::Admin).await;
    let ana = stage.caller(&stage.ana).await;
    users::disable(&stage.chat, &ana, UserDisable { user: carl.id }).await.unwrap();
    assert_eq!(code(stage.recover(&made, NEW).await), Code::Expired);
    let token = operator::reset_link(&stage.chat, "Ana").await.unwrap();
    assert!(stage.recover(&token, NEW).await.is_ok(), "the machine's links open an owner's account");
}
