// generated from crates/protocol by `cargo xtask generate`; do not edit

/** What a user has put away. */
export type AllPutAway = { 
/** In the order in which it was put away; at most 500, some of which may be back by now. */
away: Array<PutAway>, 
/** The mentions among it that are not done, as they are now; the last 100. */
messages: Array<Message>, 
/** Everyone that these name. */
users: Array<User>, 
/** Head of the caller's own log: entries up to here are counted in. */
head: number, };

/** Which part of the timeline is wanted. */
export type Anchor = "latest" | { "before": number } | { "after": number } | { "around": number } | { "at": number };

/** Creates a bot: a user that signs in with a token. */
export type BotCreate = { 
/** Display name. */
name: string, 
/** Username. */
username: string, };

/** Gives a bot a new token and ends the old one. */
export type BotRotate = { 
/** Which bot. */
user: UserId, };

/** A bot and its token, which is told only now. */
export type BotToken = { 
/** The bot. */
user: User, 
/** Its secret: begins with `pb_`. Only its hash is kept. */
token: string, };

/** Lists what the caller has put away. */
export type CatchupList = Record<symbol, never>;

/** Puts something unread away, or brings it back. It says how it shall be: what is so already changes nothing. Of more
 * than 500 things the one that was put away first comes back. What is done with a thread or a room is told by its
 * marker instead: `thread:mark`, `read:mark`. */
export type CatchupPutAway = { 
/** The room. */
room: RoomId, 
/** The caller's nonce. */
nonce: Nonce, 
/** The message that mentions the caller; with a thread it is `bad_request`. */
message?: number, 
/** The root message of the thread. Neither: the room. */
thread?: number, 
/** Until when, in milliseconds since 1970, at most a year ahead; what is past brings it back. Absent: a mention is
 * done for good. */
until_ms?: number, };

/** Why a call was refused. The set is closed: clients may match on it. */
export type Code = "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "conflict" | "nonce_reused" | "expired" | "too_large" | "rate_limited" | "unavailable" | "internal";

/** The workspace's own emoji. */
export type CustomEmoji = { 
/** How often they were changed, as in `Workspace.emoji`. */
version: number, 
/** All of them, by name. */
emoji: Array<Emoji>, };

/** Done; there is nothing to tell. */
export type Done = Record<symbol, never>;

/** How people get in without being invited one by one. */
export type Door = "invited" | "link" | "guest";

/** A text that the user began and has not sent. There is one for each room and for each thread. */
export type Draft = { 
/** Where it is to be said. */
room: RoomId, 
/** The message whose thread it is to be said in; absent in the room itself. */
thread?: number, 
/** The text as it was typed; empty when there is no draft any more. */
text: string, 
/** The message it answers. */
reply_to?: number, };

/** Keeps what the caller began to write, for their other devices. The newest one counts; the same one again changes
 * nothing. */
export type DraftSet = { 
/** Where it is to be said. */
room: RoomId, 
/** The message whose thread it is to be said in; absent in the room itself. */
thread?: number, 
/** The text as it was typed, at most 32 KiB; empty to forget the draft. */
text: string, 
/** The message it answers. */
reply_to?: number, };

/** A custom emoji. */
export type Emoji = { 
/** Its name, 2 to 32 of `[a-z0-9_+-]` without an underscore at either end; in texts and reactions it stands as `:name:`. */
name: string, 
/** Name of the picture, served at `/files/emoji/{picture}`. Another picture has another name. */
picture: string, 
/** Who added it. */
by: UserId, };

/** Lists the workspace's own emoji. */
export type EmojiList = Record<symbol, never>;

/** Removes an emoji: of one's own, or as an admin any. Where it stood its `:name:` is shown. One that is not there is
 * removed already. */
export type EmojiRemove = { 
/** Its name. */
name: string, };

/** Why a session ended. */
export type Ended = "signed_out" | "password_changed" | "disabled" | "expired";

/** One durable change in a room. Pushed under the name that stands in `type`. */
export type Entry = { 
/** The room. */
room: RoomId, 
/** Its place in the room's log: 1, 2, 3 … without gaps. */
seq: number, 
/** When it was written, in milliseconds since 1970. For showing, never for ordering. */
at_ms: number, 
/** Who did it. */
by: UserId, } & ({ "type": "room:created", 
/** Name at the time. */
name: string, } | { "type": "room:changed", 
/** What changed. */
change: RoomDelta, } | { "type": "member:joined", 
/** Who. */
user: UserId, 
/** Role in the room. */
role: Role, } | { "type": "member:left", 
/** Who. */
user: UserId, } | { "type": "member:changed", 
/** Who. */
user: UserId, 
/** The new role. */
role: Role, } | { "type": "message:created", 
/** Source text (Markdown). */
text: string, 
/** The text as safe HTML. */
html: string, 
/** Users named in it. */
mentions: Array<UserId>, 
/** Whether it calls everyone in the room. */
mentions_room: boolean, 
/** The message it answers. */
reply_to?: number, 
/** Its files, in their order. */
files?: Array<File>, 
/** The message that it passes on. */
forwarded?: Forwarded, 
/** The poll that it begins, without any votes yet. */
poll?: Poll, 
/** The root of the thread that it is a reply in. */
thread?: number, 
/** Whether it stands in the room's timeline. */
in_room: boolean, 
/** The author's nonce. */
nonce: Nonce, } | { "type": "message:edited", 
/** Which message. */
message: number, 
/** Source text (Markdown). */
text: string, 
/** The text as safe HTML. */
html: string, 
/** Users named in it now. */
mentions: Array<UserId>, 
/** Whether it calls everyone in the room now. */
mentions_room: boolean, 
/** The root of the thread that it is a reply in. */
thread?: number, } | { "type": "message:deleted", 
/** Which message. */
message: number, 
/** Who had written it. */
author: UserId, 
/** The root of the thread that it was a reply in. */
thread?: number, } | { "type": "message:previewed", 
/** Which message. */
message: number, 
/** In the order of the links; none when the last one was taken off. */
previews: Array<LinkPreview>, } | { "type": "message:pinned", 
/** Which message. */
message: number, } | { "type": "message:unpinned", 
/** Which message. */
message: number, } | { "type": "reaction:added", 
/** Which message. */
message: number, 
/** The emoji. */
emoji: string, } | { "type": "reaction:removed", 
/** From which message. */
message: number, 
/** The emoji. */
emoji: string, } | { "type": "poll:voted", 
/** The message with the poll. */
message: number, 
/** Options that `by` has chosen now, counted from 0; empty where names are hidden. */
choices: Array<number>, 
/** How the poll stands now; only where names are hidden. */
tally?: PollTally, } | { "type": "poll:closed", 
/** The message with the poll. */
message: number, });

/** A refusal as clients see it: `{code, message, retry_after_ms?}`. */
export type Error = { 
/** Why, from the closed set. */
code: Code, 
/** What happened and what to do, for a person. Not for matching on. */
message: string, 
/** When to try again, in milliseconds from now. */
retry_after_ms?: number, };

/** A file of a message. Its bytes are at `/files/{id}/{name}`, an image's preview at `/files/{id}/preview`. */
export type File = { 
/** Its id. */
id: FileId, 
/** Its name, for people. */
name: string, 
/** How many bytes it has. */
bytes: number, 
/** What it is. */
kind: FileKind, 
/** Content type that it is served with. */
mime: string, 
/** Pixels across, of images and of films whose sender told. */
width?: number, 
/** Pixels down. */
height?: number, 
/** What an image looks like from afar: 4 by 3 pixels, row by row, as base64 of 36 bytes of RGB. */
blur?: string, 
/** How long film and sound last, in milliseconds, as their sender told. */
duration_ms?: number, 
/** Loudness of a voice message over its time, 0 to 100 each, as its sender told. */
waveform?: Array<number>, 
/** What it shows, in words, for those who can't see it; may be empty. */
alt: string, };

