-- Facts about this database: its epoch.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

CREATE TABLE workspace (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL,
    door INTEGER NOT NULL,
    lobby INTEGER NOT NULL,
    standing TEXT NOT NULL,
    standing_hash BLOB NOT NULL,
    set_up_at INTEGER NOT NULL
) STRICT;

-- Each room and each user has one log. Its small ordinal is the upper half of its entries' keys.
CREATE TABLE logs (
    ordinal INTEGER PRIMARY KEY,
    room INTEGER UNIQUE,
    user INTEGER UNIQUE,
    head INTEGER NOT NULL DEFAULT 0,
    CHECK ((room IS NULL) <> (user IS NULL))
) STRICT;

-- The log itself: key = ordinal << 32 | seq. All tables of rooms, members, messages and so on are folded from it.
CREATE TABLE entries (
    key INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    "by" INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    target INTEGER,
    body TEXT
) STRICT;
-- Lines of a timeline that are no messages, and the edits of a message.
CREATE INDEX lines ON entries (key) WHERE kind < 16;
CREATE INDEX edits ON entries (target) WHERE kind = 17;

-- What each author's nonces led to, for ever. once: 128 bits of SHA-256 of author and nonce.
CREATE TABLE nonces (
    once BLOB PRIMARY KEY,
    digest INTEGER NOT NULL,
    key INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    skeleton TEXT NOT NULL,
    folded TEXT NOT NULL,
    role INTEGER NOT NULL,
    bot INTEGER NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    avatar TEXT,
    status TEXT NOT NULL DEFAULT '',
    password TEXT,
    settings TEXT,
    created_at INTEGER NOT NULL,
    seen_at INTEGER
) STRICT;
CREATE UNIQUE INDEX users_by_look ON users (skeleton) WHERE disabled = 0;

-- Signed-in devices and bots' tokens. Only hashes of the tokens are kept.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    bot INTEGER NOT NULL,
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user, seen_at);
CREATE INDEX sessions_by_age ON sessions (seen_at) WHERE bot = 0;

CREATE TABLE invites (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    "by" INTEGER NOT NULL,
    role INTEGER NOT NULL,
    room INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    uses_left INTEGER,
    used INTEGER NOT NULL DEFAULT 0,
    revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX invites_by_age ON invites (created_at);

-- people: ids of a direct room's people, sorted, so that there is one room for the same people.
CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    style INTEGER NOT NULL,
    name TEXT NOT NULL,
    folded TEXT UNIQUE,
    topic TEXT NOT NULL,
    guests INTEGER NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0,
    members INTEGER NOT NULL DEFAULT 0,
    people BLOB UNIQUE
) STRICT;
CREATE INDEX public_rooms ON rooms (folded) WHERE kind = 0;

CREATE TABLE members (
    room INTEGER NOT NULL,
    user INTEGER NOT NULL,
    role INTEGER NOT NULL,
    marker INTEGER NOT NULL,
    PRIMARY KEY (room, user)
) WITHOUT ROWID, STRICT;
CREATE INDEX members_by_user ON members (user, room);

-- A message's text is in the body of its entry, or in that of its last edit (text_key).
CREATE TABLE messages (
    key INTEGER PRIMARY KEY,
    "by" INTEGER NOT NULL,
    text_key INTEGER,
    edited_at INTEGER,
    edits INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    mentions_room INTEGER NOT NULL DEFAULT 0,
    rev INTEGER NOT NULL
) STRICT;
CREATE INDEX room_mentions ON messages (key) WHERE mentions_room = 1;

CREATE TABLE mentions (user INTEGER NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (user, key)) WITHOUT ROWID, STRICT;

-- first: seq of the entry that brought the emoji to the message; seq: of the one that added this user.
CREATE TABLE reactions (
    key INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    user INTEGER NOT NULL,
    first INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (key, emoji, user)
) WITHOUT ROWID, STRICT;
