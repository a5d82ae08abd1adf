-- Who is leaving, and how far the log was looked through for them; who left, by a digest, so that
-- no old token brings them back.
CREATE TABLE leavings (
    person TEXT PRIMARY KEY,
    place INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE departed (
    digest TEXT PRIMARY KEY,
    at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX departed_by_time ON departed (at);
-- What goes with somebody is found without looking through everything.
CREATE INDEX comments_by_author ON comments (author, id, clip);
CREATE INDEX comment_likes_by_person ON comment_likes (person);
CREATE INDEX held_by_author ON held_comments (author);
CREATE INDEX notices_by_anyone ON notices (actor);
CREATE INDEX roles_by_giver ON roles (given_by);
CREATE INDEX decisions_by_undoer ON decisions (undone_by) WHERE undone_by IS NOT NULL;
CREATE INDEX clips_by_maker ON clips (author, status);
