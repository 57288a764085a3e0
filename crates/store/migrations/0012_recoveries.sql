-- The link with which somebody sets a new password: one for each user, the newest. Only the hash of its token is kept.
-- by: who made it; nobody when it was made at the machine.
CREATE TABLE recoveries (
    user INTEGER PRIMARY KEY REFERENCES users (id),
    hash BLOB NOT NULL UNIQUE,
    "by" INTEGER REFERENCES users (id),
    expires_at INTEGER NOT NULL
) STRICT;
