-- Pictures that photorealistic models may draw their owners from, until when: sealed under keys
-- that are in no database. agreed_seq: the entry of the ledger in which they agreed.
CREATE TABLE likeness_portraits (
    person TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    at REAL NOT NULL,
    until REAL NOT NULL,
    agreed_seq INTEGER NOT NULL
);
CREATE INDEX likeness_portraits_by_end ON likeness_portraits (until);
-- The entry in which somebody agreed to be drawn from a portrait, 0: the clip draws their card.
ALTER TABLE likeness_uses ADD COLUMN portrait_seq INTEGER NOT NULL DEFAULT 0;
