from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.render.schedule import (
    EQUAL_S,
    HEADROOM,
    MOST_CLIPS,
    URGENT_S,
    Asker,
    Cost,
    StepRequest,
    batch_cost,
    can_carry,
    choose_next,
    clip_capacity,
    clip_duration,
    expected_starts,
    fair_order,
    may_wait,
)

EMBEDDED = Cost(first=0.4, second=0.04, shown=0.2, load=0.26, share=0.7, cores=2.0)

costs = st.builds(
    Cost,
    first=st.floats(0.01, 3),
    second=st.floats(0.001, 1),
    shown=st.floats(0.001, 0.5),
    load=st.floats(0.001, 2),
    share=st.floats(0.05, 1),
    cores=st.floats(1, 16),
)
keys = st.sampled_from(["a", "b", None])
dues = st.one_of(st.floats(0, 20), st.just(inf))


@st.composite
def waiting(draw: st.DrawFn) -> list[StepRequest]:
    count = draw(st.integers(0, 12))
    return [
        StepRequest(f"c{at}", draw(st.sampled_from("xyz")), draw(dues), draw(keys))
        for at in range(count)
    ]


@given(waiting(), st.dictionaries(st.sampled_from("xyz"), st.floats(0, 9)), st.integers(1, 8))
def test_those_that_step_share_a_key_and_the_most_urgent_is_among_them(
    turns: list[StepRequest], served: dict[str, float], most: int
) -> None:
    now = 10.0
    chosen = choose_next(turns, served, now, most)
    assert bool(chosen) == bool(turns)
    assert len(chosen) <= most
    assert len({turn.clip for turn in chosen}) == len(chosen)
    assert len({turn.key for turn in chosen}) <= 1
    if len(chosen) > 1:
        assert chosen[0].key is not None
    urgent = [turn.due for turn in turns if turn.due - now <= URGENT_S]
    if urgent:
        assert chosen[0].due == min(urgent)
    elif turns:
        least = min(served.get(turn.person, 0.0) for turn in turns)
        assert served.get(chosen[0].person, 0.0) < least + EQUAL_S


@given(waiting())
def test_the_choice_does_not_depend_on_the_order_of_asking(turns: list[StepRequest]) -> None:
    assert choose_next(turns, {}, 5.0, 4) == choose_next(turns[::-1], {}, 5.0, 4)


def test_whoever_can_share_a_pass_comes_along_the_earliest_first() -> None:
    turns = [
        StepRequest("late", "x", 9, "a"),
        StepRequest("other", "y", 2, "b"),
        StepRequest("soon", "z", 1, "a"),
    ]
    assert [turn.clip for turn in choose_next(turns, {}, 0.9, 8)] == ["soon", "late"]


def test_when_nothing_is_due_the_person_who_was_served_least_goes_first() -> None:
    turns = [StepRequest("rich", "x", 50, "a"), StepRequest("poor", "y", 60, "b")]
    assert choose_next(turns, {"x": 3.0, "y": 1.0}, 0.0, 8)[0].clip == "poor"
    assert choose_next(turns, {"x": 3.0, "y": 1.0}, 49.9, 8)[0].clip == "rich"


def test_a_tenth_of_a_second_of_the_device_is_envied_to_nobody() -> None:
    """Of equals those go first that come to no pass yet, so that all can share the next one."""
    turns = [StepRequest("ready", "x", inf, "a"), StepRequest("to come", "y", inf)]
    had = EQUAL_S * 0.9
    assert choose_next(turns, {"y": had}, 0.0, 8)[0].clip == "to come"
    assert choose_next(turns, {"y": 2 * EQUAL_S}, 0.0, 8)[0].clip == "ready"


def missed(cost: Cost, count: int, offsets: list[float], seconds: int) -> int:
    """Deadlines that are missed by ``count`` clips on one device, on a simulated clock.

    Clip ``i`` is on air from ``offsets[i]`` on with its first second final; its n-th second is
    due n seconds later, and may be made while it is not more than a second ahead.
    """
    now, late = 0.0, 0
    done = [1] * count
    while any(one < seconds for one in done):
        turns = [
            StepRequest(str(clip), str(clip), offsets[clip] + done[clip], f"second {done[clip]}")
            for clip in range(count)
            if done[clip] < seconds and offsets[clip] + done[clip] - 1 <= now
        ]
        if not turns:
            now = min(
                offsets[clip] + done[clip] - 1 for clip in range(count) if done[clip] < seconds
            )
            continue
        chosen = choose_next(turns, {}, now, 8)
        now += batch_cost(len(chosen), cost.share) * cost.second
        for turn in chosen:
            late += now > turn.due
            done[int(turn.clip)] += 1
    return late


@given(costs, st.lists(st.floats(0, 3), min_size=64, max_size=64))
def test_clips_that_share_nothing_meet_their_deadlines_when_the_device_carries_them(
    cost: Cost, offsets: list[float]
) -> None:
    apart = Cost(
        first=cost.first, second=cost.second, shown=cost.shown, share=1.0, cores=cost.cores
    )
    count = clip_capacity(apart)
    if can_carry(apart, count):
        assert missed(apart, count, offsets, seconds=5) == 0


