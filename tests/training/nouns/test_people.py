from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from phosphene.render.worker.embedded.nouns.plate import INKS, SHAPE
from training.nouns import pool
from training.nouns.card import FIELDS, Card
from training.nouns.people import person

PLAIN = {
    "length": "short", "headwear": "none", "glasses": "none", "beard": "none", "age": "adult",
    "clothes": "t-shirt", "build": "medium", "figure": "man", "posture": "stand",
}  # fmt: skip


def card(**told: str) -> Card:
    return Card.of(np.random.default_rng(0), **(PLAIN | told))


@pytest.mark.parametrize("posture", FIELDS["posture"])
def test_a_person_fits_the_plate_in_every_posture(posture: str) -> None:
    for age in FIELDS["age"]:
        drawn = person(card(posture=posture, age=age))
        assert drawn.shape == SHAPE
        alpha = drawn[-1]
        assert alpha.max() == 255
        assert max(alpha[0].max(), alpha[-1].max(), alpha[:, 0].max(), alpha[:, -1].max()) == 0


@pytest.mark.parametrize("field", sorted(FIELDS.keys() - {"skin", "hair", "colour", "accent"}))
def test_every_value_of_a_field_is_seen(field: str) -> None:
    seen = [person(card(**{field: value})).astype(float) for value in FIELDS[field]]
    for k, one in enumerate(seen):
        for other in seen[k + 1 :]:
            assert np.abs(one - other).max() > 60


def test_inks_are_where_the_card_says() -> None:
    plain = person(card()).astype(float)
    worn = person(card(glasses="glasses")).astype(float)
    bald = person(card(length="bald")).astype(float)
    accent, hair, skin, main = (3 + INKS.index(i) for i in ("accent", "hair", "skin", "main"))
    assert plain[accent].max() == 0 < worn[accent].max()
    assert bald[hair].sum() < 0.5 * plain[hair].sum()
    assert plain[skin].max() > 150
    assert plain[main].max() > 150


def test_no_look_is_bound_to_another() -> None:
    """Skin and hair, figure and trade's clothes: chance draws each by itself."""
    rng = np.random.default_rng(1)
    cards = [Card.of(rng) for _ in range(4000)]
    for one, other in (("skin", "clothes"), ("skin", "figure"), ("figure", "clothes")):
        pairs = Counter((getattr(c, one), getattr(c, other)) for c in cards)
        expected = len(cards) / len(FIELDS[one]) / len(FIELDS[other])
        assert len(pairs) == len(FIELDS[one]) * len(FIELDS[other])
        assert max(abs(n - expected) for n in pairs.values()) < 0.35 * expected


def test_a_card_is_what_is_told_and_nothing_else() -> None:
    told = {"age": "old", "figure": "woman", "glasses": "glasses", "accent": "red"}
    made = Card.of(np.random.default_rng(3), **told)
    assert {name: getattr(made, name) for name in told} == told
    assert made.beard == "none"
    assert made.row[list(FIELDS).index("age")] == 2
    with pytest.raises(ValueError, match="no age 'ancient'"):
        Card.of(np.random.default_rng(0), age="ancient")


def test_people_lie_in_the_pool_with_their_cards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "PERSONS", 2)
    monkeypatch.setattr(pool, "concepts", dict)
    monkeypatch.setattr(pool, "shard", lambda number: np.zeros((1, *SHAPE), np.uint8))
    pool.fill(tmp_path, 2, 3)
    drawn = pool.plates(tmp_path / pool.PEOPLE)
    cards = np.load(tmp_path / pool.PEOPLE / "001.cards.npy")
    assert [shard.shape for shard in drawn] == [(2, *SHAPE)] * 3
    assert cards.shape == (2, len(FIELDS))
    assert pool.numbers(tmp_path) == [0, 1]
