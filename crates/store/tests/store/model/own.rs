//! What is a user's own in the model: the fold of their log, and the steps that write to it.

use parlor_protocol::catchup::PutAway;
use parlor_protocol::{Seq, UserId};
use parlor_store::Refused;
use parlor_store::entries::{UserBody, UserEntry};
use parlor_store::write::catchup::PutAwayUnread;
use parlor_store::write::preferences::PreferRooms;

use super::World;
use crate::catchup::{Away, HOUR_MS};
use crate::house::Person;
use crate::preferences::{self, Preferred};

/// The fold of a user's own log, but for what it says of single rooms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Own {
    preferred: Preferred,
    away: Away,
}

impl Own {
    fn apply(&mut self, body: &UserBody) {
        self.preferred.apply(body);
        self.away.apply(body);
    }
}

impl World {
    pub(super) fn hear_own(&mut self, entry: &UserEntry) {
        self.own.entry(entry.user).or_default().apply(&entry.body);
        self.hear_follows(entry.user, &entry.body);
    }

    fn hear_follows(&mut self, user: UserId, body: &UserBody) {
        let (UserBody::ThreadFollowed { room, .. }
        | UserBody::ThreadUnfollowed { room, .. }
        | UserBody::ThreadMarked { room, .. }
        | UserBody::RoomLeft { room }) = *body
        else {
            return;
        };
        let follows = self.follows.entry((room, user)).or_default();
        match *body {
            UserBody::ThreadFollowed { thread, marker, .. } => {
                assert_eq!(follows.insert(thread, marker), None, "followed once");
            }
            UserBody::ThreadUnfollowed { thread, .. } => assert!(follows.remove(&thread).is_some()),
            UserBody::ThreadMarked { thread, marker, .. } => {
                assert!(follows.insert(thread, marker) < Some(marker), "markers go forward");
            }
            _ => follows.clear(),
        }
    }

    pub(super) async fn prefer(&mut self, who: usize, room: usize, wish: u8) {
        let (room, person) = (self.rooms[room], self.people[who]);
        let (wanted, folders) = preferences::wish(room, wish);
        let body = UserBody::RoomsPreferred { rooms: vec![wanted.clone()], folders: folders.clone() };
        let prefer = PreferRooms { actor: person.acts(), rooms: vec![wanted], folders };
        let answer = self.house.write(prefer).await;
        self.told_if_news(person, &body, answer, self.views[&room].members.contains_key(&person.id));
    }

    /// Somebody puts something away for so many hours, or for good.
    pub(super) async fn put_away(&mut self, who: usize, room: usize, message: u8, hours: Option<u8>) {
        let (room, person) = (self.rooms[room], self.people[who]);
        let until_ms = hours.map(|hours| u64::from(hours) * HOUR_MS);
        let messages = &self.views[&room].messages;
        let named = messages.keys().nth(usize::from(message / 2) % (messages.len() + 1)).copied();
        let thread = named.filter(|_| message.is_multiple_of(2));
        let message: Option<Seq> = named.filter(|_| thread.is_none());
        let away = PutAway { room, message, thread, until_ms };
        let put = PutAwayUnread { actor: person.acts(), nonce: self.house.nonce(), away };
        let answer = self.house.write(put).await.map(drop);
        let allowed = self.views[&room].members.contains_key(&person.id);
        self.told_if_news(person, &UserBody::PutAway { away }, answer, allowed);
    }

    /// What changes nothing is not told, and what is allowed is told once.
    fn told_if_news(&mut self, who: Person, body: &UserBody, answer: Result<(), Refused>, allowed: bool) {
        let known = self.own.get(&who.id).cloned().unwrap_or_default();
        if allowed {
            assert_eq!(answer, Ok(()));
            let mut after = known.clone();
            after.apply(body);
            let told = self.house.heard().len();
            assert_eq!(told, usize::from(after != known), "told once, and only if it is news: {body:?}");
        } else {
            assert_eq!(answer, Err(Refused::NotFound));
        }
        self.hear();
    }

    pub(super) async fn check_own(&self, person: Person) {
        let own = Own { preferred: self.house.wants(person).await, away: self.house.away(person).await };
        assert_eq!(own, self.own[&person.id]);
    }
}
