//! Search: what a query means, and the messages of the caller's rooms that it finds.

mod days;
mod parse;

use parlor_protocol::messages::{Found, MessageSearch};
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{Code, Role, RoomId, UserId, limits};
use parlor_store::read::{Holds, Search, UserQuery};
use parlor_store::records::{FoundCursor, Membership};
use parlor_store::{Failed, Snapshot};

use self::days::Day;
use self::parse::{Filter, Kind, Parsed};
use crate::chat::no_such_room;
use crate::fault::{Answer, Fault};
use crate::named::Names;
use crate::proof::Caller;
use crate::{Chat, text, wire};

/// Messages that one search answers with.
const FOUND: u32 = 50;
/// People whom one `from:` may mean.
const PEOPLE: u32 = 50;

/// Finds messages in the caller's rooms.
pub async fn messages(chat: &Chat, caller: &Caller, request: MessageSearch) -> Answer<MessageSearch> {
    let user = caller.acts::<MessageSearch>()?.user;
    if request.limit == 0 || request.limit > FOUND {
        return Err(Fault::refused(Code::BadRequest, "limit: 1 to 50"));
    }
    let parsed = parse::query(&text::line(&request.query, "query", limits::QUERY_CHARS)?);
    let cursor = |text: String| text.parse::<FoundCursor>();
    let before = request.before.map(cursor).transpose();
    let before = before.map_err(|()| Fault::refused(Code::BadRequest, "before: the `next` of a page"))?;
    let today = Day::of(chat.clock.now_ms(), request.utc_offset_minutes)
        .ok_or_else(|| Fault::refused(Code::BadRequest, "utc_offset_minutes: -840 to 840"))?;
    let words = parsed.terms.iter().filter(|term| !term.not).map(|term| term.text.clone()).collect();
    let notes = parsed.notes();
    let asks = Asks { user, guest: caller.role == Role::Guest, room: request.room, today };
    let found = chat.store.read(move |snapshot| {
        if parsed.is_empty() {
            return Ok(Ok((Vec::new(), parlor_store::records::Found::default())));
        }
        let search = match asks.resolve(snapshot, &parsed)? {
            Ok(search) => Search { before, limit: request.limit, ..search },
            Err(refused) => return Ok(Err(refused)),
        };
        let found = snapshot.search(user, &search)?;
        let mut names = Names::default();
        names.messages(&found.messages);
        Ok(Ok((names.look_up(snapshot)?, found)))
    });
    let (users, found) = found.await??;
    Ok(Found {
        messages: wire::messages(found.messages),
        users: wire::users(users),
        inside_from: found.inside_from.and_then(|index| u32::try_from(index).ok()),
        next: found.next.map(|next| next.to_string()),
        words,
        notes,
        cut: found.cut,
    })
}

/// Who asks, and where and when.
struct Asks {
    user: UserId,
    guest: bool,
    room: Option<RoomId>,
    today: Day,
}

/// What a name means, or why it means nothing.
type Meaning<T> = Result<Result<T, Fault>, Failed>;

impl Asks {
    /// Looks up whom and what a query names, among what the caller may see.
    fn resolve(&self, snapshot: &Snapshot, parsed: &Parsed) -> Meaning<Search> {
        let rooms = snapshot.rooms_of(self.user)?;
        let mut search = Search { terms: parsed.terms.clone(), ..Search::default() };
        if self.room.is_some_and(|room| !rooms.iter().any(|member| member.room.id == room)) {
            return Ok(Err(no_such_room()));
        }
        for filter in &parsed.filters {
            let done = match filter.kind {
                Kind::From => self.from(snapshot, filter, &mut search)?,
                Kind::In => self.within(snapshot, &rooms, filter, &mut search)?,
                Kind::Has | Kind::Is => holds(filter, &mut search),
                Kind::Before | Kind::After | Kind::During => self.when(filter, &mut search),
            };
            if let Err(refused) = done {
                return Ok(Err(refused));
            }
        }
        if let Some(room) = self.room {
            let named = search.rooms.take().is_none_or(|named| named.contains(&room));
            search.rooms = Some(if named { vec![room] } else { Vec::new() });
        }
        Ok(Ok(search))
    }

    fn from(&self, snapshot: &Snapshot, filter: &Filter, search: &mut Search) -> Meaning<()> {
        let people = self.people(snapshot, &filter.value)?;
        if people.is_empty() {
            return Ok(Err(unknown(filter, "nobody here is called that")));
        }
        let list = if filter.not { &mut search.not_by } else { &mut search.by };
        list.extend(people);
        Ok(Ok(()))
    }

