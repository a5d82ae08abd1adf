-- Who asks for another look at a refusal. Of the severe rules nothing but the hash of the prompt is
-- kept. pass_uses: how often the prompt may still be drawn, -1 as often as they like.
CREATE TABLE refusal_appeals (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    digest TEXT NOT NULL,
    text TEXT NOT NULL,
    parent TEXT NOT NULL,
    language TEXT NOT NULL,
    words TEXT NOT NULL,
    rule TEXT NOT NULL,
    layer TEXT NOT NULL,
    stage TEXT NOT NULL,
    version TEXT NOT NULL,
    severe INTEGER NOT NULL,
    matched TEXT NOT NULL,
    score REAL,
    threshold REAL,
    refused_at REAL NOT NULL,
    at REAL NOT NULL,
    state TEXT NOT NULL,
    again INTEGER NOT NULL,
    note TEXT NOT NULL,
    answered_by TEXT,
    answered_at REAL,
    pass_until REAL,
    pass_uses INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX refusal_appeals_by_prompt ON refusal_appeals (person, digest, rule, layer);
CREATE INDEX refusal_appeals_by_state ON refusal_appeals (state, at, id);
CREATE INDEX refusal_appeals_by_rule ON refusal_appeals (rule, layer, answered_at);
CREATE INDEX refusal_appeals_by_time ON refusal_appeals (at);
CREATE INDEX refusal_appeals_by_answerer ON refusal_appeals (answered_by) WHERE answered_by IS NOT NULL;

-- What the desk changed in the rules: a phrase that is innocent, a rule that asks instead of refusing.
CREATE TABLE desk_rules (
    seq INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    layer TEXT NOT NULL,
    phrase TEXT NOT NULL,
    made_by TEXT NOT NULL,
    undone_at REAL,
    undone_by TEXT
);
CREATE INDEX desk_rules_by_rule ON desk_rules (rule, layer, seq);
CREATE INDEX desk_rules_live ON desk_rules (seq) WHERE undone_at IS NULL;
