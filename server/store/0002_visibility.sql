-- Oldest: 2
-- A release that knows no visibility would show everybody everything.
-- Who may see a clip: public (listed), unlisted (by its address) or private (its author, and tokens).
ALTER TABLE clips ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public';