    fn within(
        &self,
        snapshot: &Snapshot,
        rooms: &[Membership],
        filter: &Filter,
        search: &mut Search,
    ) -> Meaning<()> {
        let found = match filter.value.strip_prefix('@') {
            Some(name) => {
                let people = self.people(snapshot, name)?;
                let with = |member: &&Membership| {
                    member.room.kind == RoomKind::Direct
                        && member.room.people.len() <= 2
                        && people.iter().any(|other| is_with(member, self.user, *other))
                };
                rooms.iter().filter(with).map(|member| member.room.id).collect()
            }
            None => named(rooms, filter.value.trim_start_matches('#')),
        };
        if found.is_empty() {
            return Ok(Err(unknown(filter, "you are in no room of that name")));
        }
        let list = if filter.not { &mut search.not_rooms } else { search.rooms.get_or_insert_default() };
        list.extend(found);
        Ok(Ok(()))
    }

    /// Whom a name means: those of exactly this name or username, else all whose names begin so.
    fn people(&self, snapshot: &Snapshot, name: &str) -> Result<Vec<UserId>, Failed> {
        let name = name.trim_start_matches('@').to_lowercase();
        if name == "me" {
            return Ok(vec![self.user]);
        }
        let near = self.guest.then_some(self.user);
        let query = UserQuery { starts: &name, after: None, disabled: true, near, limit: PEOPLE };
        let begin = snapshot.find_users(query)?.items;
        let exact = begin.iter().filter(|user| user.username == name || user.name.to_lowercase() == name);
        let exact: Vec<UserId> = exact.map(|user| user.id).collect();
        Ok(if exact.is_empty() { begin.iter().map(|user| user.id).collect() } else { exact })
    }

    fn when(&self, filter: &Filter, search: &mut Search) -> Result<(), Fault> {
        let Some((start_ms, end_ms)) = self.today.span(&filter.value).filter(|_| !filter.not) else {
            return Err(unknown(filter, "write a day as 2026-03-31, 2026-03, 2026, today or yesterday"));
        };
        let until = |search: &mut Search, ms: u64| {
            search.until_ms = Some(search.until_ms.map_or(ms, |other| other.min(ms)));
        };
        match filter.kind {
            Kind::Before => until(search, start_ms),
            Kind::After => search.since_ms = search.since_ms.max(end_ms),
            _ => {
                search.since_ms = search.since_ms.max(start_ms);
                until(search, end_ms);
            }
        }
        Ok(())
    }
}

fn is_with(member: &Membership, me: UserId, other: UserId) -> bool {
    let people = &member.room.people;
    people.contains(&other) && (other != me || people.len() == 1)
}

/// The caller's rooms of this name, else all whose names begin so.
fn named(rooms: &[Membership], name: &str) -> Vec<RoomId> {
    let name = name.to_lowercase();
    let of = |fits: &dyn Fn(&str) -> bool| -> Vec<RoomId> {
        let fitting = rooms
            .iter()
            .filter(|member| member.room.kind != RoomKind::Direct && fits(&member.room.name.to_lowercase()));
        fitting.map(|member| member.room.id).collect()
    };
    let exact = of(&|other| other == name);
    if exact.is_empty() { of(&|other| other.starts_with(&name)) } else { exact }
}

fn holds(filter: &Filter, search: &mut Search) -> Result<(), Fault> {
    let holds = match (filter.kind, filter.value.to_lowercase().as_str()) {
        (Kind::Has, "link") => Holds::Link,
        (Kind::Has, "code") => Holds::Code,
        (Kind::Has, "file") => Holds::File,
        (Kind::Has, "image") => Holds::Image,
        (Kind::Has, "poll") => Holds::Poll,
        (Kind::Is, "thread") => Holds::Thread,
        (Kind::Is, "pinned") => Holds::Pinned,
        (Kind::Is, _) => return Err(unknown(filter, "a message is: thread, a reply in one, or pinned")),
        _ => return Err(unknown(filter, "a message has: link, code, file, image or poll")),
    };
    if filter.not {
        search.has_not.push(holds);
    } else {
        search.has.push(holds);
    }
    Ok(())
}

fn unknown(filter: &Filter, why: &str) -> Fault {
    Fault::refused(Code::BadRequest, format!("{}{}: {why}", filter.kind.name(), filter.value))
}
