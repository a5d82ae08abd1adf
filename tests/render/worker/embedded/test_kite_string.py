import numpy as np

from phosphene.render.worker.embedded.kite_string import lay_strand

SHAPE = (256, 144)


def threaded(level: int, start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    luma, chroma = np.full(SHAPE, level, np.uint16), np.full((2, 128, 72), 40, np.int16)
    lay_strand(luma, chroma, start, end, 64)
    return luma.astype(int) - level


def test_a_thread_is_seen_before_a_dark_and_a_bright_sky() -> None:
    for level, sign in ((20, 1), (215, -1)):
        change = threaded(level, (20, 30), (100, 200))
        assert (sign * change).max() > 25
        rows, columns = np.nonzero(change)
        assert rows.min() > 20
        assert rows.max() < 230
        assert columns.min() > 10
        assert columns.max() < 115
        assert (change != 0).mean() < 0.05


def test_what_is_out_of_sight_is_not_drawn() -> None:
    assert not threaded(100, (-60, -90), (-20, -40)).any()
    assert threaded(100, (70, 200), (70, 400)).any()
