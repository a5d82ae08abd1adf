-- Presence checks that were begun: three a day.
CREATE TABLE presence_tries (
    person TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX presence_tries_by_person ON presence_tries (person, at);
CREATE INDEX presence_tries_by_time ON presence_tries (at);
-- Faces that their owners asked to be recognised by (purposes: JSON), until when: sealed under keys
-- that are in no database.
CREATE TABLE face_templates (
    person TEXT PRIMARY KEY,
    purposes TEXT NOT NULL,
    sealed BLOB NOT NULL,
    at REAL NOT NULL,
    until REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX face_templates_by_end ON face_templates (until);
-- Faces like one that was enrolled under another account: an operator looks at both.
CREATE TABLE face_matches (
    person TEXT PRIMARY KEY,
    other TEXT NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX face_matches_by_other ON face_matches (other);
-- People whose identity a verifier checked: subject is a digest of whom it knows them as, so that
-- one of them enrols once.
CREATE TABLE verified_identities (
    person TEXT PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    checked_by TEXT NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