/** Which files are wanted. */
export type FileGroup = "media" | "other";

/** Names an upload and the file that it becomes.
 *
 * A random number below 2^63; on the wire a decimal string, since JavaScript's numbers end at 2^53. */
export type FileId = string;

/** What a file is, by its content, never by its name. */
export type FileKind = "image" | "video" | "audio" | "voice" | "document";

/** Lists the files of a room's messages, newest message first. */
export type FileList = { 
/** Which room. */
room: RoomId, 
/** Which files. */
group: FileGroup, 
/** Continue after a page: its `next`. */
before?: number, 
/** From how many messages, 1 to 100. */
limit: number, };

/** A file that a message is sent with: one's own upload, or a file that one may see. */
export type FileRef = { 
/** Which file. */
id: FileId, 
/** What it shows, in words; at most 500 characters. */
alt?: string, };

/** A page of a room's files. */
export type Files = { 
/** Newest message first; those of one message in their order. */
files: Array<PostedFile>, 
/** Everyone who posted them. */
users: Array<User>, 
/** Where the next page begins; absent on the last one. */
next?: number, };

/** A folder of rooms in a user's side bar. */
export type Folder = { 
/** Chosen by the client, once for each folder. The name may change, this does not. */
id: Nonce, 
/** 1 to 40 characters. */
name: string, };

/** Where a user stands in a thread that they follow. */
export type Followed = { 
/** Its root message. */
thread: number, 
/** Replies of others after the marker, and those among them that mention the user. */
unread: Unread, };

/** A message to forward, by its room and its place there: one that the sender may see. */
export type ForwardFrom = { 
/** Its room. */
room: RoomId, 
/** Which message. */
seq: number, };

/** What a message passes on: another one as it was when it was forwarded. It is a copy that later edits and the deletion
 * of the original do not reach; it calls nobody, and goes with the message that holds it. A forwarded message that
 * passes another one on itself leads to that one. */
export type Forwarded = { 
/** Room of the original. Its id opens nothing: only its members can look the original up. */
room: RoomId, 
/** The original's place there. */
seq: number, 
/** Who wrote it. */
by: UserId, 
/** When it was written, in milliseconds since 1970. */
at_ms: number, 
/** Source text (Markdown); may be empty when it had only files. */
text: string, 
/** The text as safe HTML. */
html: string, };

/** A page of messages that were found. */
export type Found = { 
/** Newest first; after those that have the words as such, those that have them only inside of other words. */
messages: Array<Message>, 
/** Index of the first message that has the words only inside of others; absent if there is none. */
inside_from?: number, 
/** Everyone that they name. */
users: Array<User>, 
/** Cursor of the next page; absent on the last one. */
next?: string, 
/** The words and phrases that were looked for, without filters: for marking them. */
words: Array<string>, 
/** What to tell the person about their query, in sentences, such as a filter that does not exist. */
notes: Array<string>, 
/** The search took longer than it may and was cut short: there may be more. Filters make it faster. */
cut: boolean, };

/** Comes in as a guest, while the guest door is open. */
export type GuestJoin = { 
/** Display name. */
name: string, };

/** An invite as admins list it. */
export type Invite = { 
/** Names it in `invite:revoke`. */
id: InviteId, 
/** Who made it. */
by: UserId, 
/** Role of those who accept. */
role: Role, 
/** A room that those who accept join too. */
room?: RoomId, 
/** When it ends, in milliseconds since 1970. */
expires_at_ms: number, 
/** How often it still works; without a limit when absent. */
uses_left?: number, 
/** How many came with it. */
used: number, };

/** Accepts an invite: makes an account and signs it in. */
export type InviteAccept = { 
/** Secret of the link. */
token: string, 
/** Display name. */
name: string, 
/** Username; not for guests. */
username?: string, 
/** Password; not for guests. */
password?: string, };

/** Makes an invite link. */
export type InviteCreate = { 
/** Role of those who accept: guest or member; moderator and admin only by an owner. */
role?: Role, 
/** How long it works, in milliseconds, at most a year; 7 days when absent. */
expires_in_ms?: number, 
/** How often it works; without a limit when absent. */
uses?: number, 
/** A room that those who accept join too; the caller must be a member of it. */
room?: RoomId, };

/** A new invite with its secret, which is told only now. */
export type InviteCreated = { 
/** The invite. */
invite: Invite, 
/** Secret of the link: the page is `/join/{token}`, its QR code `/api/qr/{token}`. */
token: string, };

/** Tells what an invite leads to, without using it. */
export type InviteGet = { 
/** Secret of the link. */
token: string, };

/** Names an invite in lists. Not the secret in its link.
 *
 * A random number below 2^63; on the wire a decimal string, since JavaScript's numbers end at 2^53. */
export type InviteId = string;

/** Lists the invites that still work, newest first. */
export type InviteList = Record<symbol, never>;

/** What an invite leads to. */
export type InvitePreview = { 
/** Name of the workspace. */
workspace: string, 
/** Display name of who invites; absent for the standing link. */
by?: string, 
/** Role of those who accept: a guest needs no username and no password. */
role: Role, 
/** Name of the room it leads to. */
room?: string, };

/** Ends an invite. */
export type InviteRevoke = { 
/** Which one; the standing link gets a new token when absent. */
invite?: InviteId, };

/** Invites that still work and the standing link. */
export type Invites = { 
/** Newest first. */
invites: Array<Invite>, 
/** Token of the standing link, while the door is `link`: the page is `/join/{token}`. */
standing?: string, };

/** One row of a timeline. */
export type Item = { "kind": "message" } & Message | { "kind": "line" } & Entry;

/** Pushed to a socket that fell behind and lost its queue: sync now. */
export type Lagged = Record<symbol, never>;

/** How much of a room calls the user: what counts for them, sounds, and shows in the title. */
export type Level = "all" | "mentions" | "nothing";

/** What a page says of itself. Everything in it comes from strangers: show the link's host beside it. */
export type LinkPreview = { 
/** The link as the message has it. */
url: string, 
/** The page's title; at most 200 characters. */
title: string, 
/** What it is about; at most 300 characters, may be empty. */
text: string, 
/** What the site calls itself; at most 60 characters, may be empty. */
site: string, 
/** A picture of it, fetched and encoded anew by the server: at `/files/{id}/{name}`, of at most 640 by 640 pixels. */
picture?: File, };

/** What anyone may know before signing in. */
export type Lobby = { 
/** Name of the workspace; empty before set-up. */
name: string, 
/** Whether set-up was done. */
set_up: boolean, 
/** Whether the guest door is open. */
guests: boolean, 
/** Version of the server. */
version: string, };

/** Tells what anyone may know: the name and which doors are open. */
export type LobbyGet = Record<symbol, never>;

/** Adds people to a public or private room. Those who are members already stay as they are. */
export type MemberAdd = { 
/** Chosen once per user action. */
nonce: Nonce, 
/** Which room. */
room: RoomId, 
/** Whom; up to 200. */
users: Array<UserId>, };

/** Makes a member a moderator of the room or an ordinary member again. */
export type MemberChange = { 
/** Chosen once per user action. */
nonce: Nonce, 
/** Which room. */
room: RoomId, 
/** Whose role. */
user: UserId, 
/** Member or moderator. */
role: Role, };

/** Lists the members of a room by username. */
export type MemberList = { 
/** Which room. */
room: RoomId, 
/** What the name or username starts with; everyone when absent or empty. */
query?: string, 
/** Continue after this username. */
after?: string, };

/** Removes a member of a lower role from a room. */
export type MemberRemove = { 
/** Chosen once per user action. */
nonce: Nonce, 
/** Which room. */
room: RoomId, 
/** Whom. */
user: UserId, };

