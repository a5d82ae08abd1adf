from pathlib import Path

import numpy as np
import pytest

from training.nouns.concepts import TABLE, concepts
from training.nouns.dress import HAIR, SKIN, dressed

GAITS = {
    "stand", "walk", "run", "hop", "roll", "sail", "fly", "swim", "sway", "step", "crawl", "float",
    "rock",
}  # fmt: skip


def test_the_table_names_every_concept_once_and_says_how_it_moves() -> None:
    found = concepts()
    assert len(found) >= 400
    assert len(TABLE.read_text().splitlines()) == len(found) + 1
    assert {c.gait for c in found.values()} <= GAITS
    assert all(c.english and c.french for c in found.values())


def test_a_word_means_one_concept() -> None:
    for language in ("english", "french"):
        words = [w for c in concepts().values() for w in getattr(c, language)]
        twice = {w for w in words if words.count(w) > 1}
        assert not twice


def test_what_is_built_or_stands_does_not_walk() -> None:
    moving = [c for c in concepts().values() if c.kind in ("building", "furniture")]
    assert not {c.gait for c in moving} & {"walk", "run", "step", "hop", "swim", "crawl"}


def test_over_many_seeds_no_trade_is_bound_to_a_tone() -> None:
    trades = [c for c in concepts().values() if c.kind == "person"]
    for concept in trades:
        seen = {tuple(dressed(concept, np.random.default_rng(k))[1]) for k in range(200)}
        assert len(seen) == len(SKIN)
    cook = concepts()["cook"]
    hair = {tuple(dressed(cook, np.random.default_rng(k))[2]) for k in range(400)}
    assert len(hair) == len(HAIR)


def test_a_trade_is_drawn_as_women_and_as_men() -> None:
    for concept in concepts().values():
        if concept.build == "bust" and concept.kind == "person" and len(concept.icons) > 1:
            assert any(icon.startswith("man-") for icon in concept.icons), concept.name
            assert any(icon.startswith("woman-") for icon in concept.icons), concept.name


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.tsv").write_text("a\tb\n")
    with pytest.raises(ValueError, match="columns"):
        concepts(tmp_path / "other.tsv")
