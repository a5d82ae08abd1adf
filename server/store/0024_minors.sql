-- Who is a minor, by whose word: their own ('self') or an operator's ('operator').
CREATE TABLE minors (
    person TEXT PRIMARY KEY,
    said_by TEXT NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
