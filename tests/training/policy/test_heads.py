"""What the heads learn from: twins for every harmful prompt, and nothing that is measured."""

import csv
import random
from collections import Counter
from pathlib import Path

import numpy as np

from phosphene.meaning.background import Floats
from phosphene.meaning.content_heads import HeadNet
from training.policy.heads import (
    CATEGORIES,
    NOBODY,
    OF_BLURRED,
    Made,
    answers,
    joined_nets,
    made_prompts,
    parts_of,
    side_by_side,
    varied_prompts,
)

BENCH = Path(__file__).parents[3] / "bench" / "policy"


def measured() -> set[str]:
    rows = list[dict[str, str]]()
    for name in ("twins.tsv", "twins_fresh.tsv", "twins_second.tsv"):
        text = (BENCH / name).read_text(encoding="utf-8").splitlines()
        rows += csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["text"].casefold() for row in rows}


def test_nothing_that_is_measured_is_learned() -> None:
    made = list(made_prompts(random.Random(1)))
    more = list(varied_prompts(made[-1].sentence, random.Random(1)))
    texts, kept = {one.text.casefold() for one in (*made, *more)}, measured()
    assert not [text for text in kept if text in texts]
    assert len(made) > 3000
    assert {one.category for one in more} == set(OF_BLURRED)
    assert not {one.sentence for one in made} & {one.sentence for one in more}
    sides = Counter((one.category, one.harmful) for one in made)
    for category in CATEGORIES:
        assert 0.5 < sides[category, True] / sides[category, False] < 2


def test_the_same_dice_make_the_same_prompts() -> None:
    assert list(made_prompts(random.Random(1))) == list(made_prompts(random.Random(1)))


def test_a_harmful_prompt_says_nothing_of_other_categories() -> None:
    made = list(made_prompts(random.Random(1)))
    yes, counts = answers(made)
    at = next(n for n, one in enumerate(made) if one.harmful and one.category == "hate")
    assert (counts[at] > 0).tolist() == (yes[at] > 0).tolist() == [False, False, False, True]
    twin = next(n for n, one in enumerate(made) if not one.harmful and one.category == "hate")
    assert (counts[twin] > 0).all()
    assert not yes[twin].any()


def test_what_translates_a_sentence_is_kept_apart_with_it() -> None:
    rows = [Made("a", "hate", True, number) for number in (1, 1, 2, 3, 4)] + [Made("b")] * 3
    x = np.eye(8, 1024, dtype=np.float32)
    x[4] = x[2] * 0.8 + x[3] * 0.6
    parts = parts_of(rows, x).tolist()
    assert parts[0] == parts[1]
    assert parts[4] == parts[2] != parts[3]
    assert sorted(parts[5:]) == [0, 1, 2]
    assert all(one.sentence == NOBODY for one in rows[5:])


def nets(count: int) -> tuple[list[HeadNet], Floats]:
    """So many of two hidden units, and two texts."""
    dice = np.random.default_rng(1)

    def drawn(*shape: int) -> Floats:
        return dice.normal(size=shape).astype(np.float32)

    made = [HeadNet(drawn(8, 2), drawn(2), drawn(2, 4), drawn(4)) for _ in range(count)]
    return made, drawn(2, 8)


def test_joined_networks_say_the_mean_and_two_side_by_side_speak_of_their_own() -> None:
    some, x = nets(3)
    said = [net.score_texts(x) for net in some]
    assert np.allclose(joined_nets(some).score_texts(x), np.mean(said, axis=0), atol=1e-5)
    both = side_by_side(some[0], some[1]).score_texts(x)
    own = [CATEGORIES.index(one) for one in OF_BLURRED]
    others = [n for n in range(len(CATEGORIES)) if n not in own]
    assert np.allclose(both[:, own], said[1][:, own], atol=1e-5)
    assert np.allclose(both[:, others], said[0][:, others], atol=1e-5)
