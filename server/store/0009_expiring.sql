-- The bytes of the files of a clip that is said to go, as they were then.
ALTER TABLE clips ADD COLUMN expiring_bytes INTEGER NOT NULL DEFAULT 0;
