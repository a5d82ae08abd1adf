"""The theatre's world of nouns: what everyday words call a thing, read and drawn."""
