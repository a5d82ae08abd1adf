"""Bus: hints and relayed units between instances. Losing it loses nothing."""
