"""How close texts come to registered works: one vector a text, and the words that both share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.meaning.background import Background, Floats, folded_words, unit_vectors
from phosphene.meaning.function_words import FUNCTION_WORDS
from phosphene.meaning.meaning_messages import SPANS, CloseWork, WorkTexts

COVER: Final = 0.5
"""What the share of covered words counts beside the cosine."""
DOUBT: Final = 30.0
"""Weight of words that no text says: of a short text little can be told. With 6, and that of the
cover alone, a lake in the mist came closer to a work than most of those who describe one."""
SIDES: Final = (1.0, 1.0, 0.5)
"""What the texts of a work count, by turns, in the vector that stands for it: how it looks, what it
does, and the world around it, which is a place like many."""
ALIKE: Final = 0.6
"""Cosine of two words that are told as shared: cape and capes, cape and manteau."""
CLOSEST: Final = 48
"""Works whose words are looked at: of 29 descriptions in French that were missed with eight of
them, 24 had lost the right one by the cosine alone."""
COMMON: Final = 0.65
"""Of what the rarest word tells: one that tells less is in one harmless prompt of 170, or more."""
WORDS_KEPT: Final = 4000
"""Words of prompts, 2 kB each: a new one takes 0.5 ms."""

Encode = Callable[[Sequence[str]], Floats]
"""Texts to vectors, texts x 512, each of length 1."""


class RegisteredWorks:
    """Works with their vectors, made once; ``encode`` is that of the sentence encoder.

    ``known`` are vectors that were made before, as ``vectors`` of the works that these follow: so
    one more work takes 50 ms, where 500 works take 20 s.
    """

    def __init__(
        self,
        works: Sequence[WorkTexts],
        encode: Encode,
        background: Background,
        known: Mapping[str, Floats],
    ) -> None:
        self._encode, self._background = encode, background
        self._entries = [one.entry for one in works]
        said = [_words_of(one) for one in works]
        every = sorted({word for words in said for word in words})
        texts = [text for one in works for text in one.texts]
        self.vectors: Mapping[str, Floats] = _encode_unknown([*texts, *every], encode, known)
        content = background.remove_common(_stacked(self.vectors, texts))
        # The mean of all sides of a work stands for it: by the closest side alone a fifth less is
        # found at the same share of harmless prompts.
        ends = np.cumsum([len(one.texts) for one in works])
        parts = np.split(content, ends[:-1]) if works else []
        self._vectors: Floats = unit_vectors(np.stack([*map(_mean, parts)])) if works else content
        places = {word: at for at, word in enumerate(every)}
        self._words: list[NDArray[np.intp]] = [
            np.array([places[w] for w in words], np.intp) for words in said
        ]
        self._word_vectors = self._centred(_stacked(self.vectors, every))
        self._known: dict[str, Floats] = {}

    def find_close(self, text: str, vector: Floats) -> tuple[CloseWork, ...]:
        """The works that a text comes closest to, the closest first; ``vector``: 512, its own."""
        cosines, said = self._cosines(vector), folded_words(text)
        first = np.argsort(-cosines)[:CLOSEST]
        if not said:
            return tuple(CloseWork(self._entries[at], 0.0, ()) for at in first)
        weights = self._weights(said)
        best = self._covered(self._own(said), first)
        scores = _scores(cosines[first], best, weights)
        shared = self._shared(list(said), list(said.values()), best, weights)
        found = [
            CloseWork(self._entries[at], float(score) if len(self._words[at]) else 0.0, *told)
            for at, score, told in zip(first.tolist(), scores, shared, strict=True)
        ]
        return tuple(sorted(found, key=lambda one: -one.score))

    def score_all(self, text: str, vector: Floats) -> Floats:
        """How close a text comes to each of the works, in their order."""
        cosines, said = self._cosines(vector), folded_words(text)
        if not said:
            return np.zeros_like(cosines)
        best = self._covered(self._own(said), np.arange(len(self._words)))
        scores: Floats = _scores(cosines, best, self._weights(said))
        return scores

    def mean_word(self, text: str) -> Floats:
        """512: the mean of the words of a text, by what they tell, less what all words have in
        common."""
        said = folded_words(text)
        weights = self._weights(said)
        mean: Floats = weights @ self._own(said) / (weights.sum() + np.float32(1e-6))
        return mean

    def _cosines(self, vector: Floats) -> Floats:
        cosines: Floats = self._vectors @ self._background.remove_common(vector[None])[0]
        return cosines

    def unknown_words(self, text: str) -> tuple[str, ...]:
        """Those of a text that were in none before: whoever encodes the text may encode them with
        it, which takes half of the time."""
        return tuple(word for word in folded_words(text) if word not in self._known)

    def learn_words(self, words: Sequence[str], vectors: Floats) -> None:
        """Keep the vectors of words, words x 512, for the next texts that say them."""
        if len(self._known) + len(words) > WORDS_KEPT:
            self._known = {}
        self._known |= dict(zip(words, self._centred(vectors), strict=True))

    def _own(self, said: dict[str, str]) -> Floats:
        """The words of a text x 512."""
        # Twice where those that were known had to make room for the others.
        while unknown := [word for word in said if word not in self._known]:
            self.learn_words(unknown, self._encode(unknown))
        return _stacked(self._known, list(said))

    def _weights(self, said: dict[str, str]) -> Floats:
        return np.array([self._background.word_weight(word) for word in said], np.float32)

    def _covered(self, own: Floats, works: NDArray[np.intp]) -> Floats:
        """Words of a text x works: how well each is covered. All words of these works at once:
        work for work they took 8 ms of a prompt's 22."""
        words = [self._words[at] for at in works]
        best = np.zeros((len(own), len(words)), np.float32)
        some = np.array([len(one) > 0 for one in words], bool)
        if some.any():
            used, places = np.unique(np.concatenate(words), return_inverse=True)
            alike = np.clip(own @ self._word_vectors[used].T, 0, 1)
            starts = np.cumsum([0, *(len(one) for one in words if len(one))])[:-1]
            best[:, some] = np.maximum.reduceat(alike[:, places], starts, axis=1)
        return best

    def _shared(
        self, said: Sequence[str], written: Sequence[str], best: Floats, weights: Floats
    ) -> Iterator[tuple[tuple[str, ...], int]]:
        """Of each work the words that a text shares with it, as they are written, and how many of
        them are common."""
        # What a third of all prompts say is nothing that two texts share.
        telling = weights >= self._background.rarest / 2
        telling &= np.array([word not in FUNCTION_WORDS for word in said])
        kept = (best >= ALIKE) & telling[:, None]
        order = np.argsort(-best * weights[:, None], axis=0, kind="stable")
        common = weights < COMMON * self._background.rarest
        for at in range(best.shape[1]):
            shared = [n for n in order[:, at].tolist() if kept[n, at]][:SPANS]
            yield tuple(written[n] for n in shared), int(sum(common[n] for n in shared))

    def _centred(self, words: Floats) -> Floats:
        """Words x 512, less what all words have in common."""
        return unit_vectors(words - self._background.word_mean)


