-- What people made of the clips before them, for their own feed: the newest of each person. Ids are
-- times in microseconds or the next free number, so that none is ever used again.
CREATE TABLE reactions (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    clip TEXT NOT NULL,
    kind TEXT NOT NULL,
    watched_ms INTEGER,
    served INTEGER NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX reactions_by_person ON reactions (person, id);
CREATE INDEX reactions_by_clip ON reactions (clip);
CREATE INDEX reactions_by_time ON reactions (at);
