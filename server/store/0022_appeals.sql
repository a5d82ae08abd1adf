-- Who asks that something withheld be looked at once more, once for a decision; whose clip it is or
-- is below. What came of it and who answered; gone: it is there no more.
CREATE TABLE appeals (
    decision TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    clip TEXT NOT NULL,
    author TEXT NOT NULL,
    words TEXT NOT NULL,
    at REAL NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    answered_by TEXT NOT NULL DEFAULT '',
    answered_at REAL
) WITHOUT ROWID;
CREATE INDEX appeals_open ON appeals (at, decision) WHERE state = 'open';
CREATE INDEX appeals_by_author ON appeals (author);
CREATE INDEX appeals_by_clip ON appeals (clip) WHERE clip <> '';
CREATE INDEX appeals_by_subject ON appeals (kind, subject);
CREATE INDEX appeals_by_answerer ON appeals (answered_by);
CREATE INDEX appeals_by_time ON appeals (at, decision);
-- That somebody saw a clip who has cleared it from their history, by a digest of both: seen once
-- more it is not counted twice.
CREATE TABLE cleared_views (
    digest TEXT PRIMARY KEY,
    clip TEXT NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX cleared_views_by_clip ON cleared_views (clip);
CREATE INDEX cleared_views_by_time ON cleared_views (at);
