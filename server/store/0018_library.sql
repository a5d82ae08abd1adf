-- Clips that people saved, for themselves only.
CREATE TABLE saves (
    person TEXT NOT NULL,
    clip TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (person, clip)
) WITHOUT ROWID;
CREATE INDEX saves_by_clip ON saves (clip);
-- All remixes of a clip, newest first.
DROP INDEX clips_by_parent;
CREATE INDEX clips_by_parent ON clips (parent, created_at, id) WHERE parent IS NOT NULL;
