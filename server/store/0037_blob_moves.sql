-- Files whose audience has changed, or that nobody needs any more: each is to move, or to go.
CREATE TABLE blob_moves (
    blob TEXT PRIMARY KEY,
    turn INTEGER NOT NULL
) WITHOUT ROWID;
