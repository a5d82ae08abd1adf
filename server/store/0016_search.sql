-- By which words clips and people are found. A document is what is found: a public clip, or a
-- person; place orders clips by time, those of people are below zero. terms: JSON of the pairs that
-- search_terms counts.
CREATE TABLE search_documents (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    words TEXT NOT NULL,
    terms TEXT NOT NULL
);
-- The words are folded before (text.keywords), so any database finds the same: here they are only
-- told apart by spaces. In detail nothing but the document: no query asks where a word stands.
CREATE VIRTUAL TABLE search_index USING fts5 (
    words, content='search_documents', content_rowid='place', detail=none, columnsize=0,
    prefix='1 2 3', tokenize="ascii tokenchars '#@:_'"
);
-- In how many public clips a word stands, and which tag it says ('': none).
CREATE TABLE search_terms (
    term TEXT NOT NULL,
    tag TEXT NOT NULL,
    clips INTEGER NOT NULL,
    PRIMARY KEY (term, tag)
) WITHOUT ROWID;
-- Clips and people of earlier releases are found once the housekeeper has been there.
ALTER TABLE clips ADD COLUMN searched INTEGER NOT NULL DEFAULT 0;
CREATE INDEX clips_unsearched ON clips (id) WHERE searched = 0;
ALTER TABLE people ADD COLUMN searched INTEGER NOT NULL DEFAULT 0;
CREATE INDEX people_unsearched ON people (id) WHERE searched = 0;
