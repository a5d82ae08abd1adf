"""Feed: which clip comes next, decided by a pure function."""
