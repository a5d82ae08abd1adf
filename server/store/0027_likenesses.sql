-- Oldest: 27
-- A release that knows no consent would go on with what was taken back.
-- What was checked of somebody, how they are drawn (JSON) and who may (JSON); grant_seq: the entry
-- of the ledger that says so, 0 while nothing is lent.
CREATE TABLE likenesses (
    owner TEXT PRIMARY KEY,
    level TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    checked_at REAL NOT NULL,
    card TEXT NOT NULL DEFAULT '',
    terms TEXT NOT NULL DEFAULT '{}',
    grant_seq INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
-- People whom an owner approved (1), or who may not use it whatever the scope is (0).
CREATE TABLE likeness_people (
    owner TEXT NOT NULL,
    person TEXT NOT NULL,
    allowed INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (owner, person)
) WITHOUT ROWID;
CREATE INDEX likeness_people_by_person ON likeness_people (person);
-- Who asks for one use, of which purpose is a digest; state: open, yes, no or used.
CREATE TABLE likeness_asks (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    person TEXT NOT NULL,
    purpose TEXT NOT NULL,
    text TEXT NOT NULL,
    at REAL NOT NULL,
    state TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX likeness_asks_by_owner ON likeness_asks (owner, at, id);
CREATE INDEX likeness_asks_by_purpose ON likeness_asks (owner, person, purpose, at);
CREATE INDEX likeness_asks_by_person ON likeness_asks (person);
CREATE INDEX likeness_asks_by_time ON likeness_asks (at);
-- Whose likeness a clip shows, for whom, and under which entry of the ledger; reading (JSON): what
-- the policy read in the words.
CREATE TABLE likeness_uses (
    clip TEXT NOT NULL,
    owner TEXT NOT NULL,
    person TEXT NOT NULL,
    via TEXT NOT NULL,
    at REAL NOT NULL,
    grant_seq INTEGER NOT NULL,
    ask TEXT NOT NULL,
    reading TEXT NOT NULL,
    PRIMARY KEY (clip, owner, person)
) WITHOUT ROWID;
CREATE INDEX likeness_uses_by_owner ON likeness_uses (owner, at, clip);
CREATE INDEX likeness_uses_by_person ON likeness_uses (person);
-- Entries are only added. person: whom the fact is of, which it holds a digest of.
CREATE TABLE likeness_ledger (
    owner TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at REAL NOT NULL,
    fact TEXT NOT NULL,
    person TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (owner, seq)
) WITHOUT ROWID;
CREATE INDEX likeness_ledger_by_person ON likeness_ledger (person) WHERE person <> '';
-- Why a clip is withheld: each reason is lifted by itself, and the clip is seen again after the last.
CREATE TABLE withholdings (
    clip TEXT NOT NULL,
    reason TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (clip, reason)
) WITHOUT ROWID;
CREATE INDEX withholdings_by_time ON withholdings (reason, at);
INSERT INTO withholdings (clip, reason, at)
    SELECT id, 'report', 0 FROM clips WHERE withheld IS NOT NULL;
ALTER TABLE clips ADD COLUMN withheld_for TEXT;
UPDATE clips SET withheld_for = 'report' WHERE withheld IS NOT NULL;
-- What somebody takes back, until every clip of it is withheld; subject: a clip, a person, or empty.
CREATE TABLE likeness_withdrawals (
    owner TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (owner, what, subject)
) WITHOUT ROWID;
