//! Users, their sessions and their roles.

use std::sync::atomic::Ordering;

use parlor_protocol::live::Ended;
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{Role, SessionId, UserId};
use parlor_store::read::UserQuery;
use parlor_store::records::User;
use parlor_store::write::bots::{CreateBot, RotateBot};
use parlor_store::write::sessions::{CreateSession, EndOtherSessions, EndSession, Entered, MarkSeen};
use parlor_store::write::users::{
    ChangePassword, ChangeProfile, ChangeUserRole, DisableUser, DisplayName, EnableUser, NewUser,
    RehashPassword, ResetPassword,
};
use parlor_store::{Conflict, Published, Refused, TokenHash};

use crate::house::{DAY_MS, House, Person, START_MS, device, user};

impl House {
    async fn sign_in(&self, who: Person, name: &str, device_name: &str) -> Result<Entered, Refused> {
        let password = format!("hash of {name}");
        self.write(CreateSession { user: who.id, password, session: device(device_name) }).await
    }

    async fn works(&self, token: &str) -> bool {
        let token = TokenHash::of(token);
        self.store.read(move |snapshot| snapshot.signed_in(&token)).await.unwrap().is_some()
    }

    async fn change_role(&self, by: Person, user: UserId, role: Role) -> Result<User, Refused> {
        self.write(ChangeUserRole { actor: by.at_least(Role::Admin), user, role }).await
    }

    async fn disable(&self, by: Person, user: UserId) -> Result<User, Refused> {
        self.write(DisableUser { actor: by.at_least(Role::Admin), user }).await
    }

    async fn enable(&self, by: Person, user: UserId) -> Result<User, Refused> {
        self.write(EnableUser { actor: by.at_least(Role::Admin), user }).await
    }

    /// Who lost a session since the last `listen`, and why.
    fn ended(&self) -> Vec<(SessionId, Ended)> {
        let ended = self.heard().into_iter().filter_map(|told| match told {
            Published::SessionEnded { session, why, .. } => Some((session, why)),
            _ => None,
        });
        ended.collect()
    }
}

#[tokio::test]
async fn a_session_works_until_it_is_ended() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let phone = house.sign_in(ben, "Ben", "phone").await.unwrap().session;
    assert!(house.works("Ben").await && house.works("phone").await);
    house.listen();
    house.write(EndSession { actor: ben.acts(), session: phone }).await.unwrap();
    assert_eq!(house.ended(), [(phone, Ended::SignedOut)]);
    assert!(!house.works("phone").await);
    let gone = Person { id: ben.id, session: phone };
    assert_eq!(house.write(house.message(gone, house.lobby, "ghost")).await, Err(Refused::Unauthenticated));
    let theirs = EndSession { actor: ben.acts(), session: house.ana.session };
    assert_eq!(house.write(theirs).await, Err(Refused::NotFound));
}

#[tokio::test]
async fn a_session_of_somebody_else_is_no_session() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let forged = Person { id: house.ana.id, session: ben.session };
    assert_eq!(
        house.write(house.message(forged, house.lobby, "as ana")).await,
        Err(Refused::Unauthenticated)
    );
}

#[tokio::test]
async fn sessions_expire_unseen_after_two_weeks_and_always_after_ninety_days() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let at = |day: u64| START_MS + day * DAY_MS;
    for day in (10..90).step_by(10) {
        house.now_ms.store(at(day), Ordering::Relaxed);
        house.write(MarkSeen { seen: vec![(ben.session, at(day))] }).await.unwrap();
        assert!(house.works("Ben").await, "day {day}");
    }
    assert!(!house.works("Ana").await, "unseen for weeks");
    house.listen();
    house.now_ms.store(at(90), Ordering::Relaxed);
    assert!(!house.works("Ben").await, "however often it is seen");
    assert_eq!(house.write(house.message(ben, house.lobby, "late")).await, Err(Refused::Unauthenticated));
    house.write(MarkSeen { seen: Vec::new() }).await.unwrap();
    assert_eq!(house.ended(), [(ben.session, Ended::Expired)]);
}

#[tokio::test]
async fn being_seen_shows_in_the_list_and_on_the_user() {
    let house = House::new().await;
    let phone = house.sign_in(house.ana, "Ana", "phone").await.unwrap().session;
    house.now_ms.store(START_MS + 60_000, Ordering::Relaxed);
    house.write(MarkSeen { seen: vec![(phone, START_MS + 60_000)] }).await.unwrap();
    let ana = house.ana.id;
    let (sessions, user) =
        house.store.read(move |snapshot| Ok((snapshot.sessions(ana)?, snapshot.user(ana)?))).await.unwrap();
    assert_eq!(sessions.iter().map(|session| session.id).collect::<Vec<_>>(), [phone, house.ana.session]);
    assert_eq!(user.unwrap().seen_at_ms, Some(START_MS + 60_000));
}

