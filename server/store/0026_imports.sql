-- Archives of other instances, and which account brought each; what came out of one, by the id that
-- it had there (clip: the id that it has here, empty of a recipe): brought twice it is there once.
CREATE TABLE imports (
    origin TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX imports_by_person ON imports (person);
CREATE TABLE imported_clips (
    person TEXT NOT NULL,
    origin TEXT NOT NULL,
    clip TEXT NOT NULL,
    PRIMARY KEY (person, origin)
) WITHOUT ROWID;
-- Recipes of which no film was brought, or none that is believed: they can be drawn again.
CREATE TABLE imported_recipes (
    person TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (person, id)
) WITHOUT ROWID;
