-- Who holds rights, by a domain that they showed to be theirs.
CREATE TABLE right_holders (
    person TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    token TEXT NOT NULL,
    method TEXT NOT NULL,
    proved_at REAL,
    at REAL NOT NULL
) WITHOUT ROWID;

-- What they registered; body: as they said it, in JSON. Waits: not live until an operator has looked.
CREATE TABLE rights (
    id TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    conflicts TEXT NOT NULL,
    at REAL NOT NULL,
    decided_at REAL,
    note TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX rights_by_holder ON rights (holder, at, id);
CREATE INDEX rights_by_state ON rights (state, at, id);

-- By what spellings of entries are compared.
CREATE TABLE right_keys (
    key TEXT NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (key, entry)
) WITHOUT ROWID;
CREATE INDEX right_keys_by_entry ON right_keys (entry);

-- Who says that an entry is wrong.
CREATE TABLE right_contests (
    entry TEXT NOT NULL,
    person TEXT NOT NULL,
    words TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (entry, person)
) WITHOUT ROWID;
CREATE INDEX right_contests_by_person ON right_contests (person);

-- What happened in the registry, for everybody; the last number says whether rules have changed.
CREATE TABLE rights_log (
    seq INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    deed TEXT NOT NULL,
    entry TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    domain TEXT NOT NULL,
    mode TEXT NOT NULL
);
