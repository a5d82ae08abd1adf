"""Whose likeness may be drawn by whom: nouns and pure decisions. Knows no clock and no database."""
