"""Trust: who somebody is, what is refused, how often, and where a clip came from."""
