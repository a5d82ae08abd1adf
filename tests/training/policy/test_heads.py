"""What the heads learn from: twins for every harmful prompt, and nothing that is measured."""

import csv
import random
from collections import Counter
from pathlib import Path

from training.policy.heads import CATEGORIES, answers, made_prompts

BENCH = Path(__file__).parents[3] / "bench" / "policy"


def measured() -> set[str]:
    rows = list[dict[str, str]]()
    for name in ("twins.tsv", "twins_fresh.tsv"):
        text = (BENCH / name).read_text(encoding="utf-8").splitlines()
        rows += csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["text"].casefold() for row in rows}


def test_nothing_that_is_measured_is_learned() -> None:
    made = list(made_prompts(random.Random(1)))
    texts, kept = {one.text.casefold() for one in made}, measured()
    assert not [text for text in kept if text in texts]
    assert len(made) > 3000
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
