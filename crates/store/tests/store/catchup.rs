//! What is put away of the unread: in a user's own log, told once, until they leave.

use std::sync::atomic::Ordering;

use parlor_protocol::catchup::PutAway;
use parlor_protocol::limits::PUT_AWAY_PER_USER;
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{Nonce, RoomId, Seq};
use parlor_store::entries::UserBody;
use parlor_store::write::catchup::PutAwayUnread;
use parlor_store::write::members::LeaveRoom;
use parlor_store::{Published, Refused};

use crate::house::{House, Person};

pub(crate) const HOUR_MS: u64 = 3_600_000;

/// What a user has put away, folded from their own log as every device does it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Away(Vec<PutAway>);

impl Away {
    pub(crate) fn apply(&mut self, body: &UserBody) {
        match *body {
            UserBody::RoomLeft { room } => self.0.retain(|away| away.room != room),
            UserBody::PutAway { away } if !self.0.contains(&away) => {
                self.0.retain(|other| named(other) != named(&away));
                self.0.push(away);
                let first = self.0.len().saturating_sub(PUT_AWAY_PER_USER);
                self.0.drain(..first);
            }
            _ => {}
        }
    }
}

fn named(away: &PutAway) -> (RoomId, Option<Seq>, Option<Seq>) {
    (away.room, away.message, away.thread)
}

impl House {
    /// How many entries told of it.
    async fn puts_away(&self, who: Person, nonce: &Nonce, away: PutAway) -> Result<usize, Refused> {
        self.listen();
        self.write(PutAwayUnread { actor: who.acts(), nonce: nonce.clone(), away }).await?;
        let told = self.heard();
        let theirs = |told: &Published| matches!(told, Published::User(entry) if entry.user == who.id);
        assert!(told.iter().all(theirs), "nobody else hears of it: {told:?}");
        Ok(told.len())
    }

    /// What somebody has put away, as it stands in the tables.
    pub(crate) async fn away(&self, who: Person) -> Away {
        Away(self.store.read(move |snapshot| snapshot.put_away(who.id)).await.unwrap())
    }

    fn in_hours(&self, hours: u64) -> u64 {
        self.now_ms.load(Ordering::Relaxed) + hours * HOUR_MS
    }
}

fn room(room: RoomId, until_ms: Option<u64>) -> PutAway {
    PutAway { room, message: None, thread: None, until_ms }
}

#[tokio::test]
async fn what_is_put_away_is_told_once_and_is_there_after_a_restart() {
    let mut house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let asked = house.send(ana, lobby, "who comes?").await;
    let for_good = PutAway { message: Some(asked), ..room(lobby, None) };
    let thread = PutAway { thread: Some(asked), ..room(lobby, Some(house.in_hours(1))) };
    assert_eq!(house.puts_away(ana, &house.nonce(), for_good).await, Ok(1));
    assert_eq!(house.puts_away(ana, &house.nonce(), thread).await, Ok(1));
    assert_eq!(house.puts_away(ana, &house.nonce(), thread).await, Ok(0), "it is so already");
    assert_eq!(house.puts_away(ana, &house.nonce(), room(lobby, Some(house.in_hours(3)))).await, Ok(1));
    house.reopen().await;
    assert_eq!(house.away(ana).await, Away(vec![for_good, thread, room(lobby, Some(house.in_hours(3)))]));
    let woken = room(lobby, Some(0));
    assert_eq!(house.puts_away(ana, &house.nonce(), woken).await, Ok(1), "it says how it shall be");
    assert_eq!(house.away(ana).await, Away(vec![for_good, thread, woken]));
    assert_eq!(house.puts_away(ana, &house.nonce(), room(lobby, Some(0))).await, Ok(0));
}

#[tokio::test]
async fn a_repeat_of_what_was_put_away_does_not_undo_what_another_device_did_since() {
    let house = House::new().await;
    let (ana, lobby, nonce) = (house.ana, house.lobby, house.nonce());
    let snoozed = room(lobby, Some(house.in_hours(1)));
    assert_eq!(house.puts_away(ana, &nonce, snoozed).await, Ok(1));
    assert_eq!(house.puts_away(ana, &house.nonce(), room(lobby, Some(0))).await, Ok(1));
    assert_eq!(house.puts_away(ana, &nonce, snoozed).await, Ok(0));
    assert_eq!(house.away(ana).await, Away(vec![room(lobby, Some(0))]));
    let longer = room(lobby, Some(house.in_hours(2)));
    assert_eq!(house.puts_away(ana, &nonce, longer).await, Err(Refused::NonceReused));
}

#[tokio::test]
async fn only_what_is_in_ones_own_rooms_is_put_away_and_it_ends_with_the_membership() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let secret = house.room(house.ana, RoomKind::Private, "secret").await.id;
    let snoozed = room(secret, Some(house.in_hours(1)));
    assert_eq!(house.puts_away(ben, &house.nonce(), snoozed).await, Err(Refused::NotFound));
    house.add(house.ana, secret, &[ben.id]).await.unwrap();
    let nothing = PutAway { message: Some(1_000), ..snoozed };
    assert_eq!(house.puts_away(ben, &house.nonce(), nothing).await, Err(Refused::NotFound));
    assert_eq!(house.puts_away(ben, &house.nonce(), snoozed).await, Ok(1));
    assert_eq!(house.away(house.ana).await, Away::default(), "it is ben's alone");
    house.write(LeaveRoom { actor: ben.acts(), room: secret, nonce: house.nonce() }).await.unwrap();
    assert_eq!(house.away(ben).await, Away::default());
}

#[tokio::test]
async fn of_too_much_that_is_put_away_the_first_comes_back() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let mut expected = Away::default();
    for _ in 0..=PUT_AWAY_PER_USER {
        let message = Some(house.send(ana, lobby, "@ana").await);
        let away = PutAway { message, ..room(lobby, None) };
        assert_eq!(house.puts_away(ana, &house.nonce(), away).await, Ok(1));
        expected.apply(&UserBody::PutAway { away });
    }
    assert_eq!(expected.0.len(), PUT_AWAY_PER_USER);
    assert_eq!(house.away(ana).await, expected);
}
