//! Limits that both sides know. The web client reads them from the generated TypeScript.

/// Bytes of a message's text after normalisation, in UTF-8.
pub const MESSAGE_BYTES: usize = 16 * 1024;
/// Characters (Unicode scalar values) of a message's text.
pub const MESSAGE_CHARS: usize = 4_000;
/// Different emoji on one message.
pub const REACTIONS_PER_MESSAGE: usize = 20;
/// Options of a poll.
pub const POLL_OPTIONS: usize = 10;
/// Characters of an option of a poll.
pub const POLL_OPTION_CHARS: usize = 100;
/// Bytes of one emoji, joined sequences included.
pub const EMOJI_BYTES: usize = 64;
/// Custom emoji of the workspace.
pub const CUSTOM_EMOJI: usize = 500;
/// Characters of a custom emoji's name at least; `[a-z0-9_+-]` throughout.
pub const EMOJI_NAME_MIN_CHARS: usize = 2;
/// Characters of a custom emoji's name at most.
pub const EMOJI_NAME_MAX_CHARS: usize = 32;
/// Bytes of a picture that becomes a custom emoji.
pub const EMOJI_PICTURE_BYTES: usize = 1024 * 1024;
/// Edits of one message.
pub const EDITS_PER_MESSAGE: usize = 100;
/// Pinned messages of one room.
pub const PINS_PER_ROOM: usize = 100;
/// Saved messages of one user.
pub const SAVED_PER_USER: usize = 1_000;
/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 64;
/// Characters of a room's name.
pub const ROOM_NAME_CHARS: usize = 60;
/// Characters of a room's topic.
pub const TOPIC_CHARS: usize = 250;
/// Characters of a display name.
pub const NAME_CHARS: usize = 50;
/// Characters of a username at least; `[a-z0-9._-]` throughout.
pub const USERNAME_MIN_CHARS: usize = 2;
/// Characters of a username at most.
pub const USERNAME_MAX_CHARS: usize = 32;
/// Characters of a status text.
pub const STATUS_CHARS: usize = 100;
/// Characters of a password at least.
pub const PASSWORD_MIN_CHARS: usize = 8;
/// Characters of a password at most.
pub const PASSWORD_MAX_CHARS: usize = 256;
/// Users in a group direct room, the creator included.
pub const DIRECT_PEOPLE: usize = 20;
/// Users named in one call.
pub const USERS_PER_CALL: usize = 200;
/// Users whose presence one socket may watch.
pub const WATCHED_USERS: usize = 500;
/// Sessions of one user; the one idle for longest makes room.
pub const SESSIONS_PER_USER: usize = 50;
/// Items in one page of history.
pub const HISTORY_ITEMS: usize = 100;
/// Entries of one room that a sync replays; beyond it the room is reset.
pub const SYNC_ENTRIES: usize = 500;
/// Threads of one room that a user follows; the oldest one makes room.
pub const THREADS_FOLLOWED: usize = 500;
/// Characters of a search query.
pub const QUERY_CHARS: usize = 256;
/// Rooms that one call sets preferences of.
pub const PREFERENCES_PER_CALL: usize = 200;
/// Folders in one user's side bar.
pub const FOLDERS_PER_USER: usize = 50;
/// Characters of a folder's name.
pub const FOLDER_CHARS: usize = 40;
/// Bytes of one packet or request body.
pub const PAYLOAD_BYTES: usize = 64 * 1024;
/// Bytes of an uploaded avatar before it is re-encoded.
pub const AVATAR_BYTES: usize = 5 * 1024 * 1024;
/// Files of one message.
pub const FILES_PER_MESSAGE: usize = 10;
/// Bytes of one file, unless the server is configured otherwise.
pub const FILE_BYTES: u64 = 25 * 1024 * 1024;
/// Characters of a file's name.
pub const FILE_NAME_CHARS: usize = 200;
/// Characters of the words that stand for a file.
pub const ALT_CHARS: usize = 500;
/// Loudnesses in a waveform.
pub const WAVEFORM_BARS: usize = 64;
/// Uploads of one user that are in no message yet.
pub const LOOSE_UPLOADS: usize = 100;
/// How long an upload is kept that is in no message, in milliseconds.
pub const UPLOAD_KEPT_MS: u64 = 24 * 3_600_000;
/// Links of one message that get a preview.
pub const PREVIEWS_PER_MESSAGE: usize = 3;
/// Characters of a preview's title.
pub const PREVIEW_TITLE_CHARS: usize = 200;
/// Characters of a preview's text.
pub const PREVIEW_TEXT_CHARS: usize = 300;
/// Characters of what a preview's site calls itself.
pub const PREVIEW_SITE_CHARS: usize = 60;
/// Bytes of a draft's text.
pub const DRAFT_BYTES: usize = 32 * 1024;
/// Drafts of one user.
pub const DRAFTS_PER_USER: usize = 200;
/// Scheduled messages of one user.
pub const SCHEDULED_PER_USER: usize = 100;
/// Reminders of one user that are not done.
pub const REMINDERS_PER_USER: usize = 200;
/// Unread things that one user has put away; the first one makes room.
pub const PUT_AWAY_PER_USER: usize = 500;
/// Characters of a reminder's text.
pub const REMINDER_CHARS: usize = 500;
/// How far ahead something may be scheduled, in milliseconds: a year.
pub const AHEAD_MS: u64 = 366 * 24 * 3_600_000;
/// How long a typing mark lasts without another one, in milliseconds.
pub const TYPING_MS: u64 = 6_000;

