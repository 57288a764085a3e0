//! Previews of links: what pages say of themselves, fetched once a message that links to them is on disk.
//!
//! Nothing waits for a preview. One that can't be had is not tried again, and what was to be fetched when the server
//! stops is not fetched at all.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use parlor_images::{Input, Job};
use parlor_protocol::files::FileKind;
use parlor_protocol::previews::PreviewRemove;
use parlor_protocol::{RoomId, Seq, UserId, limits};
use parlor_store::entries::{RoomBody, RoomEntry};
use parlor_store::records::{self, PicturePlace, Preview};
use parlor_store::write::previews::{PlacePicture, RemovePreview, SetPreviews};
use parlor_unfurl::{Fetcher, Options, Page, Picture, Url};
pub use parlor_unfurl::{Net, Pretended};
use tokio::sync::Notify;

use crate::fault::{Answer, Fault};
use crate::proof::Member;
use crate::{Chat, markdown, text, uploads, wire};

/// Messages that wait at most; with more, the newest get no previews.
const WAITING: usize = 256;
/// Messages of one user whose links are followed in a minute.
const A_MINUTE: usize = 30;
const MINUTE_MS: u64 = 60_000;

/// Takes a preview off a message.
pub async fn remove(chat: &Chat, member: &Member, request: PreviewRemove) -> Answer<PreviewRemove> {
    let actor = member.acts::<PreviewRemove>();
    let PreviewRemove { room, seq: message, nonce, url } = request;
    Ok(wire::written(chat.store.write(RemovePreview { actor, room, nonce, message, url }).await?))
}

/// What previews need. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Previews {
    pub(crate) wanted: Arc<Wanted>,
    /// `None` where no previews are wanted at all.
    fetcher: Option<Fetcher>,
}

impl Previews {
    pub(crate) fn new(net: Option<Net>, own_hosts: Vec<String>) -> Self {
        let fetcher = net.map(|net| Fetcher::new(Options { own_hosts, ..Options::from(net) }));
        let wanted = Wanted { off: fetcher.is_none(), ..Wanted::default() };
        Self { wanted: Arc::new(wanted), fetcher }
    }
}

/// Messages whose links may get previews, in the order of their entries.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    off: bool,
    waiting: Mutex<VecDeque<Linking>>,
    more: Notify,
}

#[derive(Debug, Clone, Copy)]
struct Linking {
    room: RoomId,
    message: Seq,
    by: UserId,
}

impl Wanted {
    /// Hears what was written, on the writer's thread.
    pub(crate) fn hear(&self, entry: &RoomEntry) {
        let message = match &entry.body {
            _ if self.off => return,
            RoomBody::MessageCreated { text, .. } if text.html.read().contains(markdown::LINK) => entry.seq,
            // Whether it had links before is not known here.
            RoomBody::MessageEdited { message, .. } => *message,
            _ => return,
        };
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING {
            waiting.push_back(Linking { room: entry.room, message, by: entry.by });
            self.more.notify_one();
        }
    }

    async fn next(&self) -> Linking {
        loop {
            let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            if let Some(next) = next {
                return next;
            }
            self.more.notified().await;
        }
    }
}

/// Follows the links of messages, one message after the other, for ever. Several may do so at once.
#[derive(Clone)]
pub struct Follower {
    chat: Chat,
    /// When the links of a user's messages were followed in the last minute.
    lately: Arc<Mutex<HashMap<UserId, VecDeque<u64>>>>,
}

impl Follower {
    /// Follows links for this chat.
    pub fn new(chat: Chat) -> Self {
        Self { chat, lately: Arc::default() }
    }

    /// Waits for a message with links, and gives it its previews. Giving up on it loses only this message's.
    pub async fn follow_one(&self) {
        let linking = self.chat.previews.wanted.next().await;
        if let Err(fault) = self.preview(linking).await {
            tracing::warn!(%fault, "a message gets no previews");
        }
    }