/** A page of members. */
export type Members = { 
/** At most 200, by username. */
members: Array<RoomMember>, 
/** Whether there are more. */
more: boolean, };

/** Lists unread messages in rooms that mention the caller, the oldest of each room first. Direct rooms are left out, and
 * without `room` those that the caller has muted. */
export type MentionList = { 
/** Only in this room. */
room?: RoomId, };

/** Unread messages that mention the caller. */
export type Mentions = { 
/** By room, then by seq: at most 20 of a room and 100 in all. */
messages: Array<Message>, 
/** Everyone that they name. */
users: Array<User>, };

/** A message as it is now: its entry with all edits, deletes and reactions up to `rev` applied. */
export type Message = { 
/** The room. */
room: RoomId, 
/** Its place in the room's log; with the room, its name. */
seq: number, 
/** Who wrote it. */
by: UserId, 
/** When it was written, in milliseconds since 1970. */
at_ms: number, 
/** Source text (Markdown); empty once deleted. */
text: string, 
/** The text as safe HTML; empty once deleted. */
html: string, 
/** Users named in it. */
mentions: Array<UserId>, 
/** Whether it calls everyone in the room (`@room`). */
mentions_room: boolean, 
/** The message it answers. */
reply_to?: number, 
/** Its files, in their order; none once deleted. */
files?: Array<File>, 
/** What its links lead to, in their order; none once deleted. */
previews?: Array<LinkPreview>, 
/** The message that it passes on, whose files stand in `files`; none once deleted. */
forwarded?: Forwarded, 
/** The poll that its text asks; none once deleted. */
poll?: Poll, 
/** The root of the thread that it is a reply in. */
thread?: number, 
/** Whether it stands in the room's timeline; a reply in a thread does when it was also sent there. */
in_room: boolean, 
/** What came of it, if it is the root of a thread. */
replies?: ThreadSummary, 
/** When it was edited last, in milliseconds since 1970. */
edited_at_ms?: number, 
/** Whether it was deleted: the text is gone, the slot stays. */
deleted: boolean, 
/** Whether it is pinned. */
pinned: boolean, 
/** Reactions in the order of their first use. */
reactions: Array<Reaction>, 
/** Seq of the last entry that changed this message: entries up to it are in it already. */
rev: number, 
/** The author's nonce, by which their devices know their pending row again. */
nonce: Nonce, };

