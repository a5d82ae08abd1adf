-- What was refused and asked about, counted by day (in UTC): without a prompt, and without a person.
CREATE TABLE refusal_counts (
    day TEXT NOT NULL,
    layer TEXT NOT NULL,
    language TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, layer, language, outcome)
) WITHOUT ROWID;

-- The same by entry of the registry of rights.
CREATE TABLE right_counts (
    entry TEXT NOT NULL,
    day TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (entry, day, outcome)
) WITHOUT ROWID;
CREATE INDEX right_counts_by_day ON right_counts (day);
