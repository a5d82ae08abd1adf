-- Answers to comments, and what is done with both. A comment that waits for an operator lies beside
-- them: no list that forgets to ask can show it.
ALTER TABLE comments ADD COLUMN parent TEXT;
ALTER TABLE comments ADD COLUMN edited_at REAL;
ALTER TABLE comments ADD COLUMN likes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE comments ADD COLUMN replies INTEGER NOT NULL DEFAULT 0;
CREATE INDEX comments_on_clips ON comments (clip, created_at, id) WHERE parent IS NULL;
CREATE INDEX comments_by_parent ON comments (parent, created_at, id) WHERE parent IS NOT NULL;
CREATE TABLE comment_likes (
    comment TEXT NOT NULL,
    person TEXT NOT NULL,
    clip TEXT NOT NULL,
    PRIMARY KEY (comment, person)
) WITHOUT ROWID;
CREATE INDEX comment_likes_by_clip ON comment_likes (clip);
CREATE TABLE pins (
    clip TEXT PRIMARY KEY,
    comment TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE held_comments (
    id TEXT PRIMARY KEY,
    clip TEXT NOT NULL,
    author TEXT NOT NULL,
    handle TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at REAL NOT NULL,
    parent TEXT,
    code TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX held_by_clip ON held_comments (clip, author, created_at);
CREATE INDEX held_by_time ON held_comments (created_at, id);
-- Ids of removed comments: one that is sent once more does not bring it back.
CREATE TABLE removed_comments (
    id TEXT PRIMARY KEY,
    at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX removed_comments_by_time ON removed_comments (at);
ALTER TABLE notices ADD COLUMN comment TEXT NOT NULL DEFAULT '';
CREATE INDEX notices_by_comment ON notices (comment) WHERE comment <> '';
