"""Store: the database, which is the log of everything acknowledged."""
