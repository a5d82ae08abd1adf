-- Which clips need a blob: those that it belongs to, and remixes that are being drawn from it.
-- A clip is indexed when its references are written; those of earlier releases are not.
CREATE TABLE blob_references (
    blob TEXT NOT NULL,
    clip TEXT NOT NULL,
    PRIMARY KEY (blob, clip)
) WITHOUT ROWID;
CREATE INDEX blob_references_by_clip ON blob_references (clip);
ALTER TABLE clips ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX clips_unindexed ON clips (id) WHERE indexed = 0;

-- The clip that an event tells of on a topic that is not its own; '' on its own, NULL when an
-- earlier release wrote it.
ALTER TABLE events ADD COLUMN mentions TEXT;
CREATE INDEX events_by_mention ON events (mentions) WHERE mentions <> '';

-- NOT IN, because SQLite without statistics would rather seek every status and sort what it finds.
CREATE INDEX clips_public ON clips (created_at, id)
    WHERE visibility = 'public' AND status NOT IN ('failed', 'cancelled');
CREATE INDEX clips_by_author ON clips (author, visibility, created_at, id)
    WHERE status NOT IN ('failed', 'cancelled');
