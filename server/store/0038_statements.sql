-- What article 16 of the Digital Services Act asks of a notice: whether it says that the law is
-- broken, who says so, and that they mean it; what comes first on the desk has the higher priority.
ALTER TABLE reports ADD COLUMN unlawful INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reports ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN good_faith INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reports ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
CREATE INDEX reports_queue ON reports (priority DESC, at, id) WHERE state = 'open';

-- What article 17 asks of a decision. Cause: the decision of the clip that this one was made of;
-- family = 1: what was made of it is still to be held.
ALTER TABLE decisions ADD COLUMN ground TEXT NOT NULL DEFAULT 'terms';
ALTER TABLE decisions ADD COLUMN reference TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN notified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN until REAL;
ALTER TABLE decisions ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN family INTEGER NOT NULL DEFAULT 0;
CREATE INDEX decisions_by_subject ON decisions (kind, subject);
CREATE INDEX decisions_by_cause ON decisions (cause) WHERE cause <> '';
CREATE INDEX decisions_held ON decisions (at, id) WHERE action = 'hold' AND undone_at IS NULL;
CREATE INDEX decisions_family ON decisions (at) WHERE family = 1;
ALTER TABLE suspensions ADD COLUMN until REAL;
CREATE INDEX suspensions_ending ON suspensions (until) WHERE until IS NOT NULL;

-- What is not drawn again: the words and the seed of a clip that was taken away, as a digest.
CREATE TABLE withheld_recipes (
    digest TEXT NOT NULL,
    decision TEXT NOT NULL,
    PRIMARY KEY (digest, decision)
) WITHOUT ROWID;
CREATE INDEX withheld_recipes_by_decision ON withheld_recipes (decision);

-- What those who run the place did: added, and never changed but for who leaves. Each digest is over
-- the one before.
CREATE TABLE operator_deeds (
    seq INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    person TEXT NOT NULL,
    deed TEXT NOT NULL,
    subject TEXT NOT NULL,
    said TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE INDEX operator_deeds_by_person ON operator_deeds (person);