@given(costs, st.floats(0, 3))
def test_a_worker_takes_as_many_clips_as_it_carries_and_at_least_one(
    cost: Cost, pace: float
) -> None:
    most = clip_capacity(cost, pace)
    assert 1 <= most <= MOST_CLIPS
    assert most == 1 or can_carry(cost, most, pace)
    assert most == MOST_CLIPS or not can_carry(cost, most + 1, pace)
    if most > 1:
        assert batch_cost(most, cost.share) * cost.second <= HEADROOM
        assert most * cost.load <= HEADROOM * cost.cores


def test_a_faster_model_has_more_places() -> None:
    slow = Cost(first=4.0, second=0.5, shown=0.2, share=1.0, cores=2.0)
    assert clip_capacity(slow, 1.2) < clip_capacity(EMBEDDED, 1.2)


@given(st.lists(st.sampled_from("xyz"), max_size=9), st.lists(st.sampled_from("xyz"), max_size=5))
def test_nobodys_second_clip_goes_before_anothers_first(
    line: list[str], drawing: list[str]
) -> None:
    clips = [(f"c{at}", Asker(person)) for at, person in enumerate(line)]
    order = fair_order(clips, [Asker(person) for person in drawing], 1)
    assert sorted(order) == sorted(clip for clip, _ in clips)
    person = {clip: asker.person for clip, asker in clips}
    ranks = []
    ahead = {who: drawing.count(who) for who in "xyz"}
    for clip in order:
        ranks.append(ahead[person[clip]])
        ahead[person[clip]] += 1
    assert ranks == sorted(ranks)
    for who in "xyz":
        own = [clip for clip in order if person[clip] == who]
        assert own == [clip for clip, whose in clips if whose.person == who]


@given(st.integers(0, 40), st.integers(0, 20), st.integers(1, 6))
def test_however_many_guests_one_address_sends_it_counts_for_a_household(
    sent: int, on_device: int, household: int
) -> None:
    crowd = [(f"c{at}", Asker(f"guest {at}", "theirs")) for at in range(sent)]
    drawing = [Asker(f"early {at}", "theirs") for at in range(on_device)]
    order = fair_order([*crowd, ("mine", Asker("me", "home"))], drawing, household)
    assert order.index("mine") == max(0, min(sent, household - on_device))


@given(st.integers(1, 64), st.integers(0, 90), st.integers(1, 9))
def test_one_address_never_takes_the_last_place_whoever_asks_there(
    most: int, sent: int, persons: int
) -> None:
    waiting: list[Asker] = []
    for at in range(sent):
        one = Asker(f"guest {at % persons}", "theirs")
        if may_wait(one, waiting, most):
            waiting.append(one)
    assert len(waiting) <= (most + 1) // 2
    assert most == 1 or may_wait(Asker("me", "home"), waiting, most)


def test_half_of_the_line_is_for_one_address_and_half_of_the_rest_for_the_next() -> None:
    waiting: list[Asker] = []
    for address, share in (("a", 16), ("b", 8), ("c", 4), ("d", 2), ("e", 1), ("f", 1), ("g", 0)):
        for at in range(40):
            one = Asker(f"{address}{at}", address)
            waiting += [one] if may_wait(one, waiting, 32) else []
        assert sum(one.address == address for one in waiting) == share


def test_one_person_leaves_something_of_an_address_to_the_others_there() -> None:
    waiting: list[Asker] = []
    for _ in range(40):
        one = Asker("me", "home")
        waiting += [one] if may_wait(one, waiting, 32) else []
    assert len(waiting) == 11
    assert may_wait(Asker("my sister", "home"), waiting, 32)


@given(
    st.lists(st.floats(0, 20), max_size=6),
    st.lists(st.floats(0.1, 10), max_size=8),
    st.integers(1, 6),
)
def test_expected_starts_never_put_more_clips_on_the_device_than_it_has_room_for(
    ends: list[float], lengths: list[float], room: int
) -> None:
    begins = expected_starts(ends, lengths, room, now=5.0)
    assert begins == sorted(begins)
    busy = [(0.0, max(end, 5.0)) for end in ends]
    busy += [(begin, begin + length) for begin, length in zip(begins, lengths, strict=True)]
    for begin in begins:
        at_once = sum(one <= begin < other for one, other in busy)
        assert at_once <= max(room, len(ends))


def test_a_full_device_lets_the_next_begin_when_one_ends() -> None:
    assert expected_starts([12.0, 15.0], [4.0, 4.0, 4.0], room=2, now=10.0) == [12.0, 15.0, 16.0]
    assert expected_starts([], [4.0], room=0, now=10.0) == [inf]


def test_a_clip_on_air_lasts_as_long_as_it_is_shown() -> None:
    assert clip_duration(EMBEDDED, 5, together=1, pace=1.2) == pytest.approx(1.2 + 5)
    slow = Cost(first=8.0, second=2.0, shown=0.2, share=1.0)
    assert clip_duration(slow, 5, together=1) == pytest.approx(8 + 8)
    assert clip_duration(slow, 5, together=2) == pytest.approx(16 + 16)
    assert clip_duration(EMBEDDED, 5, together=1, pace=1.2, live=False) == pytest.approx(0.4 + 1.0)
