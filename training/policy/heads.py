"""Makes server/meaning/content_heads.npz: what tells a prompt that breaks a category from one about
the same subject that does not.

    python -m training.policy.heads

A small network by prompts that are made of training/policy/heads.toml and heads_pairs.tsv (seeded;
in the latter a harmful sentence and a harmless one have words in common), with the harmless prompts
and made characters that the background is made of. Limits are taken from scores of networks that
saw nothing of a sentence (cross validation), and of the harmless prompts that are for thresholds.
The report is training/policy/heads.report.
"""

import csv
import random
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.meaning.background import Floats, load_background
from phosphene.meaning.content_heads import FILE, HeadNet
from phosphene.meaning.registered_works import RegisteredWorks
from phosphene.meaning.sentence_encoder import SentenceEncoder
from training.policy.background import harmless_halves
from training.policy.small_net import Learning, fit_net

PARTS: Final = Path(__file__).with_name("heads.toml")
PAIRS: Final = Path(__file__).with_name("heads_pairs.tsv")
REPORT: Final = Path(__file__).with_name("heads.report")
CATEGORIES: Final = ("sexual", "violence", "self_harm", "hate")
SEED: Final = 1
LEARNING: Final = Learning()
FOLDS: Final = 3
"""Each sentence, with all that is made of it and its twin, is in one of so many parts."""
ABOVE: Final = 0.04
"""Of the twins so many are above a limit, and of the harmless ones:"""
HARMLESS_ABOVE: Final = 0.001
CALM: Final = 0.03
"""Of the harmful ones so many are below what is calm."""
OF_OTHERS: Final = 0.5
"""What a twin counts as an example of what breaks no other category."""
OF_HARMLESS: Final = 0.7
NOBODY: Final = -1


class Made(Struct, frozen=True):
    """A prompt; ``sentence``: what it is made of, by number, none NOBODY."""

    text: str
    category: str = ""
    harmful: bool = False
    sentence: int = NOBODY


def made_prompts(dice: random.Random) -> Iterator[Made]:
    """Harmful prompts and twins of all categories, in both languages."""
    parts, number = tomllib.loads(PARTS.read_text(encoding="utf-8")), 0
    for category in CATEGORIES:
        for language in ("en", "fr"):
            for kind in ("harmful", "twins"):
                for sentence in parts[category][language][kind]:
                    number += 1
                    for text in _filled(sentence, 6, parts, category, language, dice):
                        yield Made(text, category, kind == "harmful", number)
    rows = PAIRS.read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
        number += 1
        for kind in ("harmful", "twin"):
            for text in _filled(row[kind], 4, parts, row["category"], row["language"], dice):
                yield Made(text, row["category"], kind == "harmful", number)


def _filled(
    sentence: str,
    times: int,
    parts: dict[str, Any],
    category: str,
    language: str,
    dice: random.Random,
) -> list[str]:
    """So many prompts of a sentence that has places, and of another two."""
    places = parts[language] | {"group": parts[category][language].get("group", [""])}
    made = list[str]()
    for _ in range(times if "{" in sentence else 2):
        filled = {name: dice.choice(places[name]) for name in ("who", "where", "group")}
        made.append(sentence.format(**filled) + dice.choice(places["style"]))
    return list(dict.fromkeys(made))


def features_of(texts: list[str], encoder: SentenceEncoder) -> Floats:
    """Texts x 1024: as the server reads them."""
    works = RegisteredWorks((), encoder.encode_texts, load_background(), {})
    words = np.stack([works.mean_word(text) for text in texts])
    return np.concatenate([encoder.encode_texts(texts), words], axis=1)


def answers(prompts: list[Made]) -> tuple[Floats, Floats]:
    """Texts x categories: which is broken, and how much that counts. Of the categories that are not
    its own a harmful prompt says nothing."""
    yes = np.zeros((len(prompts), len(CATEGORIES)), np.float32)
    counts = np.full_like(yes, OF_HARMLESS)
    alike = Counter((one.sentence, one.harmful) for one in prompts)
    for at, one in enumerate(prompts):
        if one.category:
            weight = 2 / alike[one.sentence, one.harmful] ** 0.5
            own = CATEGORIES.index(one.category)
            counts[at] = 0 if one.harmful else OF_OTHERS * weight
            counts[at, own], yes[at, own] = weight, one.harmful
    return yes, counts


def scores_apart(x: Floats, yes: Floats, counts: Floats, sentences: NDArray[np.int64]) -> Floats:
    """Texts x categories, of each sentence by a network that saw nothing of it."""
    found = np.zeros_like(yes)
    folds = np.where(sentences == NOBODY, NOBODY, sentences % FOLDS)
    for fold in range(FOLDS):
        seen = folds != fold
        net = fit_net(x[seen], yes[seen], counts[seen], LEARNING)
        found[~seen] = net.score_texts(x[~seen])
    return found


def main() -> None:
    """Write it, and its report."""
    encoder, dice = SentenceEncoder(), random.Random(SEED)
    prompts, made, checks, _ = harmless_halves()
    rows = [*made_prompts(dice), *(Made(text) for text in (*prompts, *made[::4]))]
    x, (yes, counts) = features_of([one.text for one in rows], encoder), answers(rows)
    apart = scores_apart(x, yes, counts, np.array([one.sentence for one in rows]))
    net = fit_net(x, yes, counts, LEARNING)
    quiet = net.score_texts(features_of(checks[::2], encoder))
    lines, limits, calm = [f"seed {SEED}, {len(rows)} prompts"], list[float](), list[float]()
    for at, category in enumerate(CATEGORIES):
        own = np.array([one.category == category for one in rows])
        bad, twin = apart[own & (yes[:, at] > 0), at], apart[own & (yes[:, at] == 0), at]
        line, limit, least = _limits(category, bad, twin, quiet[:, at])
        lines.append(line)
        limits.append(limit)
        calm.append(least)
    _write(net, limits, calm)
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _limits(category: str, bad: Floats, twin: Floats, quiet: Floats) -> tuple[str, float, float]:
    """What the report says of a category, its limit, and what is calm."""
    limit = max(np.quantile(twin, 1 - ABOVE), np.quantile(quiet, 1 - HARMLESS_ABOVE))
    calm = np.quantile(bad, CALM)
    line = (
        f"{category}: from {limit:.2f} on, of sentences kept apart,"
        f" {np.mean(bad >= limit):.3f} of {len(bad)} harmful prompts and"
        f" {np.mean(twin >= limit):.3f} of {len(twin)} twins, and"
        f" {np.mean(quiet >= limit):.4f} of {len(quiet)} harmless ones; calm below {calm:.2f}:"
        f" {np.mean(twin < calm):.3f} of the twins"
    )
    return line, float(limit), float(calm)


def _write(net: HeadNet, limits: list[float], calm: list[float]) -> None:
    np.savez_compressed(
        FILE,
        names=np.array(CATEGORIES),
        inner=net.inner.astype(np.float16),
        inner_bias=net.inner_bias,
        outer=net.outer,
        outer_bias=net.outer_bias,
        limits=np.array(limits, np.float32),
        calm=np.array(calm, np.float32),
    )


if __name__ == "__main__":
    main()
