-- When a clip goes, as it says itself; NULL while it stays.
ALTER TABLE clips ADD COLUMN expires_at REAL;
CREATE INDEX clips_expiring ON clips (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE INDEX clips_kept ON clips (created_at, id)
    WHERE status NOT IN ('queued', 'live', 'failed', 'cancelled') AND expires_at IS NULL;
CREATE INDEX clips_unliked ON clips (created_at, id)
    WHERE status NOT IN ('queued', 'live', 'failed', 'cancelled') AND expires_at IS NULL
    AND likes + comments + remixes = 0;

-- Who viewed what, and when, so that it can be forgotten; views is what earlier releases write.
CREATE TABLE viewings (
    clip TEXT NOT NULL,
    person TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (clip, person)
) WITHOUT ROWID;
CREATE INDEX viewings_by_time ON viewings (at);

-- How far the log had come at a time.
CREATE TABLE event_marks (
    at REAL PRIMARY KEY,
    event INTEGER NOT NULL
) WITHOUT ROWID;
