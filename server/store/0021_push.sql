-- Where a browser is told something while no page of it is open (RFC 8030): due_at is when it is to
-- be rung, told_at up to when it was told; rings counts what it was rung for, so that one that comes
-- while a message is on its way is not lost; failures are those in a row. id: of its endpoint.
CREATE TABLE push_subscriptions (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    login TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at REAL NOT NULL,
    told_at REAL NOT NULL,
    due_at REAL,
    rings INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX push_subscriptions_by_person ON push_subscriptions (person, created_at);
CREATE INDEX push_subscriptions_by_login ON push_subscriptions (login);
CREATE INDEX push_subscriptions_due ON push_subscriptions (due_at) WHERE due_at IS NOT NULL;
-- For whom a person was rung in the last hour whom they do not follow.
CREATE TABLE push_strangers (
    person TEXT NOT NULL,
    actor TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (person, actor)
) WITHOUT ROWID;
CREATE INDEX push_strangers_by_actor ON push_strangers (actor);
CREATE INDEX push_strangers_by_time ON push_strangers (at);
-- When a person wants no push, as JSON; empty for never.
ALTER TABLE inbox_settings ADD COLUMN quiet TEXT NOT NULL DEFAULT '';
