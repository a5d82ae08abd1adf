"""How likely a mark is seen where none is: the detector's score on unmarked films.

The score of a place is the correlation there, in standard deviations of all places. On noise it is
normal. How often it comes above some heights is counted, and what that is of the normal share; the
tail beyond what can be counted is the normal one times the worst of these.
"""

from collections.abc import Sequence
from math import erfc, sqrt
from typing import Final

import numpy as np
from msgspec import Struct

from phosphene.trust.watermark_words import CHECK_BITS
from phosphene.watermark.fields import COLUMNS, ROWS, Field, fields_of
from phosphene.watermark.reading import (
    BEST,
    CUTS,
    FRAMED,
    LEAST_PEAK,
    TURNS,
    WHOLE,
    WORDS,
    laid,
)

HEIGHTS: Final = (3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0)
KEYS: Final = 8
"""Keys under which each film is looked at."""
COUNTED: Final = 100
"""Of so many a share is told to a tenth."""
FINE_VIEWS: Final = len(WHOLE) + BEST * 3 * 9
COARSE_VIEWS: Final = len(CUTS) * len(TURNS) * 2 + len(FRAMED)
PLACES_A_FILE: Final = ROWS * COLUMNS * (FINE_VIEWS + COARSE_VIEWS // 4)
"""Places that ``Reader.read`` looks at in a film, at most."""


class Scores(Struct, frozen=True):
    """Of ``places`` so many ``above`` each of HEIGHTS; the ``highest``."""

    places: int
    above: tuple[int, ...]
    highest: float


def score_places(mean: Field, keys: Sequence[bytes]) -> Scores:
    """The scores of all places of an unmarked film, under each of the keys and seen both ways."""
    spectra = [np.fft.rfft2(laid(mean, view, ROWS, COLUMNS)) for view in WHOLE]
    above, places, highest = np.zeros(len(HEIGHTS), np.int64), 0, 0.0
    for key in keys:
        wanted = np.conj(np.fft.rfft2(fields_of(key).sync))
        for spectrum in spectra:
            likeness = np.fft.irfft2(spectrum * wanted, (ROWS, COLUMNS))
            scores = likeness / likeness.std()
            above += [int((scores > height).sum()) for height in HEIGHTS]
            places, highest = places + scores.size, max(highest, float(scores.max()))
    return Scores(places, tuple(above.tolist()), highest)


def normal_tail(height: float) -> float:
    """The share of a normal distribution that is above so many standard deviations."""
    return erfc(height / sqrt(2)) / 2


def report_tail(scores: Sequence[Scores]) -> list[str]:
    """The lines of the table."""
    places = sum(one.places for one in scores)
    above = np.sum([one.above for one in scores], axis=0).tolist()
    expected = [normal_tail(height) * places for height in HEIGHTS]
    told = zip(HEIGHTS, above, expected, strict=True)
    lines = [
        f"  above {at}: {count} places, {count / due:.2f} of a normal one's"
        for at, count, due in told
    ]
    # Not less than normal: what is rare was not counted.
    worst = max(1.0, *(n / due for n, due in zip(above, expected, strict=True) if n >= COUNTED))
    seen = min(1.0, PLACES_A_FILE * normal_tail(LEAST_PEAK) * worst)
    checked = WORDS / 2**CHECK_BITS
    return [
        f"scores of {places:,} places of {len(scores)} unmarked clips, {KEYS} keys each; "
        f"the highest {max(one.highest for one in scores):.1f}, a mark is seen from {LEAST_PEAK}",
        *lines,
        f"a file has {PLACES_A_FILE:,} places at most: a mark is seen in {seen:.1e} of unmarked"
        f" ones, and its word passes the check in {checked:.1e} of these: {seen * checked:.1e};"
        f" were one seen in every file, {checked:.1e}",
    ]
