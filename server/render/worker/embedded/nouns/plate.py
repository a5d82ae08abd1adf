"""What a noun's plate is made of: one pose that is not coloured yet."""

from typing import Final

from phosphene.render.worker.embedded.vocabulary import PLATE

INKS: Final = ("main", "skin", "hair", "accent", "glow")
"""Clothes or the thing itself; skin; hair; what somebody wears besides; the light round paper."""
CHANNELS: Final = 3 + len(INKS) + 1
"""RGB of what is always the same, how much of each ink is on top of it (all premultiplied), and
alpha."""
SHAPE: Final = (CHANNELS, PLATE, PLATE)
