-- Limits that people set for what they watch: those that hold, and those that hold from a time on.
CREATE TABLE watch_limits (
    person TEXT PRIMARY KEY,
    limits TEXT NOT NULL,
    later TEXT,
    later_at REAL
) WITHOUT ROWID;
-- What people with limits were sent on the day that is theirs now.
CREATE TABLE watch_days (
    person TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    seconds REAL NOT NULL,
    paused_until REAL NOT NULL,
    extended_until REAL NOT NULL
) WITHOUT ROWID;
-- Clips since the last pause of those who want one.
CREATE TABLE watched_clips (
    person TEXT NOT NULL,
    clip TEXT NOT NULL,
    PRIMARY KEY (person, clip)
) WITHOUT ROWID;
CREATE INDEX watched_clips_by_clip ON watched_clips (clip);
