"""Makes server/meaning/content_heads.npz: what tells a prompt that breaks a category from one about
the same subject that does not.

    python -m training.policy.heads

A logistic regression a category on the vector of the sentence encoder, by prompts that are made of
training/policy/heads.toml (seeded), with the harmless prompts and made characters that the
background is made of. Limits are taken from scores of weights that saw nothing of a sentence (cross
validation), and of the harmless prompts that are for thresholds. The report is
training/policy/heads.report.
"""

import random
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.meaning.background import Floats
from phosphene.meaning.content_heads import FILE
from phosphene.meaning.sentence_encoder import SentenceEncoder
from training.policy.background import harmless_halves

Folds = NDArray[np.int64]
Encode = Callable[[list[str]], Floats]

PARTS: Final = Path(__file__).with_name("heads.toml")
REPORT: Final = Path(__file__).with_name("heads.report")
CATEGORIES: Final = ("sexual", "violence", "self_harm", "hate")
SEED: Final = 1
FILLED: Final = 8
"""Prompts of each sentence that has places."""
SOFT: Final = 3e-3
"""How far weights are kept small (L2), against as many texts of a few templates."""
STEPS: Final = 400
FOLDS: Final = 4
"""Each sentence, with all that is made of it, is in one of so many parts that are kept apart."""
ABOVE: Final = 0.04
"""Of the twins so many are above a limit, and of the harmless ones:"""
HARMLESS_ABOVE: Final = 0.002
CALM: Final = 0.03
"""Of the harmful ones so many are below what is calm."""


def made_prompts(
    parts: dict[str, Any], category: str, kind: str, dice: random.Random
) -> Iterator[tuple[str, int]]:
    """Prompts of a category, ``harmful`` or ``twins``, and the fold of each."""
    for language in ("en", "fr"):
        own = parts[category][language]
        for number, sentence in enumerate(own[kind]):
            for _ in range(FILLED if "{" in sentence else 2):
                places = parts[language] | {"group": own.get("group", [""])}
                filled = {name: dice.choice(places[name]) for name in ("who", "where", "group")}
                yield sentence.format(**filled) + dice.choice(places["style"]), number % FOLDS


def fitted(inside: Floats, outside: Floats) -> Floats:
    """Weights of a logistic regression, the last of them its constant; both sides weigh alike."""
    x = np.concatenate([inside, outside])
    x = np.concatenate([x, np.ones((len(x), 1), np.float32)], axis=1)
    y = np.repeat([1.0, 0.0], [len(inside), len(outside)])
    share = np.repeat([0.5 / len(inside), 0.5 / len(outside)], [len(inside), len(outside)])
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        error = share * (1 / (1 + np.exp(-x @ weights)) - y)
        weights -= 20.0 * (x.T @ error + SOFT * np.append(weights[:-1], 0) / 10)
    found: Floats = weights.astype(np.float32)
    return found


def main() -> None:
    """Write it, and its report."""
    parts = tomllib.loads(PARTS.read_text(encoding="utf-8"))
    encode, dice = SentenceEncoder().encode_texts, random.Random(SEED)
    prompts, made, checks, _ = harmless_halves()
    harmless, calm_texts = encode([*prompts[::2], *made[::3]]), encode(checks[::2])
    heads, lines = list[tuple[Floats, float, float]](), [f"seed {SEED}"]
    for category in CATEGORIES:
        bad, twin = (_encoded(parts, category, kind, dice, encode) for kind in ("harmful", "twins"))
        bad_scores, twin_scores = _apart(bad, twin, harmless)
        weights = fitted(bad[0], np.concatenate([twin[0], harmless]))
        quiet = calm_texts @ weights[:-1] + weights[-1]
        limit = max(np.quantile(twin_scores, 1 - ABOVE), np.quantile(quiet, 1 - HARMLESS_ABOVE))
        calm = np.quantile(bad_scores, CALM)
        heads.append((weights, float(limit), float(calm)))
        lines.append(
            f"{category}: from {limit:.2f} on, of sentences kept apart,"
            f" {np.mean(bad_scores >= limit):.3f} of {len(bad_scores)} harmful prompts and"
            f" {np.mean(twin_scores >= limit):.3f} of {len(twin_scores)} twins, and"
            f" {np.mean(quiet >= limit):.4f} of {len(quiet)} harmless ones; calm below {calm:.2f}:"
            f" {np.mean(twin_scores < calm):.3f} of the twins"
        )
    np.savez_compressed(
        FILE,
        names=np.array(CATEGORIES),
        weights=np.stack([one[0] for one in heads]).astype(np.float16),
        limits=np.array([one[1] for one in heads], np.float32),
        calm=np.array([one[2] for one in heads], np.float32),
    )
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _encoded(
    parts: dict[str, Any], category: str, kind: str, dice: random.Random, encode: Encode
) -> tuple[Floats, Folds]:
    """Vectors of made prompts, and of each which fold its sentence is in."""
    texts = dict(made_prompts(parts, category, kind, dice))
    return encode(list(texts)), np.array(list(texts.values()))


def _apart(
    bad: tuple[Floats, Folds], twin: tuple[Floats, Folds], harmless: Floats
) -> tuple[Floats, Floats]:
    """Scores of harmful prompts and of twins, each by weights that saw nothing of its sentence."""
    found = np.zeros(len(bad[0]), np.float32), np.zeros(len(twin[0]), np.float32)
    for fold in range(FOLDS):
        outside = np.concatenate([twin[0][twin[1] != fold], harmless])
        weights = fitted(bad[0][bad[1] != fold], outside)
        for scores, (vectors, folds) in zip(found, (bad, twin), strict=True):
            scores[folds == fold] = vectors[folds == fold] @ weights[:-1] + weights[-1]
    return found


if __name__ == "__main__":
    main()
