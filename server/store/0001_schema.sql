-- One row per clip: its own fields as msgpack in body, and what queries and counters need beside it.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE
) WITHOUT ROWID;

CREATE TABLE clips (
    id TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    author TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at REAL NOT NULL,
    root TEXT NOT NULL,
    parent TEXT,
    body BLOB NOT NULL,
    likes INTEGER NOT NULL DEFAULT 0,
    comments INTEGER NOT NULL DEFAULT 0,
    remixes INTEGER NOT NULL DEFAULT 0,
    views INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX clips_by_time ON clips (created_at, id) WHERE status IN ('queued', 'live', 'done');
CREATE INDEX clips_by_status ON clips (status, created_at);
CREATE INDEX clips_by_root ON clips (root, created_at);

CREATE TABLE likes (
    clip TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (clip, person)
) WITHOUT ROWID;

CREATE TABLE views (
    clip TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (clip, person)
) WITHOUT ROWID;

CREATE TABLE comments (
    id TEXT PRIMARY KEY,
    clip TEXT NOT NULL,
    author TEXT NOT NULL,
    handle TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at REAL NOT NULL
);
CREATE INDEX comments_by_time ON comments (clip, created_at, id);

-- The log: id is the order of commits over all topics, seq is gapless within a topic.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event BLOB NOT NULL,
    UNIQUE (topic, seq)
);

CREATE TABLE answers (
    key TEXT PRIMARY KEY,
    answer BLOB NOT NULL,
    kept_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX answers_by_time ON answers (kept_at);