def texts_of(works: Sequence[WorkTexts]) -> set[str]:
    """What has a vector of its own: the texts of works, and each of their words."""
    return {text for one in works for text in (*one.texts, *_words_of(one))}


@lru_cache(maxsize=2048)  # a work is told again with each portion of those after it
def _words_of(work: WorkTexts) -> tuple[str, ...]:
    return tuple(sorted({word for text in work.texts for word in folded_words(text)}))


def _encode_unknown(
    texts: Sequence[str], encode: Encode, known: Mapping[str, Floats]
) -> Mapping[str, Floats]:
    """A vector for each of the texts, and for no other."""
    unknown = [text for text in dict.fromkeys(texts) if text not in known]
    made = dict(zip(unknown, encode(unknown), strict=True))
    return {text: known[text] if text in known else made[text] for text in texts}


def _stacked(vectors: Mapping[str, Floats], texts: Sequence[str]) -> Floats:
    """Texts x 512."""
    return np.stack([vectors[text] for text in texts]) if texts else np.zeros((0, 512), np.float32)


def _mean(texts: Floats) -> Floats:
    """Of the texts of a work, by what their sides count."""
    sides = np.resize(np.array(SIDES, np.float32), len(texts))
    mean: Floats = np.average(texts, axis=0, weights=sides).astype(np.float32)
    return mean


def _scores(cosines: Floats, best: Floats, weights: Floats) -> Floats:
    """``best``: words of a text x works, how well each is covered."""
    told = float(weights.sum()) + 1e-9
    cover = weights @ best**2 / told
    found: Floats = ((cosines + COVER * cover) * (told / (told + DOUBT))).astype(np.float32)
    return found
