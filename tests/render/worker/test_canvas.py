from collections.abc import Callable
from random import Random

import pytest

from phosphene.render.worker.canvas import Canvas, Milestone, RendererFault
from phosphene.render.worker.renderer import Patch
from tests.render.painter import paint


def patch(
    revision: int, start: int = 0, stop: int = 10, sigma: float = 0.5, final: bool = False
) -> Patch:
    return Patch(
        revision=revision,
        start=start,
        stop=stop,
        sigma=sigma,
        draw=lambda frame: paint(0, frame, sigma),
        final=final,
        step=1,
        steps=1,
        chunk=0,
        chunks=1,
    )


def joint(_: Random) -> list[Patch]:
    return [patch(n, 0, 24, 1 - n / 8, n == 8) for n in range(1, 9)]


def causal(random: Random) -> list[Patch]:
    order = [(chunk, step) for chunk in range(3) for step in range(1, random.randint(2, 5))]
    last = {chunk: max(step for c, step in order if c == chunk) for chunk in range(3)}
    return [
        patch(n, chunk * 8, chunk * 8 + 8, 1 - step / last[chunk], step == last[chunk])
        for n, (chunk, step) in enumerate(order)
    ]


def staircase(_: Random) -> list[Patch]:
    """Frame groups begin one after the other and sharpen together, as in diffusion forcing."""
    news = [(turn, group, turn - group) for turn in range(9) for group in range(6)]
    steps = [(group, step) for _, group, step in news if 0 <= step < 4]
    return [
        patch(3 * n + 1, group * 4, group * 4 + 4, 0.75 - step / 4, step == 3)
        for n, (group, step) in enumerate(steps)
    ]


def backward(random: Random) -> list[Patch]:
    return [
        patch(n, 24 - 6 * (n // 2 + 1), 24 - 6 * (n // 2), 0.0 if n % 2 else 0.5, bool(n % 2))
        for n in range(8)
    ]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("shape", [joint, causal, staircase, backward])
def test_every_shape_of_renderer_fits(shape: Callable[[Random], list[Patch]], seed: int) -> None:
    canvas = Canvas(24, now=5.0)
    sigmas, finals = [1.0] * 24, [False] * 24
    for at, news in enumerate(shape(Random(seed))):
        before, view = canvas.view, canvas.put_patch(news, 6.0 + at)
        for frame in range(news.start, news.stop):
            sigmas[frame], finals[frame] = news.sigma, news.final
            assert canvas.best_patch(frame) is news
        assert view.finals == next((n for n in range(24) if not finals[n]), 24)
        assert view.sigma == pytest.approx(sum(sigmas) / 24)
        assert view.sigma <= before.sigma
        assert view.covered >= view.finals >= before.finals
        assert view.milestones[: len(before.milestones)] == before.milestones
        if view.finals > before.finals:
            assert view.milestones[-1] == Milestone(6.0 + at, view.finals)
    assert canvas.view.is_complete
    assert canvas.view.sigma == 0
    canvas.close()


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (patch(2), "revision 2 after 2"),
        (patch(1), "revision 1 after 2"),
        (patch(3, sigma=0.6), "rose from 0.5 to 0.6"),
        (patch(3, 9, 12, 0.7), "sigma of frame 9 rose"),
        (patch(3, sigma=float("nan")), "sigma nan"),
        (patch(3, sigma=-0.1), "not in 0..1"),
        (patch(3, 10, 12, sigma=1.1), "not in 0..1"),
        (patch(3, sigma=0.1, final=True), "final with sigma 0.1"),
        (patch(3, -1, 4), "frames -1..4"),
        (patch(3, 4, 4), "frames 4..4"),
        (patch(3, 20, 25), "frames 20..25 of a clip of 24"),
    ],
)
def test_a_patch_that_breaks_a_law_is_refused_and_changes_nothing(bad: Patch, why: str) -> None:
    canvas = Canvas(24, now=0.0)
    good = patch(2)
    view = canvas.put_patch(good, 1.0)
    with pytest.raises(RendererFault, match=why):
        canvas.put_patch(bad, 2.0)
    assert canvas.view == view
    assert canvas.best_patch(9) is good
    canvas.put_patch(patch(3), 3.0)


def test_a_frame_is_final_once() -> None:
    canvas = Canvas(24, now=0.0)
    canvas.put_patch(patch(1, sigma=0, final=True), 1.0)
    for again in (patch(2, sigma=0, final=True), patch(2, sigma=0), patch(2, 9, 12, sigma=0)):
        with pytest.raises(RendererFault, match="was final already"):
            canvas.put_patch(again, 2.0)


def test_nothing_follows_the_end() -> None:
    canvas = Canvas(10, now=0.0)
    canvas.put_patch(patch(1, sigma=0, final=True), 1.0)
    canvas.close()
    with pytest.raises(RendererFault, match="after the end"):
        canvas.put_patch(patch(2), 2.0)


def test_an_end_with_frames_that_are_not_final_is_broken() -> None:
    canvas = Canvas(24, now=0.0)
    canvas.put_patch(patch(1, sigma=0, final=True), 1.0)
    with pytest.raises(RendererFault, match="14 frames that are not final"):
        canvas.close()


def test_a_frame_without_a_version_cannot_be_shown() -> None:
    canvas = Canvas(24, now=0.0)
    canvas.put_patch(patch(1), 1.0)
    with pytest.raises(LookupError, match="frame 10"):
        canvas.best_patch(10)
