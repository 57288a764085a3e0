-- What users have put away of what is unread. message: the one that mentions them, or 0. thread: its root, or 0. until:
-- NULL is done for good. seq: the entry of the user's log that did it, so that the first one can make room.
CREATE TABLE put_away (
    user INTEGER NOT NULL,
    room INTEGER NOT NULL,
    message INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    until INTEGER,
    seq INTEGER NOT NULL,
    PRIMARY KEY (user, room, message, thread)
) WITHOUT ROWID, STRICT;