#[tokio::test]
async fn the_fifty_first_session_ends_the_one_idle_for_longest() {
    let house = House::new().await;
    for number in 1..50 {
        house.now_ms.fetch_add(1_000, Ordering::Relaxed);
        house.sign_in(house.ana, "Ana", &format!("device {number}")).await.unwrap();
    }
    assert!(house.works("Ana").await);
    house.listen();
    house.sign_in(house.ana, "Ana", "one more").await.unwrap();
    assert_eq!(house.ended(), [(house.ana.session, Ended::Expired)]);
    let ana = house.ana.id;
    assert_eq!(house.store.read(move |snapshot| snapshot.sessions(ana)).await.unwrap().len(), 50);
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_every_login_under_way() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let phone = house.sign_in(ben, "Ben", "phone").await.unwrap().session;
    house.listen();
    let change = |from: &str| ChangePassword { actor: ben.acts(), from: from.into(), to: "new hash".into() };
    house.write(change("hash of Ben")).await.unwrap();
    assert_eq!(house.ended(), [(phone, Ended::PasswordChanged)]);
    assert!(house.works("Ben").await && !house.works("phone").await);
    assert_eq!(house.sign_in(ben, "Ben", "thief").await, Err(Refused::Unauthenticated));
    assert_eq!(house.write(change("hash of Ben")).await, Err(Refused::Conflict(Conflict::PasswordChanged)));
    let rehash = RehashPassword { user: ben.id, from: "new hash".into(), to: "better hash".into() };
    house.write(rehash).await.unwrap();
    assert!(house.works("Ben").await, "the password is the same");
    house.write(ResetPassword { user: ben.id, to: "reset".into() }).await.unwrap();
    assert!(!house.works("Ben").await);
}

#[tokio::test]
async fn one_ends_ones_other_sessions() {
    let house = House::new().await;
    house.sign_in(house.ana, "Ana", "phone").await.unwrap();
    house.write(EndOtherSessions { actor: house.ana.acts() }).await.unwrap();
    assert!(house.works("Ana").await && !house.works("phone").await);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_back_when_enabled() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    house.listen();
    house.disable(house.ana, ben.id).await.unwrap();
    assert_eq!(house.ended(), [(ben.session, Ended::Disabled)]);
    assert!(!house.works("Ben").await);
    assert_eq!(house.write(house.message(ben, house.lobby, "ghost")).await, Err(Refused::Unauthenticated));
    assert_eq!(house.sign_in(ben, "Ben", "again").await, Err(Refused::Unauthenticated));
    let (user, room) = (ben.id, house.lobby);
    assert_eq!(house.store.read(move |snapshot| snapshot.member(user, room)).await.unwrap(), None);
    house.enable(house.ana, ben.id).await.unwrap();
    house.sign_in(ben, "Ben", "again").await.unwrap();
}

#[tokio::test]
async fn an_owner_remains_and_only_owners_touch_admins_and_owners() {
    let house = House::new().await;
    let (ana, ben, cleo) = (house.ana, house.member("Ben").await, house.member("Cleo").await);
    assert_eq!(house.change_role(ben, cleo.id, Role::Moderator).await, Err(Refused::Forbidden));
    house.change_role(ana, ben.id, Role::Admin).await.unwrap();
    house.change_role(ben, cleo.id, Role::Moderator).await.unwrap();
    assert_eq!(house.change_role(ben, cleo.id, Role::Admin).await, Err(Refused::Forbidden));
    assert_eq!(house.change_role(ben, ben.id, Role::Owner).await, Err(Refused::Forbidden));
    assert_eq!(house.change_role(ben, ana.id, Role::Member).await, Err(Refused::Forbidden));
    assert_eq!(house.disable(ben, ana.id).await, Err(Refused::Forbidden));
    let last = Err(Refused::Conflict(Conflict::LastOwner));
    assert_eq!(house.change_role(ana, ana.id, Role::Admin).await, last);
    assert_eq!(house.disable(ana, ana.id).await, Err(Refused::Conflict(Conflict::Oneself)));
    house.change_role(ana, ben.id, Role::Owner).await.unwrap();
    house.change_role(ben, ana.id, Role::Member).await.unwrap();
    assert_eq!(house.change_role(ben, ben.id, Role::Member).await, last);
}

#[tokio::test]
async fn a_guest_who_becomes_a_member_is_one_in_every_room() {
    let house = House::new().await;
    let guest = house.guest("Gus").await;
    let (user, room) = (guest.id, house.lobby);
    let role = move |snapshot: &parlor_store::Snapshot| snapshot.member(user, room);
    assert_eq!(house.store.read(role).await.unwrap().unwrap().role, Role::Guest);
    house.change_role(house.ana, guest.id, Role::Member).await.unwrap();
    assert_eq!(house.store.read(role).await.unwrap().unwrap().role, Role::Member);
    house.change_role(house.ana, guest.id, Role::Guest).await.unwrap();
    assert_eq!(house.store.read(role).await.unwrap().unwrap().role, Role::Guest);
}

