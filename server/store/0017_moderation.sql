-- Who may decide about what others made. Given by '': whoever knows the operator's token.
CREATE TABLE roles (
    person TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at REAL NOT NULL
) WITHOUT ROWID;

-- What people report, each open once for a person and a thing; author: of the thing, whose clip it
-- is or is below. What was decided names its decision, what is there no more is gone.
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    reporter TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    clip TEXT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    at REAL NOT NULL,
    state TEXT NOT NULL,
    decision TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE UNIQUE INDEX reports_once ON reports (reporter, kind, subject) WHERE state = 'open';
CREATE INDEX reports_open ON reports (at, id) WHERE state = 'open';
CREATE INDEX reports_by_subject ON reports (kind, subject, at);
CREATE INDEX reports_by_reporter ON reports (reporter, at, id);
CREATE INDEX reports_by_author ON reports (author);
CREATE INDEX reports_by_clip ON reports (clip) WHERE clip <> '';
CREATE INDEX reports_by_decision ON reports (decision) WHERE decision <> '';
CREATE INDEX reports_by_time ON reports (at);

-- What was decided, by whom, and who took it back. Final: nothing can be brought back any more.
CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    clip TEXT NOT NULL,
    author TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    at REAL NOT NULL,
    final INTEGER NOT NULL,
    undone_at REAL,
    undone_by TEXT
) WITHOUT ROWID;
CREATE INDEX decisions_by_time ON decisions (at, id);
CREATE INDEX decisions_by_author ON decisions (author);
CREATE INDEX decisions_by_person ON decisions (decided_by);
CREATE INDEX decisions_due ON decisions (at) WHERE action = 'remove' AND final = 0 AND undone_at IS NULL;

-- Who saw a clip before it was withheld: it is private meanwhile, and no token opens it.
ALTER TABLE clips ADD COLUMN withheld TEXT;
-- Withheld comments lie beside the others: no list that forgets to ask can show them.
CREATE TABLE withheld_comments (
    id TEXT PRIMARY KEY,
    clip TEXT NOT NULL,
    author TEXT NOT NULL,
    handle TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at REAL NOT NULL,
    parent TEXT,
    edited_at REAL,
    likes INTEGER NOT NULL,
    replies INTEGER NOT NULL,
    decision TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX withheld_by_clip ON withheld_comments (clip);
CREATE INDEX withheld_by_author ON withheld_comments (author);
CREATE INDEX withheld_by_decision ON withheld_comments (decision);
-- Who may only read, and take back what is theirs.
CREATE TABLE suspensions (
    person TEXT PRIMARY KEY,
    decision TEXT NOT NULL
) WITHOUT ROWID;
ALTER TABLE notices ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
