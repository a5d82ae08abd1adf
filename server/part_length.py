"""How long a part of low-latency HLS is: the worker's pace and the packager both keep to it."""

from typing import Final

PART_S: Final = 0.25


def part_ticks(fps: int) -> int:
    """How long a part of low-latency HLS is, in 1/fps second. A clip on air has a picture at every
    tick that is a multiple of it after a keyframe, so that a part can end there."""
    return max(1, round(PART_S * fps))
