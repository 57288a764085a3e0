-- Custom emoji: each is a picture's file under the name that texts and reactions call it by.
CREATE TABLE emoji (
    name TEXT PRIMARY KEY,
    picture TEXT NOT NULL,
    "by" INTEGER NOT NULL REFERENCES users (id),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How often they were changed.
ALTER TABLE workspace ADD COLUMN emoji INTEGER NOT NULL DEFAULT 0;
