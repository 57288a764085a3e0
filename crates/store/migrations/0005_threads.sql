-- thread: key of the root, for a reply in a thread. in_room: whether it stands in the room's timeline.
ALTER TABLE messages ADD COLUMN thread INTEGER;
ALTER TABLE messages ADD COLUMN in_room INTEGER NOT NULL DEFAULT 1;
-- Both end in the message's key: a page of a room's timeline or of a thread is one walk along them, however many other
-- messages stand between.
CREATE INDEX timeline ON messages (in_room) WHERE in_room = 1;
CREATE INDEX replies ON messages (thread) WHERE thread IS NOT NULL;

-- What came of a message that is the root of a thread. last: seq of the last reply. people: ids of the first who replied.
CREATE TABLE threads (
    root INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    last INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    people BLOB NOT NULL
) STRICT;

-- Who follows which thread, and up to where they have read it.
CREATE TABLE follows (
    user INTEGER NOT NULL,
    root INTEGER NOT NULL,
    marker INTEGER NOT NULL,
    PRIMARY KEY (user, root)
) WITHOUT ROWID, STRICT;
