-- Keys of programs: each is a login (id is the login's, whose digest is the key's) of an account that
-- only such keys open. day is the day since the epoch (UTC) of which requests and clips were counted.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    requests_per_day INTEGER NOT NULL,
    clips_per_day INTEGER NOT NULL,
    created_at REAL NOT NULL,
    used_at REAL,
    revoked_at REAL,
    day INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    clips INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX api_keys_by_person ON api_keys (person);
