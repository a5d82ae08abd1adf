-- What identities were sent, in seconds of pictures, and when last; and what of their likes, views
-- and remixes weighs in rankings: that of those who were sent enough. Whoever was there before counts.
CREATE TABLE audience (
    person TEXT PRIMARY KEY,
    watched_s REAL NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX audience_by_time ON audience (at);
CREATE TABLE weights (
    clip TEXT PRIMARY KEY,
    likes INTEGER NOT NULL DEFAULT 0,
    remixes INTEGER NOT NULL DEFAULT 0,
    views INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX likes_by_person ON likes (person);
CREATE INDEX views_by_person ON views (person);
CREATE INDEX viewings_by_person ON viewings (person);
INSERT INTO audience (person, watched_s, at)
    SELECT person, 30, (SELECT coalesce(max(created_at), 0) FROM clips) FROM (
        SELECT person FROM likes UNION SELECT person FROM views UNION SELECT person FROM viewings
        UNION SELECT author FROM comments UNION SELECT author FROM clips
    ) AS before;
INSERT INTO weights (clip, likes, remixes, views)
    SELECT id, likes, remixes, views FROM clips WHERE likes > 0 OR remixes > 0 OR views > 0;
