-- What users began to write. thread: 0 for the room itself. key: the entry that holds the text as it is now.
CREATE TABLE drafts (
    user INTEGER NOT NULL,
    room INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    text TEXT NOT NULL,
    reply_to INTEGER,
    key INTEGER NOT NULL,
    PRIMARY KEY (user, room, thread)
) WITHOUT ROWID, STRICT;

-- Messages that are sent at their time. failed: the code of why it could not be sent. A deleted one leaves its nonce,
-- so that a repeated call does not bring it back; one that was sent has its nonce among the others.
CREATE TABLE scheduled (
    user INTEGER NOT NULL,
    nonce TEXT NOT NULL,
    room INTEGER NOT NULL,
    text TEXT NOT NULL,
    reply_to INTEGER,
    at INTEGER NOT NULL,
    failed TEXT,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, nonce)
) WITHOUT ROWID, STRICT;
CREATE INDEX scheduled_by_time ON scheduled (at) WHERE failed IS NULL AND deleted = 0;

-- What users want to be reminded of. due: its time has come. One that is done leaves its nonce.
CREATE TABLE reminders (
    user INTEGER NOT NULL,
    nonce TEXT NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    room INTEGER,
    message INTEGER,
    due INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, nonce)
) WITHOUT ROWID, STRICT;
CREATE INDEX reminders_by_time ON reminders (at) WHERE due = 0 AND done = 0;
