//! Threads in the model: reading on in them, and what their pages and their followers' markers must be.

use parlor_protocol::{RoomId, Seq};
use parlor_store::write::threads::MarkThread;

use super::World;
use crate::view::Folded;

impl World {
    pub(super) async fn mark_thread(&mut self, who: usize, room: usize, thread: u8, seq: Seq) {
        let (room, person) = (self.rooms[room], self.people[who]);
        let follows = self.follows.get(&(room, person.id)).cloned().unwrap_or_default();
        let Some((&thread, &before)) = follows.iter().nth(usize::from(thread) % (follows.len() + 1)) else {
            return;
        };
        let marked = self.house.write(MarkThread { actor: person.acts(), room, thread, seq }).await;
        let up_to = before.max(seq.min(self.views[&room].head));
        assert_eq!(marked.map(|unread| unread.marker), Ok(up_to));
        self.hear();
    }

    /// Each thread's page holds its replies, and everyone stands in the threads they follow where their own log says.
    pub(super) async fn check_threads(&self, room: RoomId) {
        let view = &self.views[&room];
        for root in view.messages.iter().filter(|(_, message)| message.replies.is_some()).map(|(seq, _)| *seq)
        {
            let page = self.house.thread(room, root, u32::MAX).await;
            let found = page.seqs();
            let in_thread = |message: &Folded| message.thread.is_some_and(|thread| thread.root == root);
            let replies = view.messages.iter().filter(|(_, message)| in_thread(message)).map(|(seq, _)| *seq);
            assert_eq!(found, replies.collect::<Vec<_>>());
            assert_eq!(Folded::from(page.quoted[0].clone()), view.messages[&root]);
        }
        for person in self.people {
            let user = person.id;
            let followed = self.house.store.read(move |snapshot| {
                snapshot.member(user, room)?.map(|member| snapshot.followed(&member)).transpose()
            });
            let found = followed.await.unwrap().unwrap_or_default().into_iter().map(|followed| {
                (followed.thread, followed.unread.marker, (followed.unread.unread, followed.unread.mentions))
            });
            let follows = self.follows.get(&(room, user)).cloned().unwrap_or_default();
            let expected = follows
                .into_iter()
                .map(|(root, marker)| (root, marker, view.unread(user, marker, Some(root))));
            assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }
}
