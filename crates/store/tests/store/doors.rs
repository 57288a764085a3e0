//! Invites and doors: how people come in.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::workspace::Door;
use parlor_protocol::{Role, RoomId};
use parlor_store::records::{Invite, InvitePreview, Link};
use parlor_store::write::invites::{
    AcceptInvite, CreateInvite, JoinAsGuest, RenewStandingLink, RevokeInvite,
};
use parlor_store::write::sessions::Entered;
use parlor_store::write::users::NewUser;
use parlor_store::{Conflict, Refused, Snapshot, TokenHash};

use crate::house::{DAY_MS, House, START_MS, device, person, user};

impl House {
    async fn invite(
        &self,
        token: &str,
        role: Role,
        room: Option<RoomId>,
        uses: Option<u32>,
    ) -> Result<Invite, Refused> {
        let (actor, token) = (self.ana.at_least(Role::Admin), TokenHash::of(token));
        self.write(CreateInvite { actor, token, role, room, expires_at_ms: START_MS + 7 * DAY_MS, uses })
            .await
    }

    async fn accept(&self, token: &str, name: &str) -> Result<Entered, Refused> {
        self.write(AcceptInvite { token: TokenHash::of(token), user: user(name), session: device(name) })
            .await
    }

    async fn link(&self, token: &str) -> Option<Link> {
        let token = TokenHash::of(token);
        self.store.read(move |snapshot| snapshot.link(&token)).await.unwrap()
    }

    async fn invites(&self) -> Vec<Invite> {
        self.store.read(Snapshot::invites).await.unwrap()
    }
}

