-- What people wish to see more or less of in their feed, and how they want it ordered. traits: a JSON
-- list of what a clip must have.
CREATE TABLE wishes (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    polarity TEXT NOT NULL,
    said TEXT NOT NULL,
    traits TEXT NOT NULL,
    made_at REAL NOT NULL,
    until REAL
);
CREATE INDEX wishes_by_person ON wishes (person, made_at, id);
CREATE INDEX wishes_by_end ON wishes (until);
CREATE TABLE feed_choices (
    person TEXT PRIMARY KEY,
    feed_order TEXT NOT NULL,
    personal INTEGER NOT NULL
);
