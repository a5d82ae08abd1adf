"""What is known of described works, and asked of others, by the number of registered works: among
more of them one is closer by chance, so the thresholds rise."""

import random
from collections.abc import Iterator
from typing import Final

from bench.policy.meant import Meant, described_rows, texts_of
from bench.policy.shares import Share
from phosphene.meaning.meaning_messages import WorkTexts
from phosphene.trust.close_works import load_works
from phosphene.trust.harmless_prompts import harmless_prompts
from training.policy.characters import made_characters

COUNTS: Final = (50, 150, 400, 0, 800)
"""0: all that ship. What they lack of 800 are made characters, three texts each."""
ROUNDS: Final = {50: 6, 150: 2}
SEED: Final = 1


def measure_curve() -> Iterator[tuple[str, Share]]:
    """By number of works: described ones asked or refused, in English and in French, and harmless
    prompts and near misses that are asked or refused."""
    shipped, dice = load_works(), random.Random(SEED)
    harmless = {"harmless": harmless_prompts()[::4], "near misses": texts_of("near.txt")}
    for count in COUNTS:
        number = count or len(shipped)
        tried = [_outcomes(_drawn(shipped, number, dice), harmless, n) for n in _rounds(count)]
        for what in tried[0]:
            every = [outcome for one in tried for outcome in one.get(what, [])]
            for said in ("asked or refused", "refused"):
                hits = sum(bool(one) if said != "refused" else one == said[:-1] for one in every)
                yield f"{number} works, {what}: {said}", Share(hits, len(every))


def _rounds(count: int) -> range:
    return range(ROUNDS.get(count, 1))


def _drawn(shipped: tuple[WorkTexts, ...], count: int, dice: random.Random) -> list[WorkTexts]:
    made = list(made_characters(3 * max(0, count - len(shipped)), SEED + 1))
    others = [
        WorkTexts(f"made {at}", tuple(made[3 * at : 3 * at + 3])) for at in range(len(made) // 3)
    ]
    return [*dice.sample(shipped, min(count, len(shipped))), *others]


def _outcomes(
    works: list[WorkTexts], harmless: dict[str, list[str]], at: int
) -> dict[str, list[str]]:
    meant = Meant(works)
    rows = [row for row in described_rows() if row["entry"] in meant.entries]
    said = {
        f"described, {language}": [
            meant.outcome(row["text"])[0] for row in rows if row["language"] == language
        ]
        for language in ("en", "fr")
    }
    # Of harmless ones once: each round would ask the same.
    others = harmless if at == 0 else {}
    return said | {
        what: [meant.outcome(text)[0] for text in texts] for what, texts in others.items()
    }
