"""Finished files, and what is large on its way: in a folder, or in a bucket."""
