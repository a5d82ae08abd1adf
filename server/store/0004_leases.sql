-- What one instance at a time may do: who holds it, until when. The number grows with each holder.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    number INTEGER NOT NULL,
    until REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX leases_by_holder ON leases (holder);

-- The finished seconds of a clip on its way: whoever takes it over goes on from there.
CREATE TABLE checkpoints (
    clip TEXT PRIMARY KEY,
    seconds INTEGER NOT NULL,
    latents TEXT NOT NULL
) WITHOUT ROWID;
