-- Seq of the entry that pinned the message.
ALTER TABLE messages ADD COLUMN pinned INTEGER;
CREATE INDEX pins ON messages (key) WHERE pinned IS NOT NULL;

-- What users keep for themselves. seq: of the entry in the user's own log; key: the message's.
CREATE TABLE saved (
    user INTEGER NOT NULL,
    key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (user, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX saved_by_time ON saved (user, seq);