/** Deletes a message: its text is erased everywhere and its files with it, its slot stays. */
export type MessageDelete = { 
/** Where. */
room: RoomId, 
/** Which message. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, };

/** Changes the text of one's own message. The question of a poll stays once somebody has voted. */
export type MessageEdit = { 
/** Where. */
room: RoomId, 
/** Which message. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, 
/** The new text. Empty only where the message has files or passes another one on. */
text: string, };

/** Looks messages up by seq, such as those that a reply quotes. */
export type MessageGet = { 
/** Where. */
room: RoomId, 
/** Up to 100. */
seqs: Array<number>, };

/** Pins a message: it stays at hand for everyone in the room. Who may write there may pin. */
export type MessagePin = { 
/** Where. */
room: RoomId, 
/** Which message. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, };

/** Renders a text as a message of the room would be, without sending it. */
export type MessagePreview = { 
/** Where it would be said. */
room: RoomId, 
/** Markdown, at most 4,000 characters. */
text: string, };

/** Saves a message for the caller alone. One that is saved stays as it is. */
export type MessageSave = { 
/** Where. */
room: RoomId, 
/** Which message. */
seq: number, };

/** Finds messages in the caller's rooms.
 *
 * The query holds words, `"phrases"` and filters: `from:` (a name, a username or `me`), `in:` (a room, or `@` and a
 * name for direct messages), `has:` (`link`, `code`, `file`, `image`, `poll`), `is:` (`thread`, `pinned`), `before:`,
 * `after:` and `during:` (`2026`, `2026-03`, `2026-03-31`, `today`, `yesterday`). What a message passes on, the options of
 * its poll and the names of its files are found, too. A `-` before a word, a phrase, `from:`, `in:`, `has:` or `is:` leaves out. All words
 * must occur; the last may be the start of one. A filter whose value means nothing is a `bad_request` that says why. */
export type MessageSearch = { 
/** At most 256 characters. */
query: string, 
/** Only in this room. */
room?: RoomId, 
/** By how many minutes the caller's clock is ahead of UTC: when their days begin. */
utc_offset_minutes?: number, 
/** Continue after a page: its `next`. */
before?: string, 
/** How many, 1 to 50. */
limit: number, };

/** Writes a message. */
export type MessageSend = { 
/** Where. */
room: RoomId, 
/** Chosen once per user action. */
nonce: Nonce, 
/** Markdown, at most 4,000 characters and 16 KiB. Empty only with files or a message to forward. */
text: string, 
/** The message it answers. */
reply_to?: number, 
/** Files to send with it, at most 10. */
files?: Array<FileRef>, 
/** A message to pass on, whose text and files come along; not together with `files` or `poll`. */
forward?: ForwardFrom, 
/** A poll to begin; not together with `files`. */
poll?: PollBegin, 
/** The message in whose thread it is a reply: one that is in no thread itself. */
thread?: number, 
/** Whether a reply in a thread shall stand in the room's timeline as well. */
also_in_room?: boolean, };

/** Takes a message off the pins, whoever pinned it. */
export type MessageUnpin = { 
/** Where. */
room: RoomId, 
/** Which message. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, };

/** Lets a saved message go, also one in a room that the caller has left. */
export type MessageUnsave = { 
/** Where. */
room: RoomId, 
/** Which message. */
seq: number, };

/** Reads what a message said before its edits. */
export type MessageVersions = { 
/** Where. */
room: RoomId, 
/** Which message. */
seq: number, 
/** Only versions before this one, for the next page: the `seq` of the last version read. */
before?: number, };

/** Messages that were looked up; those that do not exist are left out. */
export type Messages = { 
/** By seq. */
messages: Array<Message>, 
/** The room's head when they were read. */
head: number, };

/** One durable change that only one user sees. Pushed to that user under the name that stands in `type`. */
export type MyEntry = { 
/** Its place in the user's log: 1, 2, 3 … without gaps. */
seq: number, 
/** When it was written, in milliseconds since 1970. */
at_ms: number, } & ({ "type": "my:room_joined", 
/** The room. */
room: RoomId, } | { "type": "my:room_left", 
/** The room. */
room: RoomId, } | { "type": "my:read_marked", 
/** The room. */
room: RoomId, 
/** Everything up to here is read. */
marker: number, 
/** Whether the marker was put back on purpose: only then does it go back. */
back?: boolean, } | { "type": "my:message_saved", 
/** The message's room. */
room: RoomId, 
/** Which message. */
message: number, } | { "type": "my:message_unsaved", 
/** The message's room. */
room: RoomId, 
/** Which message. */
message: number, } | { "type": "my:thread_followed", 
/** The room. */
room: RoomId, 
/** The root message. */
thread: number, 
/** Every reply up to here counts as read. */
marker: number, } | { "type": "my:thread_unfollowed", 
/** The room. */
room: RoomId, 
/** The root message. */
thread: number, } | { "type": "my:thread_marked", 
/** The room. */
room: RoomId, 
/** The root message. */
thread: number, 
/** Every reply up to here is read. */
marker: number, } | { "type": "my:rooms_preferred", 
/** What they want of these now. */
rooms: Array<RoomPreference>, 
/** All their folders from top to bottom, if they are others than before. */
folders?: Array<Folder>, } | { "type": "my:put_away", 
/** What, and until when. */
away: PutAway, } | { "type": "my:settings_changed", 
/** All settings. */
settings: Settings, } | { "type": "my:reminder_set", 
/** The reminder as it is now. */
reminder: Reminder, } | { "type": "my:reminder_due", 
/** The reminder. */
reminder: Reminder, } | { "type": "my:reminder_done", 
/** Which one. */
nonce: Nonce, } | { "type": "my:draft_changed", 
/** The draft as it is now. */
draft: Draft, } | { "type": "my:scheduled_set", 
/** The scheduled message as it is now. */
scheduled: Scheduled, } | { "type": "my:scheduled_deleted", 
/** Which one. */
nonce: Nonce, } | { "type": "my:scheduled_sent", 
/** Which one; the message has the same nonce. */
nonce: Nonce, 
/** Where it was sent. */
room: RoomId, });

/** What was missed of the caller's own log. */
export type MySync = { "how": "entries", 
/** By seq. */
entries: Array<MyEntry>, } | { "how": "reset", 
/** The log's head. */
head: number, 
/** The caller's settings. */
settings: Settings, 
/** The messages that the caller has saved, by room. */
saved: { [key in string]: Array<number> }, 
/** What the caller wants of their rooms. */
preferences: Preferences, 
/** The caller's drafts. */
drafts: Array<Draft>, };

/** Chosen by the client once per user action and kept until the answer has come, so that a repeated call is
 * answered with the first result instead of being done twice. 1 to 64 visible ASCII characters; a UUID is good, one of
 * version 7 best: it begins with its time, by which the server finds it among all others at the least cost. */
export type Nonce = string;

/** A page of a timeline, by seq. */
export type Page = { 
/** By seq. Edits, deletes and reactions are not items: they are in the messages. */
items: Array<Item>, 
/** Whether there are items before the first. */
more_before: boolean, 
/** Whether there are items after the last. */
more_after: boolean, 
/** Messages that items answer and that are not on the page. */
quoted: Array<Message>, 
/** Everyone that the page names. */
users: Array<User>, 
/** The room's head when the page was read: later entries are not in it. */
head: number, };

/** Changes the caller's password and ends their other sessions. */
export type PasswordChange = { 
/** The password until now. */
old: string, 
/** The password from now on. */
new: string, };

/** Lists a room's pins. */
export type PinList = { 
/** Which room. */
room: RoomId, };

/** The pins of a room: at most `PINS_PER_ROOM`. */
export type Pins = { 
/** The one pinned last comes first. */
messages: Array<Message>, 
/** Everyone that they name. */
users: Array<User>, 
/** The room's head when they were read. */
head: number, };

/** A poll as it stands. */
export type Poll = { 
/** What can be chosen, in their order. */
options: Array<PollOption>, 
/** Whether one may choose several. */
multiple: boolean, 
/** Whether nobody is told who chose what. */
hidden: boolean, 
/** How many people have voted. */
voters: number, 
/** Whether it is over. */
closed: boolean, };

/** A poll to begin with a message, whose text is the question. */
export type PollBegin = { 
/** What can be chosen: 2 to 10 different texts of at most 100 characters. */
options: Array<string>, 
/** Whether one may choose several. */
multiple?: boolean, 
/** Whether nobody is told who chose what. See docs/protocol on what that means. */
hidden?: boolean, };

/** What the caller has chosen. */
export type PollChoices = { 
/** Options, counted from 0; none without a vote, and none in a closed poll with hidden names. */
choices: Array<number>, };

/** Closes a poll: nobody votes any more. Of a poll with hidden names, who chose what is forgotten. */
export type PollClose = { 
/** Where. */
room: RoomId, 
/** The message with the poll. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, };

/** Asks what the caller has chosen in a poll: the only way where names are hidden. */
export type PollMine = { 
/** Where. */
room: RoomId, 
/** The message with the poll. */
seq: number, };

/** Something that can be chosen in a poll. */
export type PollOption = { 
/** What it says. */
text: string, 
/** How many have chosen it. */
votes: number, 
/** Who has chosen it, in the order of their last vote; nobody where names are hidden. */
users: Array<UserId>, };

/** How a poll with hidden names stands after a vote. */
export type PollTally = { 
/** How many have chosen each option. */
votes: Array<number>, 
/** How many people have voted. */
voters: number, };

/** Votes in a poll, in the place of what the caller had chosen before. */
export type PollVote = { 
/** Where. */
room: RoomId, 
/** The message with the poll. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, 
/** Which options, counted from 0; none takes the vote back. */
choices: Array<number>, };

/** A file and the message that holds it. */
export type PostedFile = { 
/** The message. */
seq: number, 
/** Who posted it. */
by: UserId, 
/** When, in milliseconds since 1970. */
at_ms: number, 
/** The file. */
file: File, };

/** What a user wants of all their rooms. */
export type Preferences = { 
/** By room; one that is not here is as usual: it calls with every message and stands in no folder. */
rooms: Array<RoomPreference>, 
/** The folders, from top to bottom. */
folders: Array<Folder>, };

/** Whether somebody is there. */
export type Presence = "online" | "away" | "dnd" | "offline";

/** Pushed to those who watch: somebody came, went or looked away. */
export type PresenceChanged = { 
/** Who. */
user: UserId, 
/** How present. */
state: Presence, 
/** When they were last connected, in milliseconds since 1970; only when offline and known. */
seen_at_ms?: number, };

/** Says how present the caller is on this socket; the most present socket of a user counts, `dnd` before all. */
export type PresenceSet = { 
/** Online, away or dnd. */
state: Presence, };

/** Watches the presence of these users instead of those watched before; those who share no room are left out. */
export type PresenceWatch = { 
/** Who is on screen; up to 500. */
users: Array<UserId>, };

/** How present the watched users are now. */
export type Presences = { 
/** One for each user that may be watched. */
users: Array<PresenceChanged>, };

/** How a text would look. */
export type Preview = { 
/** The text as safe HTML. */
html: string, };

/** Takes a preview off a message, for everyone. The message never gets previews again. */
export type PreviewRemove = { 
/** Where. */
room: RoomId, 
/** Which message. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, 
/** The link of the preview. */
url: string, };

/** Changes the caller's profile; what is absent stays. Pictures are uploaded with `PUT /api/avatar`. */
export type ProfileChange = { 
/** New display name. */
name?: string, 
/** New status text; empty removes it. */
status?: string, 
/** `true` removes the picture. */
remove_avatar?: boolean, };

/** Something unread that a user has put away: a message that mentions them, a thread, or a whole room where neither is
 * named. It comes back by itself: it is away only as long as its time lies ahead. A mention comes back also when its
 * room was read meanwhile, and stays until it is done; a thread or a room only if there is still something to read. */
export type PutAway = { 
/** The room. */
room: RoomId, 
/** The message that mentions the user. */
message?: number, 
/** The root message of the thread. */
thread?: number, 
/** Until when, in milliseconds since 1970; what is past is not away. Absent: done for good, which only mentions are. */
until_ms?: number, };

/** One emoji on a message and who put it there. */
export type Reaction = { 
/** The emoji. */
emoji: string, 
/** Who, in the order of time. */
users: Array<UserId>, };

/** Puts an emoji on a message. */
export type ReactionAdd = { 
/** Where. */
room: RoomId, 
/** On which message. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, 
/** The emoji. */
emoji: string, };

/** Takes the caller's emoji off a message. */
export type ReactionRemove = { 
/** Where. */
room: RoomId, 
/** From which message. */
seq: number, 
/** Chosen once per user action. */
nonce: Nonce, 
/** The emoji. */
emoji: string, };

/** Counts again what is unread in a room. */
export type ReadGet = { 
/** Which room. */
room: RoomId, };

/** Moves the caller's read marker forward. It never goes back. */
export type ReadMark = { 
/** Which room. */
room: RoomId, 
/** Everything up to here is read. */
seq: number, };

/** Puts the caller's read marker where they want to read on, also back: "unread from here". */
export type ReadRewind = { 
/** Which room. */
room: RoomId, 
/** Everything up to here stays read: the seq before the first message that shall be unread. */
seq: number, };

/** Sets a new password, ends all sessions of that user and signs in. `expired` for links that are wrong, used or old, and
 * for those whose maker could not make them any more. */
export type RecoveryAccept = { 
/** Secret of the link. */
token: string, 
/** The password from now on. */
password: string, };

/** Makes a link with which somebody who forgot their password sets a new one; it ends the one made for them before. Only
 * an owner makes one for admins and owners, nobody makes one for themselves. `conflict` for bots, guests and disabled users. */
export type RecoveryCreate = { 
/** For whom. */
user: UserId, };

/** A new link's secret, which is told only now. */
export type RecoveryCreated = { 
/** Secret of the link: the page is `/reset/{token}`, its QR code `/api/qr/reset/{token}`. */
token: string, 
/** When it ends, in milliseconds since 1970: after a day. It works once. */
expires_at_ms: number, };

/** Tells whose password a link sets, without using it. */
export type RecoveryGet = { 
/** Secret of the link. */
token: string, };

/** Whose password a link sets. */
export type RecoveryPreview = { 
/** Name of the workspace. */
workspace: string, 
/** Their username. */
username: string, 
/** Their display name. */
name: string, };

/** Something the user wants to be reminded of: a text, a message, or both. */
export type Reminder = { 
/** Names it among the caller's. */
nonce: Nonce, 
/** When, in milliseconds since 1970. */
at_ms: number, 
/** What of; may be empty when it is a message. */
text: string, 
/** The message's room. */
room?: RoomId, 
/** The message. */
message?: number, 
/** Whether its time has come. */
due: boolean, };

/** A reminder is done, due or not. Again changes nothing. */
export type ReminderDone = { 
/** Which one. */
nonce: Nonce, };

/** Lists the caller's reminders that are not done: by time. */
export type ReminderList = Record<symbol, never>;

/** Sets a reminder, or sets the one of this nonce anew: for snoozing. The same one again changes nothing. */
export type ReminderSet = { 
/** Names the reminder. */
nonce: Nonce, 
/** When, in milliseconds since 1970: at most a year ahead. What is past is due at once. */
at_ms: number, 
/** What of, at most 500 characters; may be absent when a message is named. */
text?: string, 
/** The room of the message, of which the caller is a member. */
room?: RoomId, 
/** The message. */
message?: number, };

/** The caller's reminders. */
export type Reminders = { 
/** By time; at most 200. */
reminders: Array<Reminder>, 
/** Head of the caller's own log: entries up to here are counted in. */
head: number, };

/** What a user may do, from least to most. A user has one in the workspace and one in each room; the greater
 * counts in the room, where workspace roles below moderator add nothing. */
export type Role = "guest" | "member" | "moderator" | "admin" | "owner";

/** A room. The same for every viewer. */
export type Room = { 
/** Its id. */
id: RoomId, 
/** Who can find and enter it. */
kind: RoomKind, 
/** How it is shown and who writes in it. */
style: RoomStyle, 
/** Its name, unique among public rooms without regard to letter case; empty for direct ones. */
name: string, 
/** Its topic; may be empty. */
topic: string, 
/** Whether guests may join it (public rooms) and everyone who comes in as a guest finds it. */
guests: boolean, 
/** Whether it is archived: readable, not writable. */
archived: boolean, 
/** Whether links in it get previews. */
previews: boolean, 
/** How many members it has. */
members: number, 
/** The people of a direct room; empty for others. */
people: Array<UserId>, };

/** Changes a room; what is absent stays. */
export type RoomChange = { 
/** Chosen once per user action. */
nonce: Nonce, 
/** Which room. */
room: RoomId, 
/** What changes. */
change: RoomDelta, };

/** Creates a public or private room; the caller is its first member and moderates it. */
export type RoomCreate = { 
/** Chosen once per user action. */
nonce: Nonce, 
/** Public or private. */
kind: RoomKind, 
/** How it is shown; chat when absent. */
style?: RoomStyle, 
/** Its name: 1 to 60 characters; `conflict` if a public room has it, without regard to letter case. */
name: string, 
/** Its topic. */
topic?: string, 
/** Whether guests may join it. */
guests?: boolean, 
/** Others who are members from the start. */
members?: Array<UserId>, };

/** What changed in a room; what is absent stayed. */
export type RoomDelta = { 
/** New name. */
name?: string, 
/** New topic. */
topic?: string, 
/** New style. */
style?: RoomStyle, 
/** Whether guests may join now. */
guests?: boolean, 
/** Whether it is archived now. */
archived?: boolean, 
/** Whether links in it get previews from now on. */
previews?: boolean, };

/** Opens the direct room of the caller and these people: the one there is, or a new one. */
export type RoomDirect = { 
/** Chosen once per user action. */
nonce: Nonce, 
/** The others; the caller alone (an empty list) makes a room for notes. */
users: Array<UserId>, };

/** Pushed to a room that changed in the last seconds: where its log ends, so that a lost last push shows too. */
export type RoomHead = { 
/** The room. */
room: RoomId, 
/** The seq of its last entry. */
seq: number, };

/** Reads a page of a room's timeline. Replies that stand only in a thread are left out, except in flat rooms. */
export type RoomHistory = { 
/** Which room. */
room: RoomId, 
/** Which part. */
from: Anchor, 
/** How many items, 1 to 100. */
limit: number, };

/** Names a room.
 *
 * A random number below 2^63; on the wire a decimal string, since JavaScript's numbers end at 2^53. */
export type RoomId = string;

/** Joins a public room. */
export type RoomJoin = { 
/** Chosen once per user action. */
nonce: Nonce, 
/** Which room. */
room: RoomId, };

/** Who can find and enter a room. */
export type RoomKind = "public" | "private" | "direct";

/** Leaves a room that is not direct. */
export type RoomLeave = { 
/** Chosen once per user action. */
nonce: Nonce, 
/** Which room. */
room: RoomId, };

/** Lists the rooms that the caller could join, by name; guests see those open to guests. */
export type RoomList = { 
/** Archived rooms too. */
archived?: boolean, };

/** A room in a list, with whether the caller is in it. */
export type RoomListing = { 
/** The room. */
room: Room, 
/** Whether the caller is a member. */
joined: boolean, };

/** A member of a room. */
export type RoomMember = { 
/** Who. */
user: User, 
/** Role in the room: guest, member or moderator. */
role: Role, };

/** A room that was created or found. */
export type RoomOpened = { 
/** The room. */
room: Room, };

/** Sets what the caller wants of some of their rooms, and their folders, all of it or none. It says how it shall be, so
 * that a repeat changes nothing. */
export type RoomPrefer = { 
/** At most 200, of rooms that the caller is in. */
rooms?: Array<RoomPreference>, 
/** All folders from top to bottom, at most 50, in the place of those before. Absent: they stay. */
folders?: Array<Folder>, };

/** What a user wants of one of their rooms. Only they see it; it ends when they leave the room. */
export type RoomPreference = { 
/** The room. */
room: RoomId, 
/** How much of it calls the user. */
level: Level, 
/** Whether it stands among the favourites. */
favourite: boolean, 
/** The folder that it stands in unless it is a favourite. One that is not there any more is none. */
folder?: Nonce, 
/** Its place where it stands, the least first; rooms without one follow in the usual order. */
place?: number, };

/** A room as the caller has it. */
export type RoomState = { 
/** The room. */
room: Room, 
/** The caller's role in it: the greater of the room's and the workspace's. */
role: Role, 
/** Where the caller stands. */
unread: Unread, 
/** Where they stand in the threads here that they follow, by root. */
threads: Array<Followed>, 
/** The newest items. */
page: Page, };

/** How a room is shown and who writes in it. */
export type RoomStyle = "chat" | "read_only" | "feed" | "flat";

/** What was missed in one room. */
export type RoomSync = { "how": "entries", 
/** The room. */
room: RoomId, 
/** By seq. */
entries: Array<Entry>, 
/** Where the caller stands. */
unread: Unread, } | { "how": "reset" } & RoomState;

/** Rooms that the caller could join. */
export type Rooms = { 
/** By name. */
rooms: Array<RoomListing>, };

/** A page of saved messages. */
export type Saved = { 
/** The one saved last comes first. */
messages: Array<Message>, 
/** Everyone that they name. */
users: Array<User>, 
/** Cursor of the next page; absent on the last one. */
next?: number, };

/** Lists the caller's saved messages in rooms that they are in; deleted ones are left out. */
export type SavedList = { 
/** Continue after a page: its `next`. */
before?: number, 
/** How many, 1 to 50. */
limit: number, };

/** A message that is sent later. Its nonce names it, and becomes the message's nonce. */
export type Scheduled = { 
/** Names it among the caller's. */
nonce: Nonce, 
/** Where it is to be said. */
room: RoomId, 
/** Source text (Markdown). */
text: string, 
/** The message it answers. */
reply_to?: number, 
/** When it is sent, in milliseconds since 1970. */
at_ms: number, 
/** Why it could not be sent when it was due. It waits for `scheduled:change` or `scheduled:delete`. */
failed?: Code, };

/** Changes the text or the time of a scheduled message; what is absent stays. One that failed waits again. */
export type ScheduledChange = { 
/** Which one. */
nonce: Nonce, 
/** New text. */
text?: string, 
/** New time, in milliseconds since 1970; 0 sends it at once. */
at_ms?: number, };

/** Schedules a message. At its time it is sent as the caller, with their rights at that time, exactly once. */
export type ScheduledCreate = { 
/** Where to say it. */
room: RoomId, 
/** The message's nonce. */
nonce: Nonce, 
/** Markdown, at most 4,000 characters. */
text: string, 
/** The message it answers. */
reply_to?: number, 
/** When to send it, in milliseconds since 1970: at most a year ahead. What is past is sent at once. */
at_ms: number, };

/** Deletes a scheduled message: it is not sent. Deleting it again changes nothing. */
export type ScheduledDelete = { 
/** Which one. */
nonce: Nonce, };

/** Lists the caller's scheduled messages: by time, those that failed too. */
export type ScheduledList = Record<symbol, never>;

/** The caller's scheduled messages. */
export type ScheduledMessages = { 
/** By time; at most 100. */
scheduled: Array<Scheduled>, 
/** Head of the caller's own log: entries up to here are counted in. */
head: number, };

/** A signed-in device of the caller. */
export type Session = { 
/** Names the session in `session:revoke`. */
id: SessionId, 
/** Whether this is the session that asks. */
current: boolean, 
/** What the device called itself (its `User-Agent`, cut at 256 characters). */
device: string, 
/** When it signed in, in milliseconds since 1970. */
created_at_ms: number, 
/** When it was last seen, in milliseconds since 1970; exact to the minute. */
seen_at_ms: number, };

/** Signs in with a password. Sets the session cookie. */
export type SessionCreate = { 
/** Username; letter case does not matter. */
username: string, 
/** Password. */
password: string, };

/** Ends the caller's session: signs out. */
export type SessionEnd = Record<symbol, never>;

/** Pushed to a socket before it is closed for good: signing in again is needed. */
export type SessionEnded = { 
/** Why. */
why: Ended, };

/** Names a session in lists. Not the secret that signs in.
 *
 * A random number below 2^63; on the wire a decimal string, since JavaScript's numbers end at 2^53. */
export type SessionId = string;

/** Lists the caller's sessions, last seen first. */
export type SessionList = Record<symbol, never>;

/** Ends one of the caller's sessions. */
export type SessionRevoke = { 
/** Which one. */
session: SessionId, };

/** Ends all of the caller's sessions but this one. */
export type SessionRevokeOthers = Record<symbol, never>;

/** The caller's sessions. */
export type Sessions = { 
/** Last seen first. */
sessions: Array<Session>, };

/** What a user set for themselves; the same on all of their devices. */
export type Settings = { 
/** Colour scheme. */
theme: Theme, 
/** Whether a new message makes a sound. */
sound: boolean, 
/** Whether single-letter keys act on a focused message. */
letter_keys: boolean, 
/** For how many seconds a message can be called back before it is sent: 0, 5, 10 or 20. */
undo_send_s: number, 
/** Whether the composer shows its toolbar. */
toolbar: boolean, };

/** Replaces the caller's settings. */
export type SettingsChange = { 
/** All settings. */
settings: Settings, };

/** The caller is signed in. Browsers get the session in a cookie; scripts that ask with `X-Parlor-Token: 1` get it as `token`. */
export type SignedIn = { 
/** Who signed in. */
user: User, 
/** The session's secret, for `auth: {token}` or `Authorization: Bearer`; only when it was asked for. */
token?: string, };

/** Tells what the client has; the answer is what it misses. Sent on every connect, on a gap and after `lagged`.
 *
 * The socket gets pushes from the moment it connects, so merging the answer with them by seq loses nothing. */
export type Sync = { 
/** The epoch that the cursors belong to; absent on a first start. */
epoch?: string, 
/** Last applied seq of the caller's own log; 0 on a first start. */
me?: number, 
/** Last applied seq of each room that the client holds. Rooms of the caller that are not named come as `reset`. */
rooms: { [key in string]: number }, 
/** Only the rooms named: for repairing one gap. */
only?: boolean, 
/** How many items a room's `reset` shall have, 0 to 100. */
items?: number, };

/** What the client missed. */
export type Synced = { 
/** The database's epoch. When it is not the client's: all it held is void, and everything here is a reset. */
epoch: string, 
/** Who the caller is. */
me: UserId, 
/** The caller's own log. */
mine: MySync, 
/** Rooms in which something was missed. */
rooms: Array<RoomSync>, 
/** Rooms that were named and are not the caller's (any more): drop them. */
gone: Array<RoomId>, 
/** Everyone that the answer names. */
users: Array<User>, 
/** The workspace. */
workspace: Workspace, 
/** Not everything fitted in: apply this, then sync again with the new cursors. */
more: boolean, };

/** Colour scheme of the web client. */
export type Theme = "system" | "light" | "dark";

/** Follows a thread: its replies are counted, from now on. Who starts a thread, replies or is mentioned in it follows it. */
export type ThreadFollow = { 
/** Which room. */
room: RoomId, 
/** The root message. */
thread: number, 
/** Chosen once per user action. */
nonce: Nonce, };

/** Reads a page of a thread: its replies, also those that stand in the room. The root is in `quoted`. */
export type ThreadHistory = { 
/** Which room. */
room: RoomId, 
/** The root message. */
thread: number, 
/** Which part. */
from: Anchor, 
/** How many replies, 1 to 100. */
limit: number, };

/** Lists the threads that the caller follows, in all their rooms, the one with the latest reply first. */
export type ThreadList = { 
/** Continue after a page: its `next`. */
before?: string, 
/** How many, 1 to 50. */
limit: number, };

/** A followed thread in a list. */
export type ThreadListing = { 
/** Its root, with the summary of its replies. */
root: Message, 
/** The last reply that was not deleted. */
last?: Message, 
/** Where the caller stands in it. */
unread: Unread, };

/** Moves the caller's read marker in a followed thread forward, and counts again. It never goes back. */
export type ThreadMark = { 
/** Which room. */
room: RoomId, 
/** The root message. */
thread: number, 
/** Every reply up to here is read. */
seq: number, };

/** What came of a message that is the root of a thread: a function of the room's log. */
export type ThreadSummary = { 
/** How many replies it has; deleted ones do not count. */
count: number, 
/** Seq of the reply that was written last, also if it was deleted since. */
last_seq: number, 
/** When that was, in milliseconds since 1970. */
last_at_ms: number, 
/** Who has replied, in the order of their first reply: the first five. */
people: Array<UserId>, };

/** Follows a thread no longer, until the caller replies or is mentioned in it. */
export type ThreadUnfollow = { 
/** Which room. */
room: RoomId, 
/** The root message. */
thread: number, 
/** Chosen once per user action. */
nonce: Nonce, };

/** A page of followed threads. */
export type Threads = { 
/** The one with the latest reply first. */
threads: Array<ThreadListing>, 
/** Everyone that they name. */
users: Array<User>, 
/** Cursor of the next page; absent on the last one. */
next?: string, };

/** Pushed to a room: somebody started or stopped typing. */
export type TypingChanged = { 
/** Where. */
room: RoomId, 
/** Who. */
user: UserId, 
/** Whether they type. */
typing: boolean, };

/** Says that the caller is typing; lasts 6 s. */
export type TypingStart = { 
/** Where. */
room: RoomId, };

/** Says that the caller stopped typing. */
export type TypingStop = { 
/** Where. */
room: RoomId, };

/** Where a user stands in a room or a thread: a function of the read marker and the log up to `head`.
 * In a room, replies that stand only in a thread do not count, unless the room is flat. */
export type Unread = { 
/** Everything up to here is read. */
marker: number, 
/** Messages of others after the marker. */
unread: number, 
/** Those among them that mention the user, and in direct rooms all of them. */
mentions: number, 
/** The log's head that was counted up to. */
head: number, };

/** How far an upload is. */
export type Upload = { 
/** Names the upload, and the file that it becomes. */
id: FileId, 
/** How many bytes are there: where the next `PATCH` goes on. */
offset: number, 
/** The file, once all bytes are there and were looked at. */
file?: File, 
/** Whether the file still has in it what its maker or their device wrote there, such as names, places and times. */
keeps_details?: boolean, };

/** Begins an upload: the body of `POST /api/uploads`, answered with an [`Upload`]. Nothing is sent before it is
 * known that the file will be taken. */
export type UploadCreate = { 
/** Where it is to be posted: the caller must be allowed to write there. */
room: RoomId, 
/** Its name, for people; at most 200 characters are kept. */
name: string, 
/** How many bytes will come; at least 1. */
size: number, 
/** Content type that the sender takes it for. Only decides between film and sound where the content can't. */
type?: string, 
/** What the sender knows of a film or a sound. */
media?: UploadMedia, };

/** Tells how large a file may be, and how much room the caller's files have. */
export type UploadLimits = Record<symbol, never>;

/** What the sender of a film or a sound tells of it. Believed within bounds, since it is only shown. */
export type UploadMedia = { 
/** Whether it is a voice message. */
voice?: boolean, 
/** How long it lasts, in milliseconds; a day at most. */
duration_ms?: number, 
/** Pixels across, 1 to 16,384. */
width?: number, 
/** Pixels down, 1 to 16,384. */
height?: number, 
/** Loudness over its time, 0 to 100 each; at most 64 values. */
waveform?: Array<number>, };

/** How much may be uploaded. */
export type UploadRoom = { 
/** Bytes of one file at most. */
file_bytes: number, 
/** Bytes of all files of one user at most. */
quota_bytes: number, 
/** Bytes that the caller's files have now, unfinished uploads included. */
used_bytes: number, };

/** A user as others see them. */
export type User = { 
/** The user's id. */
id: UserId, 
/** Unique name, `[a-z0-9._-]{2,32}`, used in mentions. */
username: string, 
/** Display name. */
name: string, 
/** Role in the workspace. */
role: Role, 
/** Whether this is a program. */
bot: boolean, 
/** Whether the account is disabled: it can't sign in, its messages stay. */
disabled: boolean, 
/** Name of the picture, served at `/files/avatars/{avatar}`; absent without one. */
avatar?: string, 
/** Status text; may be empty. */
status: string, };

/** Changes a user's role in the workspace. Only an owner makes or unmakes admins and owners; the last owner stays. */
export type UserChangeRole = { 
/** Whose. */
user: UserId, 
/** The new role. */
role: Role, };

/** Disables a user: ends all sessions, closes all sockets, refuses new ones. Messages stay. */
export type UserDisable = { 
/** Whom. */
user: UserId, };

/** Lets a disabled user sign in again. */
export type UserEnable = { 
/** Whom. */
user: UserId, };

/** Looks users up by id. Those that the caller can't see are left out. */
export type UserGet = { 
/** Up to 200 ids. */
users: Array<UserId>, };

/** Names a user: a person, a guest or a bot.
 *
 * A random number below 2^63; on the wire a decimal string, since JavaScript's numbers end at 2^53. */
export type UserId = string;

/** Finds users whose name or username starts with a text, by name. Guests find only members of their rooms. */
export type UserList = { 
/** What the name starts with; everyone when absent or empty. */
query?: string, 
/** Continue after this username. */
after?: string, 
/** Disabled users too (admins only). */
disabled?: boolean, };

/** A page of users. */
export type Users = { 
/** At most 200. */
users: Array<User>, 
/** Whether there are more. */
more: boolean, };

/** What a message said from one time on. */
export type Version = { 
/** Seq of the entry that brought it: the message's own, or an edit's. */
seq: number, 
/** Since when, in milliseconds since 1970. */
at_ms: number, 
/** Source text (Markdown). */
text: string, 
/** The text as safe HTML. */
html: string, };

/** The versions of a message. A deleted one has none. */
export type Versions = { 
/** The newest first: the text as it is now, unless `before` was given. */
versions: Array<Version>, 
/** Whether there are earlier ones. */
more: boolean, };

/** What members know of the workspace. */
export type Workspace = { 
/** Its name. */
name: string, 
/** Its door. */
door: Door, 
/** How often its own emoji were changed: with another number than before, `emoji:list` tells others. */
emoji: number, };

/** Changes the workspace; what is absent stays. */
export type WorkspaceChange = { 
/** New name. */
name?: string, 
/** New door. */
door?: Door, };

/** Sets the workspace up and makes its owner. Works once, with the token of the link that the server printed. */
export type WorkspaceSetUp = { 
/** Token of the set-up link. */
token: string, 
/** Name of the workspace. */
workspace: string, 
/** Display name of the owner. */
name: string, 
/** Username of the owner. */
username: string, 
/** Password of the owner. */
password: string, };

/** A durable write was done: it is on disk at this place of the room's log. */
export type Written = { 
/** The room. */
room: RoomId, 
/** Its place: of the entry itself, or the log's head when there was nothing to change. */
seq: number, };

/** Request and reply of every call. */
export interface Calls {
  "lobby:get": { request: LobbyGet; reply: Lobby };
  "workspace:set_up": { request: WorkspaceSetUp; reply: SignedIn };
  "workspace:change": { request: WorkspaceChange; reply: Workspace };
  "emoji:list": { request: EmojiList; reply: CustomEmoji };
  "emoji:remove": { request: EmojiRemove; reply: Done };
  "session:create": { request: SessionCreate; reply: SignedIn };
  "session:end": { request: SessionEnd; reply: Done };
  "session:list": { request: SessionList; reply: Sessions };
  "session:revoke": { request: SessionRevoke; reply: Done };
  "session:revoke_others": { request: SessionRevokeOthers; reply: Done };
  "guest:join": { request: GuestJoin; reply: SignedIn };
  "invite:get": { request: InviteGet; reply: InvitePreview };
  "invite:accept": { request: InviteAccept; reply: SignedIn };
  "invite:create": { request: InviteCreate; reply: InviteCreated };
  "invite:list": { request: InviteList; reply: Invites };
  "invite:revoke": { request: InviteRevoke; reply: Done };
  "password:change": { request: PasswordChange; reply: Done };
  "recovery:get": { request: RecoveryGet; reply: RecoveryPreview };
  "recovery:accept": { request: RecoveryAccept; reply: SignedIn };
  "recovery:create": { request: RecoveryCreate; reply: RecoveryCreated };
  "profile:change": { request: ProfileChange; reply: User };
  "settings:change": { request: SettingsChange; reply: Done };
  "user:get": { request: UserGet; reply: Users };
  "user:list": { request: UserList; reply: Users };
  "user:change_role": { request: UserChangeRole; reply: User };
  "user:disable": { request: UserDisable; reply: User };
  "user:enable": { request: UserEnable; reply: User };
  "bot:create": { request: BotCreate; reply: BotToken };
  "bot:rotate": { request: BotRotate; reply: BotToken };
  "room:create": { request: RoomCreate; reply: RoomOpened };
  "room:direct": { request: RoomDirect; reply: RoomOpened };
  "room:list": { request: RoomList; reply: Rooms };
  "room:join": { request: RoomJoin; reply: Written };
  "room:leave": { request: RoomLeave; reply: Written };
  "room:change": { request: RoomChange; reply: Written };
  "room:history": { request: RoomHistory; reply: Page };
  "room:prefer": { request: RoomPrefer; reply: Done };
  "member:list": { request: MemberList; reply: Members };
  "member:add": { request: MemberAdd; reply: Written };
  "member:remove": { request: MemberRemove; reply: Written };
  "member:change": { request: MemberChange; reply: Written };
  "message:send": { request: MessageSend; reply: Written };
  "message:edit": { request: MessageEdit; reply: Written };
  "message:delete": { request: MessageDelete; reply: Written };
  "message:get": { request: MessageGet; reply: Messages };
  "message:versions": { request: MessageVersions; reply: Versions };
  "message:pin": { request: MessagePin; reply: Written };
  "message:unpin": { request: MessageUnpin; reply: Written };
  "pin:list": { request: PinList; reply: Pins };
  "message:save": { request: MessageSave; reply: Done };
  "message:unsave": { request: MessageUnsave; reply: Done };
  "saved:list": { request: SavedList; reply: Saved };
  "message:preview": { request: MessagePreview; reply: Preview };
  "message:search": { request: MessageSearch; reply: Found };
  "file:list": { request: FileList; reply: Files };
  "upload:limits": { request: UploadLimits; reply: UploadRoom };
  "thread:history": { request: ThreadHistory; reply: Page };
  "thread:follow": { request: ThreadFollow; reply: Written };
  "thread:unfollow": { request: ThreadUnfollow; reply: Written };
  "thread:mark": { request: ThreadMark; reply: Unread };
  "thread:list": { request: ThreadList; reply: Threads };
  "catchup:put_away": { request: CatchupPutAway; reply: Written };
  "catchup:list": { request: CatchupList; reply: AllPutAway };
  "mention:list": { request: MentionList; reply: Mentions };
  "preview:remove": { request: PreviewRemove; reply: Written };
  "reaction:add": { request: ReactionAdd; reply: Written };
  "reaction:remove": { request: ReactionRemove; reply: Written };
  "poll:vote": { request: PollVote; reply: Written };
  "poll:close": { request: PollClose; reply: Written };
  "poll:mine": { request: PollMine; reply: PollChoices };
  "read:mark": { request: ReadMark; reply: Unread };
  "read:rewind": { request: ReadRewind; reply: Unread };
  "read:get": { request: ReadGet; reply: Unread };
  "draft:set": { request: DraftSet; reply: Done };
  "scheduled:create": { request: ScheduledCreate; reply: Scheduled };
  "scheduled:list": { request: ScheduledList; reply: ScheduledMessages };
  "scheduled:change": { request: ScheduledChange; reply: Scheduled };
  "scheduled:delete": { request: ScheduledDelete; reply: Done };
  "reminder:set": { request: ReminderSet; reply: Reminder };
  "reminder:list": { request: ReminderList; reply: Reminders };
  "reminder:done": { request: ReminderDone; reply: Done };
  "sync": { request: Sync; reply: Synced };
  "typing:start": { request: TypingStart; reply: Done };
  "typing:stop": { request: TypingStop; reply: Done };
  "presence:set": { request: PresenceSet; reply: Done };
  "presence:watch": { request: PresenceWatch; reply: Presences };
}

/** Payload of every push. */
export interface Pushes {
  "room:created": Entry;
  "room:changed": Entry;
  "member:joined": Entry;
  "member:left": Entry;
  "member:changed": Entry;
  "message:created": Entry;
  "message:edited": Entry;
  "message:deleted": Entry;
  "message:previewed": Entry;
  "message:pinned": Entry;
  "message:unpinned": Entry;
  "reaction:added": Entry;
  "reaction:removed": Entry;
  "poll:voted": Entry;
  "poll:closed": Entry;
  "my:room_joined": MyEntry;
  "my:room_left": MyEntry;
  "my:read_marked": MyEntry;
  "my:thread_followed": MyEntry;
  "my:thread_unfollowed": MyEntry;
  "my:thread_marked": MyEntry;
  "my:message_saved": MyEntry;
  "my:message_unsaved": MyEntry;
  "my:rooms_preferred": MyEntry;
  "my:put_away": MyEntry;
  "my:settings_changed": MyEntry;
  "my:reminder_set": MyEntry;
  "my:reminder_due": MyEntry;
  "my:reminder_done": MyEntry;
  "my:draft_changed": MyEntry;
  "my:scheduled_set": MyEntry;
  "my:scheduled_deleted": MyEntry;
  "my:scheduled_sent": MyEntry;
  "room:head": RoomHead;
  "user:changed": User;
  "workspace:changed": Workspace;
  "presence:changed": PresenceChanged;
  "typing:changed": TypingChanged;
  "lagged": Lagged;
  "session:ended": SessionEnded;
}

export const MESSAGE_BYTES = 16384;
export const MESSAGE_CHARS = 4000;
export const REACTIONS_PER_MESSAGE = 20;
export const CUSTOM_EMOJI = 500;
export const EMOJI_NAME_MIN_CHARS = 2;
export const EMOJI_NAME_MAX_CHARS = 32;
export const EMOJI_PICTURE_BYTES = 1048576;
export const POLL_OPTIONS = 10;
export const POLL_OPTION_CHARS = 100;
export const ROOM_NAME_CHARS = 60;
export const TOPIC_CHARS = 250;
export const NAME_CHARS = 50;
export const USERNAME_MIN_CHARS = 2;
export const USERNAME_MAX_CHARS = 32;
export const STATUS_CHARS = 100;
export const PASSWORD_MIN_CHARS = 8;
export const PASSWORD_MAX_CHARS = 256;
export const DIRECT_PEOPLE = 20;
export const PREFERENCES_PER_CALL = 200;
export const FOLDERS_PER_USER = 50;
export const FOLDER_CHARS = 40;
export const WATCHED_USERS = 500;
export const HISTORY_ITEMS = 100;
export const SYNC_ENTRIES = 500;
export const FILES_PER_MESSAGE = 10;
export const FILE_BYTES = 26214400;
export const FILE_NAME_CHARS = 200;
export const ALT_CHARS = 500;
export const WAVEFORM_BARS = 64;
export const AVATAR_BYTES = 5242880;
export const PUT_AWAY_PER_USER = 500;
export const REMINDER_CHARS = 500;
export const DRAFT_BYTES = 32768;
export const AHEAD_MS = 31622400000;
export const TYPING_MS = 6000;
