//! Writes replies as JSON: what there are thousands of, messages and entries, in one go instead of field by field.

use std::cell::Cell;
use std::io;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Error, Serialize, SerializeSeq, Serializer};
use serde_json::ser::Formatter;
use serde_json::value::RawValue;

use crate::entries::{Body, Entry};
use crate::ids::{RoomId, Seq, UserId};
use crate::messages::{Item, Message};
use crate::quoted::{self, Quoted};

thread_local! {
    /// Whether this thread is within [`json`], which understands what [`Rows`] hand over.
    static WITHIN: Cell<bool> = const { Cell::new(false) };
}

/// A reply as JSON: what `serde_json` writes, in less time.
///
/// # Errors
/// What can't be JSON; nothing on the wire is of that kind.
pub fn json(reply: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(128);
    WITHIN.set(true);
    let written = reply.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Raw));
    WITHIN.set(false);
    written.map(|()| out)
}

/// An entry as JSON.
pub fn entry(entry: &Entry) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    entry.write(&mut out);
    out
}

/// Compact JSON, in which bytes are JSON that is written already. Bytes as such are in no reply.
struct Raw;

impl Formatter for Raw {
    fn write_byte_array<W: io::Write + ?Sized>(&mut self, writer: &mut W, json: &[u8]) -> io::Result<()> {
        writer.write_all(json)
    }
}

/// Something that there are many of in a reply.
pub trait Row {
    /// Appends it as JSON, equal to what serde writes.
    fn write(&self, out: &mut Vec<u8>);
}

/// A list of rows that are written already.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    json: Vec<u8>,
    /// Where each row ends.
    ends: Vec<usize>,
    of: PhantomData<fn() -> T>,
}

impl<T> Rows<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all together.
    pub fn bytes(&self) -> usize {
        self.json.len()
    }

    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.json);
        self.ends.push(self.json.len());
    }

    fn each(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).filter_map(|(begin, end)| self.json.get(begin..*end))
    }
}

impl<T: Row> Rows<T> {
    /// Adds a row.
    pub fn push(&mut self, row: &T) {
        self.add(|out| row.write(out));
    }
}

impl Rows<Entry> {
    /// Adds the entry of a message.
    pub fn say(&mut self, said: &Said<'_>) {
        self.add(|out| said.write_entry(out, |_| ()));
    }
}

impl Rows<Item> {
    /// Adds a message that is still as it was written.
    pub fn say(&mut self, said: &Said<'_>) {
        self.add(|out| said.write_item(out));
    }
}

impl<T: DeserializeOwned> Rows<T> {
    /// The rows as values.
    ///
    /// # Errors
    /// Never for what was written here.
    pub fn read(&self) -> serde_json::Result<Vec<T>> {
        self.each().map(serde_json::from_slice).collect()
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { json: Vec::new(), ends: Vec::new(), of: PhantomData }
    }
}

impl<T> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for json in self.each() {
            if WITHIN.get() {
                list.serialize_element(&Written(json))?;
            } else {
                let json: &RawValue = serde_json::from_slice(json).map_err(S::Error::custom)?;
                list.serialize_element(json)?;
            }
        }
        list.end()
    }
}

impl<'de, T: Row + Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut rows = Self::default();
        Vec::<T>::deserialize(deserializer)?.iter().for_each(|row| rows.push(row));
        Ok(rows)
    }
}