#[tokio::test]
async fn names_are_taken_once_and_look_alikes_count() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let rename = |skeleton: &str| {
        let name = DisplayName { name: "Аnа".into(), skeleton: skeleton.into() };
        ChangeProfile { actor: ben.acts(), name: Some(name), status: None, avatar: None }
    };
    assert_eq!(house.write(rename("ana")).await, Err(Refused::Conflict(Conflict::NameTaken)));
    house.write(rename("ben")).await.unwrap();
    let bot = NewUser { password: None, ..user("Robo") };
    let create = |user: NewUser| CreateBot {
        actor: house.ana.at_least(Role::Admin),
        user,
        token: TokenHash::of("pb"),
    };
    let taken = NewUser { username: "ben".into(), ..bot.clone() };
    assert_eq!(house.write(create(taken)).await, Err(Refused::Conflict(Conflict::UsernameTaken)));
    house.write(create(bot)).await.unwrap();
    house.disable(house.ana, ben.id).await.unwrap();
    let cleo = house.member("Cleo").await;
    let name = DisplayName { name: "Ben".into(), skeleton: "ben".into() };
    let heir = ChangeProfile { actor: cleo.acts(), name: Some(name), status: None, avatar: None };
    house.write(heir).await.unwrap();
    assert_eq!(house.enable(house.ana, ben.id).await, Err(Refused::Conflict(Conflict::NameTaken)));
}

#[tokio::test]
async fn a_profile_changes_field_by_field_and_everyone_is_told() {
    let house = House::new().await;
    let change = |status: Option<&str>, avatar: Option<Option<&str>>| ChangeProfile {
        actor: house.ana.acts(),
        name: None,
        status: status.map(str::to_owned),
        avatar: avatar.map(|avatar| avatar.map(str::to_owned)),
    };
    house.listen();
    let changed = house.write(change(Some("away"), Some(Some("a.png")))).await.unwrap();
    assert_eq!((changed.status.as_str(), changed.avatar.as_deref()), ("away", Some("a.png")));
    assert_eq!(house.heard(), [Published::UserChanged(changed)]);
    let changed = house.write(change(None, Some(None))).await.unwrap();
    assert_eq!((changed.status.as_str(), changed.avatar), ("away", None));
}

#[tokio::test]
async fn a_bots_token_never_expires_and_ends_when_rotated() {
    let house = House::new().await;
    let actor = house.ana.at_least(Role::Admin);
    let user = NewUser { password: None, ..user("Robo") };
    let bot = house.write(CreateBot { actor, user, token: TokenHash::of("pb_1") }).await.unwrap();
    assert!(bot.bot && bot.role == Role::Member);
    house.now_ms.store(START_MS + 10 * DAY_MS, Ordering::Relaxed);
    house.listen();
    house.write(RotateBot { actor, user: bot.id, token: TokenHash::of("pb_2") }).await.unwrap();
    assert_eq!(house.ended().len(), 1);
    assert!(!house.works("pb_1").await);
    house.now_ms.store(START_MS + 1_000 * DAY_MS, Ordering::Relaxed);
    house.write(MarkSeen { seen: Vec::new() }).await.unwrap();
    assert!(house.works("pb_2").await);
    let token = TokenHash::of("pb_2");
    let signed_in = house.store.read(move |snapshot| snapshot.signed_in(&token)).await.unwrap().unwrap();
    assert_eq!(signed_in.ends_at_ms, None);
    let robo = Person { id: signed_in.user.id, session: signed_in.session };
    house.send(robo, house.lobby, "pong").await;
    let person =
        RotateBot { actor: parlor_store::Actor { session: None, ..actor }, user: house.ana.id, token };
    assert_eq!(house.write(person).await, Err(Refused::Conflict(Conflict::Bot)));
}

#[tokio::test]
async fn people_are_found_by_the_start_of_their_names_and_by_guests_only_nearby() {
    let house = House::new().await;
    house.member("Benno").await;
    let ben = house.member("Ben").await;
    let gus = house.guest("Gus").await;
    house.leave(ben, house.lobby).await.unwrap();
    let find = async |starts: &'static str, after: Option<&'static str>, near: Option<UserId>, limit: u32| {
        let query = UserQuery { starts, after, disabled: false, near, limit };
        let found = house.store.read(move |snapshot| snapshot.find_users(query)).await.unwrap();
        (found.items.into_iter().map(|user| user.username).collect::<Vec<_>>(), found.more)
    };
    assert_eq!(find("BE", None, None, 10).await, (vec!["ben".into(), "benno".into()], false));
    assert_eq!(find("", None, None, 2).await, (vec!["ana".into(), "ben".into()], true));
    assert_eq!(find("", Some("gus"), None, 2).await, (vec!["parlor".into()], false));
    assert_eq!(find("be", None, Some(gus.id), 10).await, (vec!["benno".into()], false));
    assert_eq!(find("100%_", None, None, 10).await, (vec![], false));
    house.room(house.ana, RoomKind::Private, "x").await;
}
