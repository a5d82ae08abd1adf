-- How often somebody was refused within an hour: further attempts are counted with the first; NULL:
-- the entry is of something else.
ALTER TABLE likeness_ledger ADD COLUMN attempts INTEGER;
CREATE INDEX likeness_ledger_refused ON likeness_ledger (owner, person, at)
    WHERE attempts IS NOT NULL;
-- When it was begun.
ALTER TABLE likeness_withdrawals ADD COLUMN at REAL NOT NULL DEFAULT 0;
-- Clips in which a face is like that of somebody who asked to be found: an operator looks at them.
CREATE TABLE likeness_matches (
    clip TEXT NOT NULL,
    owner TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (clip, owner)
) WITHOUT ROWID;
CREATE INDEX likeness_matches_by_owner ON likeness_matches (owner);
-- What was done with likenesses, by month, and how many seconds all of it took together.
CREATE TABLE likeness_totals (
    month TEXT NOT NULL,
    deed TEXT NOT NULL,
    count INTEGER NOT NULL,
    seconds REAL NOT NULL,
    PRIMARY KEY (month, deed)
) WITHOUT ROWID;
