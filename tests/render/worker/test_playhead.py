from itertools import pairwise
from math import inf
from random import Random

import pytest

from phosphene.render.worker.canvas import CanvasView, Milestone
from phosphene.render.worker.eta import Speed
from phosphene.render.worker.playhead import (
    Head,
    frame_due,
    is_over,
    may_run,
    next_head,
    shown_from,
)

FPS = 24


def view(finals: dict[int, float], frames: int = 120, covered: int = 24) -> CanvasView:
    """A canvas that began at 0 and whose first ``n`` frames were final at ``finals[n]``."""
    marks = (Milestone(0.0, 0), *(Milestone(at, n) for n, at in finals.items()))
    most = marks[-1].frames
    return CanvasView(
        frames=frames, covered=max(covered, most), finals=most, sigma=0.5, milestones=marks
    )


def test_before_the_first_version_there_is_nothing_to_show() -> None:
    assert next_head(Head(), view({}, covered=0), FPS, 1.0, None) is None


def test_while_frames_sharpen_it_runs_to_and_fro_over_what_exists() -> None:
    head, seen = Head(), []
    for tick in range(9):
        following = next_head(head, view({}, covered=4 if tick < 5 else 6), FPS, 1.0, None)
        assert following is not None
        head = following
        assert not head.running
        seen.append(head.frame)
    assert seen == [0, 1, 2, 3, 2, 1, 0, 1, 2]


def test_a_single_frame_stays() -> None:
    head = next_head(Head(), view({}, covered=1), FPS, 1.0, None)
    assert head is not None
    again = next_head(head, view({}, covered=1), FPS, 1.0, None)
    assert again is not None
    assert head.frame == again.frame == 0


def test_a_model_faster_than_the_clock_runs_as_soon_as_the_first_frames_are_final() -> None:
    fast = Speed(first=0.6, frame=0.2 / 24)
    assert next_head(Head(7), view({24: 0.6}), FPS, 0.6, fast) == Head(0, running=True)


def test_a_slow_model_is_waited_for() -> None:
    slow = Speed(first=2.0, frame=2.0 / 24)
    state = view({24: 2.0})
    assert not may_run(state, FPS, 2.0, slow)
    begin = next(now for now in (n / 10 for n in range(20, 200)) if may_run(state, FPS, now, slow))
    # Four more seconds of clip come at 4, 6, 8 and 10, and are due 1, 2, 3 and 4 after the begin.
    assert 6.0 <= begin <= 8.0


def test_the_first_frames_say_how_fast_the_rest_is_only_when_nothing_else_does() -> None:
    state = view({24: 3.0})
    assert not may_run(state, FPS, 3.0, None)
    assert may_run(state, FPS, 3.0, Speed(first=9.0, frame=0.001))
    assert may_run(view({24: 3.0, 48: 3.1}), FPS, 3.1, None)


def test_a_run_begins_only_with_time_to_spare() -> None:
    """Nobody knows beforehand to the tenth how long the rest will take."""
    state, speed = view({24: 1.0}, frames=48), Speed(first=1.0, frame=1 / FPS)
    assert not may_run(state, FPS, 1.1, speed)
    assert may_run(state, FPS, 1.2, speed)


def test_frames_are_due_when_the_run_comes_to_the_first_that_is_not_final() -> None:
    assert frame_due(Head(5, running=True), view({48: 1.0}), FPS, 10.0) == 10.0 + 43 / FPS
    assert frame_due(Head(47, running=True), view({48: 1.0}), FPS, 10.0) == 10.0 + 1 / FPS
    # Before the run nothing was shown of what is final: it could begin at this moment.
    assert frame_due(Head(5), view({48: 1.0}), FPS, 10.0) == 10.0 + 48 / FPS
    assert frame_due(Head(5), view({}), FPS, 10.0) == inf


def test_what_is_late_is_expected_at_any_moment_not_in_the_past() -> None:
    late = view({24: 1.0}, frames=48)
    assert may_run(late, FPS, 50.0, Speed(1.0, 1.0))


def test_the_run_holds_when_frames_are_late_and_goes_on_where_it_was() -> None:
    head = Head(23, running=True)
    assert next_head(head, view({24: 1.0}), FPS, 9.0, None) is None
    assert next_head(head, view({24: 1.0, 48: 9.0}), FPS, 9.1, None) == Head(24, running=True)


def test_after_the_last_frame_nothing_is_shown() -> None:
    state = view({120: 2.0})
    assert next_head(Head(119, running=True), state, FPS, 9.0, None) is None
    assert is_over(Head(119, running=True), state)
    assert not is_over(Head(118, running=True), state)
    assert not is_over(Head(119), state)


def play(random: Random) -> tuple[list[Head], list[CanvasView]]:
    """A clip whose portions come at random moments, played to the end by the clock."""
    frames, portion = 24 * random.randint(1, 6), random.choice([6, 8, 24])
    times, at = {}, 0.0
    for n in range(portion, frames + 1, portion):
        at += random.choice([0.01, 0.3, 1.0, 4.0]) * random.random()
        times[n] = at
    heads: list[Head] = []
    views: list[CanvasView] = []
    head, tick = Head(), 0
    while not heads or not is_over(head, views[-1]):
        now = tick / FPS
        state = view({n: at for n, at in times.items() if at <= now}, frames, min(frames, 24))
        following = next_head(head, state, FPS, now, None)
        if following is not None:
            head = following
            heads.append(head)
            views.append(state)
        tick += 1
    return heads, views


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_whatever_comes_when_the_run_is_straight_and_only_through_final_frames(seed: int) -> None:
    heads, views = play(Random(seed))
    run = [head.frame for head in heads if head.running]
    assert run == list(range(views[-1].frames))
    begin = next(at for at, head in enumerate(heads) if head.running)
    assert all(head.running for head in heads[begin:])
    for head, state in zip(heads, views, strict=True):
        assert head.frame < (state.finals if head.running else state.covered)
    assert all(abs(b.frame - a.frame) <= 1 for a, b in pairwise(heads[:begin]))


@pytest.mark.parametrize("seconds", range(2, 11))
@pytest.mark.parametrize("cost", [0.1, 0.9, 1.0, 1.5, 4.0])
def test_a_model_of_even_speed_never_stalls_the_run(seconds: int, cost: float) -> None:
    frames, head, tick = 24 * seconds, Head(), 0
    while not (head.running and head.frame == frames - 1):
        now = tick / FPS
        done = {24 * n: n * cost for n in range(1, seconds + 1) if n * cost <= now}
        following = next_head(head, view(done, frames), FPS, now, None)
        assert following is not None or not head.running, "the run stalled"
        head = following or head
        tick += 1


def test_forming_is_spread_over_the_pace() -> None:
    shown = [shown_from(step / 8, 1 / 8, 3.5) for step in range(1, 9)]
    assert (shown[0], shown[-1]) == (0, 3.5)
    gaps = [after - before for before, after in pairwise(shown)]
    assert gaps == sorted(gaps)  # noise passes quickly, what comes out of it slowly
    assert gaps[0] > 0.2
    assert shown_from(1.0, 1.0, 2.0) == 2.0
    assert shown_from(0.5, 0.125, 0.0) == 0
