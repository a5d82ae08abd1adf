-- Clips whose files still hold the manifest of an ancestor that is gone, or not public any more.
CREATE TABLE redactions (
    clip TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE INDEX clips_by_parent ON clips (parent) WHERE parent IS NOT NULL;
