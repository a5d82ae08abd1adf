-- Where lies what the feed has learned, and under which number of the lease.
CREATE TABLE learner_snapshots (
    name TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    blob TEXT NOT NULL,
    learned INTEGER NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
