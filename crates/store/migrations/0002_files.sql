-- Uploads and the files that they become. blob: name of the bytes on disk, of 32 hexadecimal digits.
-- bytes: as promised while the upload runs, then as stored. file: the finished file as it stands in entries.
-- state: 0 loose (in no message yet, its owner's alone), 1 posted, 2 condemned: nobody's, its bytes go next.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    blob TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    mime TEXT NOT NULL,
    media TEXT NOT NULL,
    file TEXT,
    state INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_by_owner ON files (owner, state, bytes);
CREATE INDEX loose_files ON files (created_at) WHERE state = 0;
CREATE INDEX condemned_files ON files (id) WHERE state = 2;

-- Which live messages hold which files; shown: whether it is an image or a film.
CREATE TABLE attachments (
    key INTEGER NOT NULL,
    place INTEGER NOT NULL,
    file INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    PRIMARY KEY (key, place)
) WITHOUT ROWID, STRICT;
CREATE INDEX attachments_by_file ON attachments (file);
CREATE INDEX attachments_shown ON attachments (shown, key);
