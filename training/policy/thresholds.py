"""How close to a registered work is too close: thresholds by the number of works.

    python -m training.policy.thresholds [--rounds 40]

Of the halves of the harmless texts that the background was not made of, the highest score among so
many works, drawn by dice from the shipped ones; of these the quantiles, and a line through them
over the logarithm of the number: the maximum of n values of an exponential tail grows so (Gumbel).
Beside them what the texts of tests/trust/ten_works.toml, which another hand wrote, reach of their
own work.
"""

import argparse
import random
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.meaning.background import Floats, load_background
from phosphene.meaning.registered_works import RegisteredWorks
from phosphene.meaning.sentence_encoder import SentenceEncoder
from phosphene.trust.close_works import load_works
from training.policy.background import harmless_halves

TEN: Final = Path("tests/trust/ten_works.toml")
COUNTS: Final = (10, 25, 50, 100, 150, 200, 300, 400, 495, 800)
ASK: Final = (0.005, 0.03)
REFUSE: Final = (0.001, 0.005)
"""Shares of harmless prompts, and of made characters, above a threshold: both are kept."""


def scores(works: RegisteredWorks, texts: Sequence[str], encoder: SentenceEncoder) -> Floats:
    """Texts x works."""
    return np.stack(
        [
            works.score_all(text, vector)
            for text, vector in zip(texts, encoder.encode_texts(texts), strict=True)
        ]
    )


def quantile(scored: Floats, count: int, share: float, rounds: int, dice: random.Random) -> float:
    """Above which that share of texts is, among ``count`` works."""
    drawn = [
        np.quantile(scored[:, dice.sample(range(scored.shape[1]), count)].max(axis=1), 1 - share)
        for _ in range(rounds)
    ]
    return float(np.mean(drawn))


def main() -> None:
    """Print the table, and the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    encoder, shipped, dice = SentenceEncoder(), load_works(), random.Random(1)
    works = RegisteredWorks(shipped, encoder.encode_texts, load_background(), {})
    _, _, prompts, made = harmless_halves()
    # Made characters by pairs: of two one is French.
    some = [text for at, text in enumerate(made) if at // 2 % 2 == 0]
    both = scores(works, prompts, encoder), scores(works, some, encoder)
    ten = tomllib.loads(TEN.read_text(encoding="utf-8"))["works"]
    told = [(one["entry"], text) for one in ten for text in (*one["en"], *one["fr"])]
    entries = [one.entry for one in shipped]
    own = scores(works, [text for _, text in told], encoder)
    reached = own[np.arange(len(told)), [entries.index(entry) for entry, _ in told]]
    table = list[tuple[int, float, float]]()
    for count in (one for one in COUNTS if one <= len(shipped)):
        ask, refuse = (
            max(
                quantile(scored, count, share, options.rounds, dice)
                for scored, share in zip(both, shares, strict=True)
            )
            for shares in (ASK, REFUSE)
        )
        table.append((count, ask, refuse))
        found = [f"{np.mean(reached > limit):.3f}" for limit in (ask, refuse)]
        print(f"{count:>4} works: ask {ask:.3f}, refuse {refuse:.3f}; of ten works {found}")
    logs = np.log([one[0] for one in table])
    for name, at in (("ASK", 1), ("REFUSE", 2)):
        slope, base = np.polyfit(logs, [one[at] for one in table], 1)
        print(f"{name}: {base:.3f} + {slope:.4f} ln n")


if __name__ == "__main__":
    main()
