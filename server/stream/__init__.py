"""Stream: clips on air as logs of units, and every way to read them."""
