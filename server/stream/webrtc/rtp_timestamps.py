"""Which RTP time each unit of a clip gets. Pure functions.

A viewer that joins, or falls behind, is sent the last keyframe and all that follows in one burst.
Its timestamps are squeezed together so that the burst ends at the live moment: with the true ones
a player would show everything late by the length of the burst.
"""

RTP_CLOCK = 90_000
OPUS_CLOCK = 48_000
# 1 ms: the burst of a whole second, 24 pictures, is over 24 ms after it began.
BURST_STEP = 90


def rtp_clock(now_s: float) -> int:
    """A moment of a steady clock in ticks of RTP; all viewers share this clock."""
    return int(now_s * RTP_CLOCK)


def rtp_time(pts: int, fps: int) -> int:
    """Ticks of the RTP clock since the clip went on air; ``pts`` counts ticks of 1/``fps``."""
    # From the count of ticks each time and never by adding up: at 24 fps 3,750 is whole, at others
    # a step would lose its fraction.
    return pts * RTP_CLOCK // fps


def burst_time(previous: int | None, end: int, left: int) -> int:
    """RTP time of a unit sent at once with ``left`` more, the last of which is due at ``end``.

    Always later than ``previous``; 1 ms before the next one where there is room for that.
    """
    if previous is None:
        return end - left * BURST_STEP
    step = min(BURST_STEP, max(1, (end - previous) // (left + 1)))
    return max(previous + 1, end - left * step)


def next_clip_time(last: int, now: int) -> int:
    """RTP time that all pictures of a clip turned to ``now`` have or follow, and no picture before
    them: the newest of these has ``last``, -1 where there is none."""
    # Near now, because receivers compare modulo 2^32: one said as ``last + 1`` of a viewer who was
    # sent nothing yet was 2^31 ticks ago once a machine had run for 6.6 h, and its pictures passed
    # for those of the clip before. A burst begins far less than a second ago.
    return max(last + 1, now - RTP_CLOCK)
