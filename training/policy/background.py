"""Makes server/meaning/background.npz: what harmless prompts have in common.

    python -m training.policy.background

Of every second of the harmless prompts of the rules' trial and of 1,200 made characters: the other
halves are for thresholds (``training.policy.thresholds``).
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from phosphene.meaning.background import FILE, folded_words
from phosphene.meaning.sentence_encoder import SentenceEncoder
from phosphene.trust.harmless_prompts import harmless_prompts
from training.policy.characters import made_characters

DIRECTIONS: Final = 6
CHARACTERS: Final = 2400
SEED: Final = 1
LEAST: Final = 3
"""So many prompts have a word whose weight is kept; a rarer one tells as much as one in none."""


def harmless_halves() -> tuple[list[str], list[str], list[str], list[str]]:
    """Prompts and made characters to fit by, and prompts and made characters for thresholds."""
    prompts, made = harmless_prompts(), list(made_characters(CHARACTERS, SEED))
    # By pairs: of the made ones every second is French.
    pair = [at // 2 % 2 == 0 for at in range(max(len(prompts), len(made)))]
    fit, other = ([t for t, p in zip(prompts, pair, strict=False) if p is w] for w in (True, False))
    made_fit, made_other = (
        [t for t, p in zip(made, pair, strict=False) if p is w] for w in (True, False)
    )
    return fit, made_fit, other, made_other


def word_weights(texts: Sequence[str]) -> tuple[dict[str, float], float]:
    """The logarithm of how rare each word is (Spärck Jones, 1972), and that of one in no text."""
    held = Counter(word for text in texts for word in folded_words(text))
    weights = {w: math.log((len(texts) + 1) / (n + 1)) for w, n in held.items() if n >= LEAST}
    return weights, math.log(len(texts) + 1)


def main() -> None:
    """Write it."""
    encode = SentenceEncoder().encode_texts
    prompts, made, _, _ = harmless_halves()
    vectors = np.concatenate([encode(prompts), encode(made)])
    mean = vectors.mean(axis=0)
    directions = np.linalg.svd(vectors - mean, full_matrices=False)[2][:DIRECTIONS]
    weights, rarest = word_weights([*prompts, *made])
    words = sorted(weights)
    np.savez_compressed(
        FILE,
        mean=mean.astype(np.float16),
        directions=directions.astype(np.float16),
        word_mean=encode(words).mean(axis=0).astype(np.float16),
        words=np.array(words),
        weights=np.array([weights[word] for word in words], np.float16),
        rarest=np.float32(rarest),
    )
    print(f"{len(prompts)} prompts, {len(made)} characters, {len(words)} words: {FILE.name}")


if __name__ == "__main__":
    main()
