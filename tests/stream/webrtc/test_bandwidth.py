"""The ladder on lines of every kind: simulated, and any that hypothesis thinks of."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.stream.webrtc.bandwidth import (
    FAILED_S,
    FIRST_FALL,
    FRESH_S,
    GOOD_S,
    LATE_S,
    LONGEST_S,
    STRAINED_S,
    WAY_S,
    BandwidthState,
    LineSample,
    next_state,
)

FULL, HALF = 1_800_000.0, 600_000.0

looks = st.builds(
    LineSample,
    now_s=st.just(0.0),
    estimate=st.none() | st.floats(1e4, 1e7),
    round_trip_s=st.none() | st.floats(0.001, 2.0),
    lost=st.floats(0.0, 1.0),
    full=st.floats(1e5, 4e6),
    half=st.floats(1e4, 1e6),
)


def seen(lines: list[LineSample]) -> Iterator[BandwidthState]:
    """The ladder after each look, one a second."""
    ladder = BandwidthState()
    for now_s, look in enumerate(lines):
        ladder = next_state(ladder, look._replace(now_s=float(now_s)))
        yield ladder


def line(capacity: float, seconds: int) -> Iterator[tuple[bool, LineSample]]:
    """A receiver behind a line of so many bits/s, as browsers estimate it: down to 85 % of what
    comes when packets queue, else up by 8 % a second to 1.5 times what comes."""
    ladder, estimate, queue = BandwidthState(), None, 0.0
    for now_s in range(seconds):
        sent = HALF if ladder.low else FULL
        queue = max(0.0, min(queue + sent - capacity, capacity))
        came = min(sent, capacity)
        if sent > capacity:
            estimate = 0.85 * came
        elif estimate is not None or now_s >= 5:
            estimate = min(1.5 * came, 1.08 * (estimate or came))
        look = LineSample(float(now_s), estimate, 0.05 + queue / capacity, 0.0, FULL, HALF)
        ladder = next_state(ladder, look)
        yield ladder.low, look


@given(st.floats(1.0, 20.0))
def test_a_line_that_takes_the_full_picture_always_gets_it(share: float) -> None:
    assert not any(low for low, _ in line(share * FULL, 120))


@pytest.mark.slow
@given(st.floats(1.2 * HALF / FULL, 0.8))
def test_a_line_that_does_not_gets_the_half_soon_and_most_of_the_time(share: float) -> None:
    lows = [low for low, _ in line(share * FULL, 300)]
    assert lows.index(True) <= STRAINED_S + 1
    assert sum(lows) > 0.85 * len(lows)
    rises = sum(before and not after for before, after in pairwise(lows))
    assert 1 <= rises <= 8


def test_a_first_estimate_below_what_is_sent_is_a_fall() -> None:
    """There is none before it to fall from."""
    for share, low in ((0.3, True), (FIRST_FALL - 0.01, True), (FIRST_FALL + 0.01, False)):
        said = LineSample(0.0, share * FULL, 0.05, 0.0, FULL, HALF)
        assert [one.low for one in seen([said] * 3)][-1] is low, share


def test_a_line_that_recovers_gets_the_full_picture_back() -> None:
    bad = LineSample(0.0, 400_000.0, 0.05, 0.0, FULL, HALF)
    good = LineSample(0.0, 900_000.0, 0.05, 0.0, FULL, HALF)
    lows = [ladder.low for ladder in seen([good] * 10 + [bad] * 5 + [good] * 20)]
    assert lows[10:13] == [False, True, True]
    back = lows.index(False, 13)
    assert 15 + GOOD_S <= back <= 15 + FRESH_S + GOOD_S + 1
    assert not any(lows[back:])


def test_two_signs_at_once_need_no_second_look() -> None:
    good, lost = (
        LineSample(0.0, 2e6, 0.05, 0.0, FULL, HALF),
        LineSample(0.0, 4e5, 0.05, 0.3, FULL, HALF),
    )
    assert [ladder.low for ladder in seen([good, lost])] == [False, True]
    assert [ladder.low for ladder in seen([good, lost._replace(estimate=2e6)])] == [False, False]


def test_an_estimate_that_grows_slowly_is_no_weakness() -> None:
    """The clip is easy to encode at first, and the estimate is what has come."""
    easy, *rest = [LineSample(0.0, 2e5 * 1.08**n, 0.05, 0.0, FULL, HALF) for n in range(60)]
    assert not any(ladder.low for ladder in seen([easy._replace(full=2e5), *rest]))


def test_a_receiver_that_stumbles_is_no_weak_line() -> None:
    """Its estimate falls to 85 % of what comes, though everything comes."""
    fine = LineSample(0.0, 2.4e6, 0.05, 0.0, FULL, HALF)
    assert not any(ladder.low for ladder in seen([fine, fine._replace(estimate=0.85 * FULL)] * 20))


def test_five_in_a_hundred_lost_are_repaired_and_cost_no_size() -> None:
    lossy = LineSample(0.0, None, 0.05, 0.05, FULL, HALF)
    assert not any(ladder.low for ladder in seen([lossy] * 100))


def test_a_queue_that_grows_is_seen_without_any_estimate() -> None:
    trips = [0.05] * 5 + [0.3, 0.6, 0.9, 1.2]
    looks = [LineSample(0.0, None, trip, 0.0, FULL, HALF) for trip in trips]
    assert [ladder.low for ladder in seen(looks)].index(True) == 7


@pytest.mark.slow
@given(st.lists(looks, min_size=2, max_size=200))
def test_whatever_a_viewer_says_it_is_never_switched_to_and_fro(said: list[LineSample]) -> None:
    ladders = [BandwidthState(), *seen(said)]
    falls: list[int] = []
    rises: list[int] = []
    for now_s, (before, after) in enumerate(pairwise(ladders)):
        if before.low != after.low:
            (falls if after.low else rises).append(now_s)
    for fall, rise in zip(falls, rises, strict=False):
        assert rise - fall >= GOOD_S
    for rise, fall in zip(rises, falls[1:], strict=False):
        assert fall - rise >= 1
        if fall - rise < FAILED_S:
            later = [other for other in rises if other > fall]
            assert not later or later[0] - fall >= 2 * GOOD_S
    assert all(GOOD_S <= ladder.wait_s <= LONGEST_S for ladder in ladders)


def test_a_way_that_becomes_longer_for_good_is_no_queue() -> None:
    near = [LineSample(0.0, 5e6, 0.05, 0.0, FULL, HALF)] * 10
    far = [LineSample(0.0, 5e6, 0.05 + 2 * LATE_S, 0.0, FULL, HALF)] * 60
    low = [ladder.low for ladder in seen([*near, *far])]
    assert not any(low[:10])
    assert any(low)
    assert not any(low[10 + round(STRAINED_S + WAY_S + GOOD_S) + 3 :])


def test_what_is_late_on_a_line_that_does_not_take_the_half_stays_late() -> None:
    near = [LineSample(0.0, 5e6, 0.05, 0.0, FULL, HALF)] * 5
    weak = [LineSample(0.0, HALF / 2, 0.05 + 2 * LATE_S, 0.0, FULL, HALF)] * 90
    assert all(ladder.low for ladder in list(seen([*near, *weak]))[8:])
