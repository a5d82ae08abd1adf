"""How close texts come to registered works: one vector a text, and the words that both share."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.meaning.background import Background, Floats, folded_words, unit_vectors
from phosphene.meaning.meaning_messages import SPANS, CloseWork, WorkTexts

COVER: Final = 0.5
"""What the share of covered words counts beside the cosine."""
DOUBT: Final = 6.0
"""Weight of words that no text says: of two covered words of a short text little can be told."""
ALIKE: Final = 0.6
"""Cosine of two words that are told as shared: cape and capes, cape and manteau."""
CLOSEST: Final = 8
"""Works whose words are looked at: the cosine alone finds the right one among them."""
WORDS_KEPT: Final = 4000
"""Words of prompts, 2 kB each: a new one takes 0.5 ms."""

Encode = Callable[[Sequence[str]], Floats]
"""Texts to vectors, texts x 512, each of length 1."""


class RegisteredWorks:
    """Works with their vectors, made once; ``encode`` is that of the sentence encoder."""

    def __init__(self, works: Sequence[WorkTexts], encode: Encode, background: Background) -> None:
        self._encode, self._background = encode, background
        self._entries = [one.entry for one in works]
        content = background.remove_common(encode([text for one in works for text in one.texts]))
        of = np.repeat(np.arange(len(works)), [len(one.texts) for one in works])
        # The mean of all sides of a work stands for it: by the closest side alone a fifth less is
        # found at the same share of harmless prompts.
        means = [content[of == number].mean(axis=0) for number in range(len(works))]
        self._vectors: Floats = unit_vectors(np.stack(means)) if means else content
        said = [sorted({w for text in one.texts for w in folded_words(text)}) for one in works]
        every = sorted({word for words in said for word in words})
        places = {word: at for at, word in enumerate(every)}
        self._words: list[NDArray[np.intp]] = [np.array([places[w] for w in ws]) for ws in said]
        self._word_vectors = self._encoded(every)
        self._known: dict[str, Floats] = {}

    def find_close(self, text: str, vector: Floats) -> tuple[CloseWork, ...]:
        """The works that a text comes closest to, the closest first; ``vector``: 512, its own."""
        cosines, said = self._cosines(vector), folded_words(text)
        first = np.argsort(-cosines)[:CLOSEST].tolist()
        alike = self._alike(said)
        found = [self._compared(at, float(cosines[at]), said, alike) for at in first]
        return tuple(sorted(found, key=lambda one: -one.score))

    def score_all(self, text: str, vector: Floats) -> Floats:
        """How close a text comes to each of the works, in their order."""
        cosines, said = self._cosines(vector), folded_words(text)
        alike = self._alike(said)
        every = range(len(self._entries))
        found = [self._compared(at, float(cosines[at]), said, alike).score for at in every]
        return np.array(found, np.float32)

    def _cosines(self, vector: Floats) -> Floats:
        cosines: Floats = self._vectors @ self._background.remove_common(vector[None])[0]
        return cosines

    def _alike(self, said: dict[str, str]) -> Floats:
        """Words of the text x words of all works: their cosines, from 0 on."""
        unknown = [word for word in said if word not in self._known]
        if len(self._known) + len(unknown) > WORDS_KEPT:
            self._known, unknown = {}, list(said)
        self._known |= dict(zip(unknown, self._encoded(unknown), strict=True))
        own = np.stack([self._known[word] for word in said]) if said else self._encoded([])
        alike: Floats = np.clip(own @ self._word_vectors.T, 0, 1)
        return alike

    def _compared(self, at: int, cosine: float, said: dict[str, str], alike: Floats) -> CloseWork:
        entry, words = self._entries[at], self._words[at]
        if not said or not len(words):
            return CloseWork(entry, cosine, ())
        best = alike[:, words].max(axis=1)
        weights = np.array([self._background.word_weight(word) for word in said])
        cover = float((best**2 * weights).sum() / (weights.sum() + DOUBT))
        telling = np.argsort(-best * weights).tolist()
        written = list(said.values())
        # What a third of all prompts say is nothing that two texts share.
        least = self._background.rarest / 2
        shared = [written[n] for n in telling if best[n] >= ALIKE and weights[n] >= least]
        return CloseWork(entry, cosine + COVER * cover, tuple(shared[:SPANS]))

    def _encoded(self, words: Sequence[str]) -> Floats:
        """Words x 512: of each by itself, less what all words have in common."""
        return unit_vectors(self._encode(words) - self._background.word_mean)
