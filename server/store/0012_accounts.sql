-- Who keeps their name: an account is a person who can sign in again. The domain is the one that
-- the browser binds a passkey to; key is the credential's public data (WebAuthn, 6.5.2), in base64.
CREATE TABLE accounts (
    person TEXT PRIMARY KEY,
    created_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    domain TEXT NOT NULL,
    key TEXT NOT NULL,
    count INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_at REAL NOT NULL,
    used_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX passkeys_by_person ON passkeys (person);
CREATE INDEX passkeys_by_domain ON passkeys (domain);
CREATE TABLE recovery_codes (
    person TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (person, digest)
) WITHOUT ROWID;

-- By what a browser or a program is known: the digest of its token. One that ended stays until the
-- token would have been forgotten, so that it is not taken for one of an earlier release.
CREATE TABLE logins (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    begun_at REAL NOT NULL,
    seen_at REAL NOT NULL,
    confirmed_at REAL NOT NULL,
    agent TEXT NOT NULL,
    ended_at REAL
) WITHOUT ROWID;
CREATE INDEX logins_by_person ON logins (person);
CREATE INDEX logins_by_time ON logins (seen_at);
