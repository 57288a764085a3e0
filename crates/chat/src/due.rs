//! What was put off until later: sent or told when its time has come.

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{Code, UserId};
use parlor_store::Snapshot;
use parlor_store::records::{Due, Scheduled};
use parlor_store::write::reminders::RingReminder;
use parlor_store::write::scheduled::{ReturnScheduled, SendScheduled};

use crate::Chat;
use crate::chat::no_such_room;
use crate::fault::Fault;
use crate::mentions::{self, Author};

/// What is done in one go, of each kind.
const AT_ONCE: u32 = 100;
/// The pause while something that is due can't be done, in milliseconds.
const SHORTEST_MS: u64 = 1_000;
/// The longest pause, in milliseconds: clocks are set right, and machines sleep.
const LONGEST_MS: u64 = 60_000;

impl Chat {
    /// Does what is due, and answers with how many milliseconds to wait before the next call unless
    /// [`put_off`](Self::put_off) comes first. One task calls it.
    pub async fn ring(&self) -> u64 {
        match self.do_due().await {
            Ok(next_ms) => {
                let next_ms = next_ms.unwrap_or(u64::MAX);
                next_ms.saturating_sub(self.clock.now_ms()).clamp(SHORTEST_MS, LONGEST_MS)
            }
            Err(fault) => {
                tracing::error!(%fault, "what is due can't be looked up");
                LONGEST_MS
            }
        }
    }

    /// Waits until something was put off until later since the last call.
    pub async fn put_off(&self) {
        self.herald.put_off.notified().await;
    }

    async fn do_due(&self) -> Result<Option<u64>, Fault> {
        for due in self.store.read(|snapshot| snapshot.due(AT_ONCE)).await? {
            let done = match due {
                Due::Message(user, scheduled) => self.send_or_return(user, scheduled).await,
                Due::Reminder(user, nonce) => {
                    self.store.write(RingReminder { user, nonce }).await.map_err(Fault::from)
                }
            };
            if let Err(fault) = done {
                tracing::warn!(%fault, "something that is due has to wait");
            }
        }
        Ok(self.store.read(Snapshot::next_due_ms).await?)
    }

    /// Sends a message, or returns it to its author with the reason.
    ///
    /// # Errors
    /// What passes: it is tried again. Sending twice is impossible, because what was sent is not scheduled any more.
    async fn send_or_return(&self, user: UserId, scheduled: Scheduled) -> Result<(), Fault> {
        let why = match self.send(user, scheduled.clone()).await {
            Err(Fault::Refused(error)) if !passes(error.code) => error.code,
            sent => return sent,
        };
        Ok(self.store.write(ReturnScheduled { user, scheduled, why }).await?)
    }

    async fn send(&self, user: UserId, scheduled: Scheduled) -> Result<(), Fault> {
        let room = scheduled.room;
        let membership = self.store.read(move |snapshot| snapshot.member(user, room)).await?;
        let membership = membership.ok_or_else(no_such_room)?;
        let direct = membership.room.kind == RoomKind::Direct;
        let author = Author { user, room, role: membership.role, direct };
        let text = mentions::render(self, author, &scheduled.nonce, scheduled.text.clone()).await?;
        Ok(self.store.write(SendScheduled { user, scheduled, text }).await?)
    }
}

/// Whether what was refused for this can succeed later without anybody's doing.
fn passes(code: Code) -> bool {
    matches!(code, Code::RateLimited | Code::Unavailable | Code::Internal)
}
