-- Whom the instance tells of what happens here: kinds are those of the events, each with a blank on
-- either side; waiting counts the messages that are still to be sent, dropped those that were not
-- taken because too many waited; ended_at: when nothing more was sent there.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    signing_key TEXT NOT NULL,
    kinds TEXT NOT NULL,
    created_at REAL NOT NULL,
    ended_at REAL,
    waiting INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
-- Messages to them, with what came of each: due_at is NULL once it was delivered or given up, begun_at
-- is when it was first tried. Ids are times in microseconds or the next free number, so that none is
-- ever used again: receivers know messages by them.
CREATE TABLE webhook_deliveries (
    id INTEGER PRIMARY KEY,
    webhook TEXT NOT NULL,
    kind TEXT NOT NULL,
    clip TEXT NOT NULL,
    about TEXT NOT NULL,
    due_at REAL,
    begun_at REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    status INTEGER,
    why TEXT NOT NULL DEFAULT '',
    delivered INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at)
    WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook, id);
