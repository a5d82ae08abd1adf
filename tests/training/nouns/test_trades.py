"""No trade is bound to a tone of skin or to a sex: counted over many seeds."""

from collections import Counter

import numpy as np
import pytest

from training.nouns.concepts import Concept, concepts
from training.nouns.draw import chosen
from training.nouns.dress import SKIN, dressed

SEEDS = 420
SEXED = {"king", "queen", "bride", "groom", "mother"}
"""Words that say a sex; everybody else may have any."""


def trades() -> list[Concept]:
    return [c for c in concepts().values() if c.build == "bust" and len(c.icons) > 1]


def test_there_are_many_trades() -> None:
    assert len(trades()) >= 25


def test_every_trade_is_done_by_women_as_often_as_by_men() -> None:
    for concept in trades():
        if concept.name in SEXED:
            continue
        shown = Counter(chosen(concept, seed) for seed in range(SEEDS))
        women = sum(n for icon, n in shown.items() if icon.startswith("woman"))
        men = sum(n for icon, n in shown.items() if icon.startswith("man"))
        # Of 280 fair throws one in 10,000 trades would be outside.
        assert 0.38 < women / (women + men) < 0.62, (concept.name, shown)


@pytest.mark.breadth
def test_every_trade_has_every_tone_of_skin_as_often() -> None:
    for concept in trades():
        inks = [dressed(concept, np.random.default_rng([seed, 7])) for seed in range(SEEDS)]
        tones = Counter(tuple(int(c) for c in (ink[1] * 255).round()) for ink in inks)
        assert len(tones) == len(SKIN)
        # 60 are expected of each of seven tones, with a spread of 7: four of them either way.
        assert all(32 <= count <= 88 for count in tones.values()), (concept.name, tones)