#[tokio::test]
async fn an_invite_lets_in_as_often_as_it_says_and_leads_to_its_room() {
    let house = House::new().await;
    let room = house.room(house.ana, RoomKind::Private, "team").await.id;
    house.invite("t", Role::Member, Some(room), Some(2)).await.unwrap();
    let preview = InvitePreview {
        workspace: "The House".into(),
        by: Some("Ana".into()),
        role: Role::Member,
        room: Some("team".into()),
    };
    assert_eq!(house.link("t").await, Some(Link::Leads(preview)));
    let ben = person(&house.accept("t", "Ben").await.unwrap());
    house.send(ben, room, "I am in the team").await;
    house.send(ben, house.lobby, "and in the lobby").await;
    assert_eq!(
        house.invites().await.iter().map(|invite| (invite.uses_left, invite.used)).collect::<Vec<_>>(),
        [(Some(1), 1)]
    );
    house.accept("t", "Cleo").await.unwrap();
    assert_eq!(house.accept("t", "Dan").await, Err(Refused::Expired));
    assert_eq!((house.link("t").await, house.invites().await), (Some(Link::Over), vec![]));
    assert_eq!(house.accept("never made", "Dan").await, Err(Refused::NotFound));
    assert_eq!(house.link("never made").await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_at_once_a_single_use_invite_lets_one_in() {
    let house = Arc::new(House::new().await);
    house.invite("once", Role::Member, None, Some(1)).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..100 {
        let house = Arc::clone(&house);
        tasks.spawn(async move { house.accept("once", &format!("user{number}")).await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(Refused::Expired)).count(), 99);
}

#[tokio::test]
async fn a_name_that_is_taken_does_not_use_an_invite_up() {
    let house = House::new().await;
    house.invite("once", Role::Member, None, Some(1)).await.unwrap();
    assert_eq!(house.accept("once", "Ana").await, Err(Refused::Conflict(Conflict::UsernameTaken)));
    house.accept("once", "Ben").await.unwrap();
}

#[tokio::test]
async fn an_invite_ends_with_its_time_and_when_it_is_revoked() {
    let house = House::new().await;
    let invite = house.invite("t", Role::Member, None, None).await.unwrap();
    house.invite("u", Role::Member, None, None).await.unwrap();
    let revoke = || RevokeInvite { actor: house.ana.at_least(Role::Admin), invite: invite.id };
    house.write(revoke()).await.unwrap();
    assert_eq!(house.write(revoke()).await, Err(Refused::NotFound));
    assert_eq!(house.accept("t", "Ben").await, Err(Refused::Expired));
    house.now_ms.store(START_MS + 7 * DAY_MS, Ordering::Relaxed);
    assert_eq!(house.accept("u", "Ben").await, Err(Refused::Expired));
}

#[tokio::test]
async fn only_owners_invite_above_members_and_nobody_owners() {
    let house = House::new().await;
    assert_eq!(house.invite("o", Role::Owner, None, None).await, Err(Refused::Forbidden));
    house.invite("a", Role::Admin, None, None).await.unwrap();
    let admin = person(&house.accept("a", "Ben").await.unwrap());
    let invite = |role: Role, token: &str| CreateInvite {
        actor: admin.at_least(Role::Admin),
        token: TokenHash::of(token),
        role,
        room: None,
        expires_at_ms: START_MS + DAY_MS,
        uses: None,
    };
    assert_eq!(house.write(invite(Role::Moderator, "m")).await, Err(Refused::Forbidden));
    house.write(invite(Role::Member, "n")).await.unwrap();
    let elsewhere = house.room(house.ana, RoomKind::Private, "not bens").await.id;
    let leads = CreateInvite { room: Some(elsewhere), ..invite(Role::Member, "r") };
    assert_eq!(house.write(leads).await, Err(Refused::NotFound));
}

#[tokio::test]
async fn a_guests_invite_wants_no_password_and_a_members_does() {
    let house = House::new().await;
    house.invite("g", Role::Guest, None, None).await.unwrap();
    assert_eq!(house.accept("g", "Gus").await, Err(Refused::Forbidden));
    let guest = NewUser { password: None, ..user("Gus") };
    let accept = |token: &str, user: &NewUser| AcceptInvite {
        token: TokenHash::of(token),
        user: user.clone(),
        session: device("guest"),
    };
    let entered = house.write(accept("g", &guest)).await.unwrap();
    assert_eq!(entered.user.role, Role::Guest);
    house.invite("m", Role::Member, None, None).await.unwrap();
    let nameless = NewUser { password: None, ..user("Nil") };
    assert_eq!(house.write(accept("m", &nameless)).await, Err(Refused::Forbidden));
    let closed = house.room(house.ana, RoomKind::Private, "closed").await.id;
    let refused = house.invite("c", Role::Guest, Some(closed), None).await;
    assert_eq!(refused, Err(Refused::Conflict(Conflict::NoGuests)));
}

#[tokio::test]
async fn the_standing_link_works_while_its_door_is_open_and_until_it_is_renewed() {
    let house = House::new().await;
    assert_eq!(house.accept("standing", "Ben").await, Err(Refused::Expired), "the door is closed at first");
    house.door(Door::Link).await;
    assert!(matches!(house.link("standing").await, Some(Link::Leads(preview)) if preview.by.is_none()));
    assert_eq!(house.accept("standing", "Ben").await.unwrap().user.role, Role::Member);
    let renew = RenewStandingLink { actor: house.ana.at_least(Role::Admin), token: "another".into() };
    house.write(renew).await.unwrap();
    assert_eq!(house.accept("standing", "Cleo").await, Err(Refused::NotFound));
    house.accept("another", "Cleo").await.unwrap();
}

#[tokio::test]
async fn the_guest_door_is_closed_until_it_is_opened() {
    let house = House::new().await;
    let join = || JoinAsGuest { user: NewUser { password: None, ..user("Gus") }, session: device("Gus") };
    assert_eq!(house.write(join()).await, Err(Refused::Conflict(Conflict::DoorClosed)));
    house.door(Door::Guest).await;
    let entered = house.write(join()).await.unwrap();
    house.send(person(&entered), house.lobby, "hello from a guest").await;
}
