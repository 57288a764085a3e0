-- Polls of live messages. tally: the final count of a closed poll with hidden names, as JSON.
CREATE TABLE polls (
    key INTEGER PRIMARY KEY,
    options INTEGER NOT NULL,
    multiple INTEGER NOT NULL,
    hidden INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0,
    tally TEXT
) STRICT;

-- Who has chosen what: one bit for each option. seq: of the entry that told. Where names are hidden, only until the poll
-- is closed.
CREATE TABLE votes (
    key INTEGER NOT NULL,
    user INTEGER NOT NULL,
    choices INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (key, user)
) WITHOUT ROWID, STRICT;