/// JSON that is written already.
struct Written<'a>(&'a [u8]);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl Row for Entry {
    fn write(&self, out: &mut Vec<u8>) {
        let Body::MessageCreated {
            text,
            html,
            mentions,
            mentions_room,
            reply_to,
            files,
            forwarded,
            poll,
            thread,
            in_room,
            nonce,
        } = &self.body
        else {
            Json(out).value(self);
            return;
        };
        let said = Said {
            room: self.room,
            seq: self.seq,
            at_ms: self.at_ms,
            by: self.by,
            text: Some(text.json().get()),
            html: Some(html.json().get()),
            mentions,
            mentions_room: *mentions_room,
            reply_to: *reply_to,
            thread: *thread,
            in_room: *in_room,
            nonce: nonce.as_str(),
        };
        let (forwarded, poll) = (forwarded.as_ref(), poll.as_ref());
        said.write_entry(out, |json| {
            json.list(r#","files":"#, files)
                .option(r#","forwarded":"#, forwarded)
                .option(r#","poll":"#, poll);
        });
    }
}

/// A message that brings nothing but words, as it was written, in pieces as they are kept.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The room.
    pub room: RoomId,
    /// Its place in the room's log.
    pub seq: Seq,
    /// When it was written, in milliseconds since 1970.
    pub at_ms: u64,
    /// Who wrote it.
    pub by: UserId,
    /// The source as a JSON string; `None` when it is empty.
    pub text: Option<&'a str>,
    /// The HTML as a JSON string; `None` when it is the source in a paragraph, or empty as that is.
    pub html: Option<&'a str>,
    /// Users named in it.
    pub mentions: &'a [UserId],
    /// Whether it calls everyone in the room.
    pub mentions_room: bool,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// The root of the thread that it is a reply in.
    pub thread: Option<Seq>,
    /// Whether it stands in the room's timeline.
    pub in_room: bool,
    /// The author's nonce.
    pub nonce: &'a str,
}

impl Said<'_> {
    /// Writes its entry, with what else that brings.
    fn write_entry(&self, out: &mut Vec<u8>, brought: impl FnOnce(&mut Json<'_>)) {
        let mut json = Json(out);
        json.raw(r#"{"room":"#).id(self.room.get()).raw(r#","seq":"#).value(&self.seq);
        json.raw(r#","at_ms":"#).value(&self.at_ms).raw(r#","by":"#).id(self.by.get());
        json.raw(r#","type":"message:created""#);
        self.write_words(&mut json);
        brought(&mut json);
        json.option(r#","thread":"#, self.thread.as_ref()).raw(r#","in_room":"#).flag(self.in_room);
        json.raw(r#","nonce":"#).value(&self.nonce).raw("}");
    }

    /// Writes it as an item of a timeline, to which nobody has done anything.
    fn write_item(&self, out: &mut Vec<u8>) {
        let mut json = Json(out);
        json.raw(r#"{"kind":"message","room":"#).id(self.room.get()).raw(r#","seq":"#).value(&self.seq);
        json.raw(r#","by":"#).id(self.by.get()).raw(r#","at_ms":"#).value(&self.at_ms);
        self.write_words(&mut json);
        json.option(r#","thread":"#, self.thread.as_ref()).raw(r#","in_room":"#).flag(self.in_room);
        json.raw(r#","deleted":false,"pinned":false,"reactions":[],"rev":"#).value(&self.seq);
        json.raw(r#","nonce":"#).value(&self.nonce).raw("}");
    }

    fn write_words(&self, json: &mut Json<'_>) {
        let text = self.text.unwrap_or(r#""""#);
        json.raw(r#","text":"#).raw(text).raw(r#","html":"#);
        match self.html {
            Some(html) => json.raw(html),
            None if self.text.is_none() => json.raw(text),
            // What is added needs no escape, so this is a JSON string again.
            None => json.raw(r#""<p>"#).raw(quoted::inner(text).unwrap_or_default()).raw(r#"</p>""#),
        };
        json.raw(r#","mentions":"#).value(&self.mentions);
        json.raw(r#","mentions_room":"#).flag(self.mentions_room);
        json.option(r#","reply_to":"#, self.reply_to.as_ref());
    }
}

impl Row for Item {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Message(message) => {
                out.extend_from_slice(br#"{"kind":"message","#);
                write_message(message, out);
            }
            Self::Line(_) => {
                Json(out).value(self);
            }
        }
    }
}

impl Row for Message {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        write_message(self, out);
    }
}

/// Appends a message's fields and the end of its object.
fn write_message(message: &Message, out: &mut Vec<u8>) {
    let Message {
        room,
        seq,
        by,
        at_ms,
        text,
        html,
        mentions,
        mentions_room,
        reply_to,
        files,
        previews,
        forwarded,
        poll,
        thread,
        in_room,
        replies,
        edited_at_ms,
        deleted,
        pinned,
        reactions,
        rev,
        nonce,
    } = message;
    let mut json = Json(out);
    json.raw(r#""room":"#).id(room.get()).raw(r#","seq":"#).value(seq);
    json.raw(r#","by":"#).id(by.get()).raw(r#","at_ms":"#).value(at_ms);
    json.raw(r#","text":"#).quoted(text).raw(r#","html":"#).quoted(html);
    json.raw(r#","mentions":"#).value(mentions).raw(r#","mentions_room":"#).flag(*mentions_room);
    json.option(r#","reply_to":"#, reply_to.as_ref()).list(r#","files":"#, files);
    json.list(r#","previews":"#, previews).option(r#","forwarded":"#, forwarded.as_ref());
    json.option(r#","poll":"#, poll.as_ref()).option(r#","thread":"#, thread.as_ref());
    json.raw(r#","in_room":"#).flag(*in_room).option(r#","replies":"#, replies.as_ref());
    json.option(r#","edited_at_ms":"#, edited_at_ms.as_ref()).raw(r#","deleted":"#).flag(*deleted);
    json.raw(r#","pinned":"#).flag(*pinned).raw(r#","reactions":"#).value(reactions);
    json.raw(r#","rev":"#).value(rev).raw(r#","nonce":"#).value(nonce).raw("}");
}

/// Appends JSON, a piece after the other.
struct Json<'a>(&'a mut Vec<u8>);

impl Json<'_> {
    fn raw(&mut self, json: &str) -> &mut Self {
        self.0.extend_from_slice(json.as_bytes());
        self
    }

    fn quoted(&mut self, text: &Quoted) -> &mut Self {
        self.raw(text.json().get())
    }

    fn flag(&mut self, flag: bool) -> &mut Self {
        self.raw(if flag { "true" } else { "false" })
    }

    fn id(&mut self, id: u64) -> &mut Self {
        self.raw("\"").value(&id).raw("\"")
    }

    fn value(&mut self, value: &impl Serialize) -> &mut Self {
        // A plain value into memory: there is nothing that could fail.
        let written = serde_json::to_writer(&mut *self.0, value);
        debug_assert!(written.is_ok());
        self
    }

    /// A field that is left out when there is nothing.
    fn option(&mut self, key: &str, value: Option<&impl Serialize>) -> &mut Self {
        match value {
            Some(value) => self.raw(key).value(value),
            None => self,
        }
    }

    /// A list that is left out when it is empty.
    fn list<T: Serialize>(&mut self, key: &str, list: &[T]) -> &mut Self {
        if list.is_empty() { self } else { self.raw(key).value(&list) }
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;
    use crate::messages::Page;
    use crate::sync::RoomSync;

    /// A message with all there can be, in the JSON of a client.
    const MESSAGE: &str = r#"{"kind":"message","room":"7","seq":3,"by":"18446744073709551","at_ms":1780000000000,
        "text":"\"a\" & é\n","html":"<p>\"a\" &amp; é</p>","mentions":["5","6"],"mentions_room":true,"reply_to":1,
        "files":[{"id":"9","name":"a.png","bytes":4,"kind":"image","mime":"image/png","width":1,"height":2,"alt":"b"}],
        "previews":[{"url":"https://a.example","title":"A","text":"","site":""}],
        "forwarded":{"room":"8","seq":2,"by":"5","at_ms":1,"text":"old","html":"<p>old</p>"},
        "poll":{"options":[{"text":"tea","votes":1,"users":["5"]}],"multiple":false,"hidden":false,"voters":1,"closed":true},
        "thread":2,"in_room":false,"replies":{"count":1,"last_seq":9,"last_at_ms":8,"people":["6"]},
        "edited_at_ms":5,"deleted":false,"pinned":true,"reactions":[{"emoji":"👍","users":["5"]}],"rev":10,
        "nonce":"n\"1\\"}"#;
    const PLAIN: &str = r#"{"kind":"message","room":"0","seq":1,"by":"5","at_ms":0,"text":"","html":"","mentions":[],
        "mentions_room":false,"in_room":true,"deleted":true,"pinned":false,"reactions":[],"rev":1,"nonce":"n"}"#;
    const LINE: &str =
        r#"{"kind":"line","room":"7","seq":2,"at_ms":1,"by":"5","type":"member:left","user":"5"}"#;

    fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
        serde_json::from_str(json).unwrap()
    }

    fn rows<T: Row>(of: &[T]) -> Rows<T> {
        let mut rows = Rows::default();
        for row in of {
            rows.push(row);
        }
        rows
    }

    fn written(row: &impl Row) -> String {
        let mut out = Vec::new();
        row.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_are_written_as_serde_writes_them() {
        for json in [MESSAGE, PLAIN, LINE] {
            let item: Item = read(json);
            assert_eq!(written(&item), serde_json::to_string(&item).unwrap());
            if let Item::Message(message) = item {
                assert_eq!(written(&message), serde_json::to_string(&message).unwrap());
            }
            let entry = json.replace(r#""kind":"message","#, r#""type":"message:created","#);
            let entry: Entry = read(&entry.replace(r#""kind":"line","#, ""));
            assert_eq!(written(&entry), serde_json::to_string(&entry).unwrap());
            assert_eq!(super::entry(&entry), serde_json::to_vec(&entry).unwrap());
        }
    }

    #[test]
    fn words_are_written_as_the_entry_and_the_message_that_they_are() {
        let mentions = [UserId::new(5).unwrap()];
        let plain = Said {
            room: RoomId::new(7).unwrap(),
            seq: 3,
            at_ms: 9,
            by: mentions[0],
            text: Some(r#""a \"b\"""#),
            html: None,
            mentions: &[],
            mentions_room: false,
            reply_to: None,
            thread: None,
            in_room: true,
            nonce: "n\"",
        };
        let rich =
            Said { html: Some(r#""<p><em>a</em></p>""#), mentions: &mentions, mentions_room: true, ..plain };
        let reply = Said { text: None, reply_to: Some(1), thread: Some(2), in_room: false, ..plain };
        for said in [plain, rich, reply] {
            let (mut entries, mut items) = (Rows::<Entry>::default(), Rows::<Item>::default());
            entries.say(&said);
            items.say(&said);
            let (entry, item) = (entries.read().unwrap().remove(0), items.read().unwrap().remove(0));
            assert_eq!(entries.json, serde_json::to_vec(&entry).unwrap());
            assert_eq!(items.json, serde_json::to_vec(&item).unwrap());
            let Item::Message(message) = item else { panic!("it is a message") };
            assert_eq!((message.rev, message.nonce.as_str()), (3, "n\""));
        }
    }

    #[test]
    fn a_reply_holds_its_rows() {
        let message: Message = read(MESSAGE);
        let page = |items: &[Item]| Page {
            items: rows(items),
            more_before: true,
            more_after: false,
            quoted: rows(slice::from_ref(&message)),
            users: Vec::new(),
            head: 9,
        };
        for items in [vec![], vec![read::<Item>(LINE)], vec![read(MESSAGE), read(LINE), read(PLAIN)]] {
            let page = page(&items);
            let told = String::from_utf8(json(&page).unwrap()).unwrap();
            assert_eq!(told, serde_json::to_string(&page).unwrap());
            assert_eq!(read::<Page>(&told).items.read().unwrap(), items);
        }
        let unread = read(r#"{"marker":1,"unread":2,"mentions":0,"head":3}"#);
        let mut entries = Rows::default();
        entries.push(&read::<Entry>(LINE));
        entries.push(&read::<Entry>(LINE));
        assert_eq!(entries.read().unwrap(), [read::<Entry>(LINE), read::<Entry>(LINE)]);
        let sync = RoomSync::Entries { room: message.room, entries, unread };
        assert_eq!(json(&sync).unwrap(), serde_json::to_vec(&sync).unwrap());
    }
}
