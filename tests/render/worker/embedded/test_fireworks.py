import numpy as np
import pytest

from phosphene.render.worker.embedded.firework_bursts import bursts, openings
from phosphene.render.worker.embedded.fireworks import Fireworks
from phosphene.render.worker.embedded.vocabulary import PLATE

SKY = (512, 288)


def burst_tile() -> np.ndarray:
    """Four rings round a middle, near the borders too."""
    plate = np.zeros((4, PLATE, PLATE), np.float32)
    for row, column in ((4, 20), (30, 70), (60, 20), (80, 90)):
        for turn in np.linspace(0, 2 * np.pi, 12, endpoint=False):
            at = int(row + 12 * np.sin(turn)) % PLATE, int(column + 12 * np.cos(turn)) % PLATE
            plate[:, at[0], at[1]] = 1
        plate[:, row, column] = 1
    return plate


def lit(seconds: float) -> np.ndarray:
    luma, chroma = np.zeros(SKY, np.uint16), np.zeros((2, 256, 144), np.int16)
    Fireworks(burst_tile(), 0.0, 32).blend_over(luma, chroma, seconds)
    return luma > 60


@pytest.mark.parametrize("seconds", [0.0, 1.7, 5.2, 9.9])
def test_there_are_always_some_and_not_all_at_once(seconds: float) -> None:
    assert 2 <= len(bursts(seconds)) <= 5
    assert all(0 < one.left <= 1 and one.radius > 0 for one in bursts(seconds))


def test_each_opens_falls_and_goes_out() -> None:
    moments = [t / 20 for t in range(80)]
    x = next(b.x for t in moments for b in bursts(t) if b.radius < 0.5)
    shown = [b for t in moments for b in bursts(t) if b.x == x]
    assert len(shown) > 5
    radii, heights = [b.radius for b in shown], [b.y for b in shown]
    assert radii == sorted(radii)
    assert heights == sorted(heights)
    assert shown[-1].left < 0.2


def test_they_are_seen_in_the_sky_and_another_moment_shows_others() -> None:
    early, late = lit(0.0), lit(1.0)
    assert early.any()
    assert late.any()
    assert (early != late).sum() > 100
    assert not early[-SKY[0] // 3 :].any()


def test_openings_are_told_once_each_and_are_when_they_are_seen() -> None:
    quarters = [openings(k / 4, (k + 1) / 4) for k in range(40)]
    whole = [one for quarter in quarters for one in quarter]
    assert whole == sorted(whole)
    assert len(whole) >= 15
    assert all(-1 <= where <= 1 for _, where in whole)
    for when, _ in whole:
        before, after = (len([b for b in bursts(t) if b.radius < 0.4]) for t in (when, when + 0.01))
        assert after > 0 or before > 0
