-- By what a film is recognised whose manifest is gone: the number in the mark of its pictures, and
-- perceptual hashes of some of them, 32 bytes each.
CREATE TABLE fingerprints (
    clip TEXT PRIMARY KEY,
    mark INTEGER NOT NULL,
    hashes BLOB NOT NULL
) WITHOUT ROWID;

CREATE INDEX fingerprints_by_mark ON fingerprints (mark);
