from random import Random

import pytest

from phosphene.render import messages
from phosphene.render.worker.canvas import Canvas, CanvasView, Milestone
from phosphene.render.worker.eta import Speed, expected_end, measure_speed, progress
from phosphene.render.worker.renderer import Patch
from tests.render.painter import paint

FPS = 24


def view(finals: dict[int, float], frames: int = 120, covered: int = 24) -> CanvasView:
    """A canvas that began at 0 and whose first ``n`` frames were final at ``finals[n]``."""
    marks = (Milestone(0.0, 0), *(Milestone(at, n) for n, at in finals.items()))
    most = marks[-1].frames
    return CanvasView(
        frames=frames, covered=max(covered, most), finals=most, sigma=0.5, milestones=marks
    )


def test_measured_speed_leaves_the_first_frames_out_as_soon_as_it_can() -> None:
    assert measure_speed(view({24: 6.0}).milestones, None) == Speed(6.0, 0.25)
    assert measure_speed(view({24: 2.4}).milestones, Speed(9.0, 0.5)) == Speed(2.4, 0.5)
    assert measure_speed(
        view({24: 2.4, 48: 2.64, 72: 2.88}).milestones, Speed(9, 9)
    ).frame == pytest.approx(0.01)


def test_the_expected_end_comes_nearer_and_is_never_in_the_past() -> None:
    known = Speed(first=1.0, frame=0.01)
    assert expected_end(view({}), 0.0, 0.0, FPS, known) == pytest.approx(1.0 + 96 * 0.01)
    assert expected_end(view({}), 0.5, 0.5, FPS, known) == pytest.approx(0.5 + 96 * 0.01)
    assert expected_end(view({24: 1.0}), 1.0, 1.0, FPS, known) == pytest.approx(96 * 0.01)
    assert expected_end(view({24: 1.0}), 1.0, 99.0, FPS, known) == 0
    assert expected_end(view({120: 2.0}), 1.0, 2.0, FPS, known) == 0
    assert expected_end(view({}, covered=0), 0.0, 0.0, FPS, None) == 0
    assert expected_end(view({}, covered=120), 0.25, 1.0, FPS, None) == pytest.approx(3.0)


@pytest.mark.parametrize("seed", range(30))
def test_the_expected_end_is_a_number_of_seconds_at_any_moment(seed: int) -> None:
    random = Random(seed)
    finals = {24: random.random(), 48: 1 + random.random(), 120: 2 + random.random()}
    for known in range(4):
        state = view(dict(list(finals.items())[:known]), covered=random.randint(0, 120))
        now, done = state.milestones[-1].at + random.random(), random.random()
        for speed in (None, Speed(random.random(), random.random())):
            assert 0 <= expected_end(state, done, now, FPS, speed) < 10_000


def test_progress_says_how_much_of_the_noise_is_gone() -> None:
    canvas = Canvas(48, now=0.0)
    half = Patch(
        revision=1,
        start=0,
        stop=24,
        sigma=0.5,
        draw=lambda frame: paint(0, frame),
        final=False,
        step=2,
        steps=4,
        chunk=0,
        chunks=2,
    )
    said = progress("a", half, canvas.put_patch(half, 1.0), FPS, 1.0, Speed(9.0, 0.5))
    assert said == messages.Progress(
        clip="a", step=2, steps=4, chunk=0, chunks=2, percent=25.0, sigma=0.5, eta_s=1.0 + 24 * 0.5
    )
