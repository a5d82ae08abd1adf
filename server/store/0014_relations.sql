-- Who follows, mutes or blocks whom.
CREATE TABLE relations (
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    other TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (person, other, kind)
) WITHOUT ROWID;
CREATE INDEX relations_by_other ON relations (other, kind, at, person);
CREATE INDEX relations_by_time ON relations (person, kind, at, other);

-- What people say of themselves; the portrait is a still of a clip of theirs.
CREATE TABLE profiles (
    person TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    portrait TEXT,
    shares_likes INTEGER NOT NULL
) WITHOUT ROWID;

-- What a person is told of; count is of the deeds that are told together, actor the last of them.
CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    clip TEXT NOT NULL,
    actor TEXT NOT NULL,
    text TEXT NOT NULL,
    count INTEGER NOT NULL,
    at REAL NOT NULL,
    seen INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX notices_by_person ON notices (person, at, id);
CREATE INDEX notices_unseen ON notices (person, kind, clip) WHERE seen = 0;
CREATE INDEX notices_by_actor ON notices (person, actor, at) WHERE seen = 0;
CREATE INDEX notices_by_clip ON notices (clip);
CREATE INDEX notices_by_time ON notices (at);
CREATE TABLE inbox_settings (
    person TEXT PRIMARY KEY,
    off TEXT NOT NULL
) WITHOUT ROWID;
