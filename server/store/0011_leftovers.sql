-- Removed clips of which so much was written that it goes in several steps.
CREATE TABLE leftovers (
    clip TEXT PRIMARY KEY
) WITHOUT ROWID;

-- Without the list of statuses, which SQLite makes a table of for each like.
DROP INDEX clips_unliked;
CREATE INDEX clips_unnoticed ON clips (created_at, id)
    WHERE expires_at IS NULL AND likes + comments + remixes = 0;
