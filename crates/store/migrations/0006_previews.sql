-- previews: key of the entry that told what a message's links lead to; unwanted: somebody took one off, none come again.
ALTER TABLE messages ADD COLUMN previews INTEGER;
ALTER TABLE messages ADD COLUMN previews_unwanted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX previews ON entries (target) WHERE kind = 23;

-- Whether links in a room get previews.
ALTER TABLE rooms ADD COLUMN previews INTEGER NOT NULL DEFAULT 1;
