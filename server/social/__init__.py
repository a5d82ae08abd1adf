"""Social: topics of events, the socket that carries them, likes, comments, presence."""