/// Name, value and meaning of each limit that is generated for clients.
pub const GENERATED: &[(&str, u64)] = &[
    ("MESSAGE_BYTES", MESSAGE_BYTES as u64),
    ("MESSAGE_CHARS", MESSAGE_CHARS as u64),
    ("REACTIONS_PER_MESSAGE", REACTIONS_PER_MESSAGE as u64),
    ("CUSTOM_EMOJI", CUSTOM_EMOJI as u64),
    ("EMOJI_NAME_MIN_CHARS", EMOJI_NAME_MIN_CHARS as u64),
    ("EMOJI_NAME_MAX_CHARS", EMOJI_NAME_MAX_CHARS as u64),
    ("EMOJI_PICTURE_BYTES", EMOJI_PICTURE_BYTES as u64),
    ("POLL_OPTIONS", POLL_OPTIONS as u64),
    ("POLL_OPTION_CHARS", POLL_OPTION_CHARS as u64),
    ("ROOM_NAME_CHARS", ROOM_NAME_CHARS as u64),
    ("TOPIC_CHARS", TOPIC_CHARS as u64),
    ("NAME_CHARS", NAME_CHARS as u64),
    ("USERNAME_MIN_CHARS", USERNAME_MIN_CHARS as u64),
    ("USERNAME_MAX_CHARS", USERNAME_MAX_CHARS as u64),
    ("STATUS_CHARS", STATUS_CHARS as u64),
    ("PASSWORD_MIN_CHARS", PASSWORD_MIN_CHARS as u64),
    ("PASSWORD_MAX_CHARS", PASSWORD_MAX_CHARS as u64),
    ("DIRECT_PEOPLE", DIRECT_PEOPLE as u64),
    ("PREFERENCES_PER_CALL", PREFERENCES_PER_CALL as u64),
    ("FOLDERS_PER_USER", FOLDERS_PER_USER as u64),
    ("FOLDER_CHARS", FOLDER_CHARS as u64),
    ("WATCHED_USERS", WATCHED_USERS as u64),
    ("HISTORY_ITEMS", HISTORY_ITEMS as u64),
    ("SYNC_ENTRIES", SYNC_ENTRIES as u64),
    ("FILES_PER_MESSAGE", FILES_PER_MESSAGE as u64),
    ("FILE_BYTES", FILE_BYTES),
    ("FILE_NAME_CHARS", FILE_NAME_CHARS as u64),
    ("ALT_CHARS", ALT_CHARS as u64),
    ("WAVEFORM_BARS", WAVEFORM_BARS as u64),
    ("AVATAR_BYTES", AVATAR_BYTES as u64),
    ("PUT_AWAY_PER_USER", PUT_AWAY_PER_USER as u64),
    ("REMINDER_CHARS", REMINDER_CHARS as u64),
    ("DRAFT_BYTES", DRAFT_BYTES as u64),
    ("AHEAD_MS", AHEAD_MS),
    ("TYPING_MS", TYPING_MS),
];
