"""Bus: hints and mirrored units between instances. Losing it loses nothing."""