    async fn preview(&self, Linking { room, message, by }: Linking) -> Result<(), Fault> {
        let found = self.chat.store.read(move |snapshot| snapshot.previewable(room, message)).await?;
        let Some(found) = found else { return Ok(()) };
        let links = markdown::links(&found.html, limits::PREVIEWS_PER_MESSAGE);
        if links.is_empty() && found.previews.is_empty() || !self.may(by) {
            return Ok(());
        }
        let mut previews = Vec::new();
        for link in links {
            match found.previews.iter().find(|preview| preview.url == link) {
                Some(known) => previews.push(known.clone()),
                None => previews.extend(self.page(link).await?),
            }
        }
        self.chat.store.write(SetPreviews { room, message, version: found.version, previews }).await?;
        Ok(())
    }

    /// Whether another message of this user may be looked at.
    fn may(&self, user: UserId) -> bool {
        let now_ms = self.chat.clock.now_ms();
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        lately.retain(|_, times| times.back().is_some_and(|last_ms| last_ms + MINUTE_MS > now_ms));
        let times = lately.entry(user).or_default();
        times.retain(|at_ms| at_ms + MINUTE_MS > now_ms);
        if times.len() >= A_MINUTE {
            return false;
        }
        times.push_back(now_ms);
        true
    }

    /// The preview of a page; `None` for what has none to give.
    async fn page(&self, link: String) -> Result<Option<Preview>, Fault> {
        let Some(fetcher) = &self.chat.previews.fetcher else { return Ok(None) };
        let Ok(url) = Url::parse(&link) else { return Ok(None) };
        let Page { title, text, site, picture } = match fetcher.page(&url).await {
            Ok(page) => page,
            Err(why) => {
                // Neither the link nor its host: logs are read by people who are not in the room.
                tracing::debug!(?why, "a link has no preview");
                return Ok(None);
            }
        };
        let title = short(&title, limits::PREVIEW_TITLE_CHARS);
        if title.is_empty() {
            return Ok(None);
        }
        let picture = match picture {
            Some(picture) => self.picture(fetcher, picture).await?,
            None => None,
        };
        let (text, site) =
            (short(&text, limits::PREVIEW_TEXT_CHARS), short(&site, limits::PREVIEW_SITE_CHARS));
        Ok(Some(Preview { url: link, title, text, site, picture }))
    }

    /// Fetches a picture, has it encoded anew, and puts it in a place of its own.
    async fn picture(&self, fetcher: &Fetcher, picture: Picture) -> Result<Option<records::File>, Fault> {
        let uploads = &self.chat.uploads;
        let Ok(bytes) = fetcher.picture(&picture.address).await else { return Ok(None) };
        uploads::has_room(&self.chat)?;
        let PicturePlace { id, blob } = self.chat.store.write(PlacePicture).await?;
        let (blobs, worker) = (uploads.blobs.clone(), uploads.worker.clone());
        let made = uploads.pictures.work(move || {
            let place = blobs.incoming(&blob);
            let mut file = File::create(&place).map_err(Fault::broken)?;
            let made =
                worker.make(Job::Thumbnail, Input::Bytes(&bytes), &mut [&mut file]).map_err(Fault::broken)?;
            let Ok(made) = made else {
                blobs.remove(&blob).map_err(Fault::broken)?;
                return Ok(None);
            };
            let settle = || {
                file.sync_all()?;
                blobs.settle(&place, &blobs.whole(&blob))?;
                io::Result::Ok(file.metadata()?.len())
            };
            Ok(Some((made, settle().map_err(Fault::broken)?)))
        });
        Ok(made.await?.map(|(made, bytes)| records::File {
            id,
            name: format!("picture.{}", made.format.extension()),
            bytes,
            kind: FileKind::Image,
            mime: made.format.mime().to_owned(),
            width: Some(made.width),
            height: Some(made.height),
            blur: Some(made.blur),
            duration_ms: None,
            waveform: None,
            alt: short(&picture.alt, limits::ALT_CHARS),
        }))
    }
}

/// One line of at most so many characters, without what hides or turns it; what is cut off shows.
fn short(line: &str, max_chars: usize) -> String {
    let start: String = line.chars().take(2 * max_chars).collect();
    let line = text::line(&start, "preview", 2 * max_chars).unwrap_or_default();
    if line.chars().count() <= max_chars {
        return line;
    }
    let cut: String = line.chars().take(max_chars - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_and_what_turns_or_hides_goes() {
        assert_eq!(short("a title", 7), "a title");
        assert_eq!(short("a title that goes on", 8), "a title…");
        assert_eq!(short("\u{202E}evil\u{200B}  twin\n", 50), "evil twin");
    }
}
