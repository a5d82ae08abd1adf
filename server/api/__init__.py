"""API: the routes below /v1, each a thin step from HTTP to a room and back."""
