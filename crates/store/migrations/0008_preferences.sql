-- What users want of their rooms; a row is there as long as it is not what everybody has. level: 0 all, 1 mentions,
-- 2 nothing. folder: the id of one of the user's folders, or of one that is gone.
CREATE TABLE preferences (
    user INTEGER NOT NULL,
    room INTEGER NOT NULL,
    level INTEGER NOT NULL,
    favourite INTEGER NOT NULL,
    folder TEXT,
    place INTEGER,
    PRIMARY KEY (user, room)
) WITHOUT ROWID, STRICT;

-- Folders of users' side bars. at: their places from top to bottom.
CREATE TABLE folders (
    user INTEGER NOT NULL,
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (user, at)
) WITHOUT ROWID, STRICT;
