"""The one room where render, stream, social and trust meet."""
