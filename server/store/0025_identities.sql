-- By whom people sign in whom the operator's provider knows (OpenID Connect): the issuer and its
-- subject, and nothing else of them. id: what it is called here.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    created_at REAL NOT NULL,
    used_at REAL NOT NULL,
    PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
CREATE INDEX identities_by_person ON identities (person);
