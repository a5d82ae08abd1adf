-- What people were called before: links with such a name lead to them while nobody else has it.
CREATE TABLE former_handles (
    handle TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    number INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX former_handles_by_person ON former_handles (person, number);
