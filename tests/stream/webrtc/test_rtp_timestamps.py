import pytest

from phosphene.stream.webrtc.rtp_timestamps import burst_time, next_clip_time, rtp_clock, rtp_time


def test_rtp_time_counts_ninety_thousandths() -> None:
    assert rtp_time(24, 24) == 90_000
    assert rtp_time(1, 30) == 3000


def test_a_burst_ends_at_the_live_moment() -> None:
    times, previous = [], None
    for left in range(9, -1, -1):
        previous = burst_time(previous, 90_000, left)
        times.append(previous)
    assert times == list(range(90_000 - 9 * 90, 90_001, 90))


@pytest.mark.parametrize(
    ("previous", "end"), [(89_990, 90_000), (90_000, 90_000), (95_000, 90_000)]
)
def test_times_rise_however_little_room_there_is(previous: int, end: int) -> None:
    last = previous
    for left in range(30, -1, -1):
        time = burst_time(last, end, left)
        assert time > last
        last = time
    assert last <= max(previous, end) + 31


@pytest.mark.parametrize("up_h", [0.1, 6.7, 13.0, 20.0])
@pytest.mark.parametrize("ago_s", [None, 2.0, 8 * 3600.0])
def test_a_clip_begins_after_what_was_sent_however_long_the_machine_runs(
    up_h: float, ago_s: float | None
) -> None:
    now = rtp_clock(up_h * 3600)
    last = -1 if ago_s is None else max(-1, now - rtp_clock(ago_s))
    told = next_clip_time(last, now)
    first = burst_time(last if last >= 0 else None, now, 47)
    assert last < told
    # As receivers compare, modulo 2^32.
    assert (first - told) % 2**32 < 2**31
