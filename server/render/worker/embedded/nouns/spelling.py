"""Words that are no words, but nearly one."""

from typing import Final

from phosphene.render.worker.embedded.nouns.lemma import nouns, verbs
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon, Meaning
from phosphene.render.worker.embedded.nouns.slips import doubles, slips

# Shorter words are not taken for misspellings; in other languages than English, of which not all
# words are known, they must be longer.
MISSPELT: Final = 5
DOUBLED: Final = 7
"""Letters of the shortest word of French that is taken for one with a letter more or less of two
that are the same: un papilon. Shorter ones are words: poison, poisson."""


class SlipFinder:
    """Finds what a word of one language is a slip of."""

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        self.lexicon = lexicon
        self.language = language
        self._by_hand = language in ("en", "fr")

    def correct_slip(self, word: str) -> Meaning | None:
        """What an unknown word is one slip away from: a name, a swap, a letter more or less."""
        least = MISSPELT if self.language == "en" else 2 * MISSPELT - 2
        forms = {*nouns(word, self.language), *verbs(word, self.language)}
        # Of 1,936 words of real prompts one letter of distance alone changed 135 falsely (night to
        # knight, water to waiter); with the words that English knows left alone it changes 2.
        if any(form in self.lexicon.known for form in forms):
            return None
        if doubled := self._doubled(word, least):
            return doubled
        if len(word) < least:
            return None
        names = self.lexicon.phrases[self.language]
        if joined := self._split(word):
            return joined
        for form in nouns(word, self.language):  # pinguins, as pinguin
            if len(form) < least:
                continue
            near = (w for w in slips(form) if w in names and self._ends(w, form))
            found = {names[w] for w in near if names[w].exact}
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    def _doubled(self, word: str, least: int) -> Meaning | None:
        """What a word is but for a letter that is there once instead of twice, or twice."""
        if not self._by_hand or len(word) < min(least, DOUBLED):
            return None
        names = self.lexicon.phrases[self.language]
        found = {names[w] for w in doubles(word) if w in names and names[w].exact}
        return found.pop() if len(found) == 1 else None

    def _split(self, word: str) -> Meaning | None:
        """What two words written as one call: a rollercoaster."""
        names = self.lexicon.phrases[self.language]
        halves = (f"{word[:k]} {form}" for k in range(3, len(word) - 2)
                  for form in nouns(word[k:], self.language))  # fmt: skip
        return next((names[w] for w in halves if w in names), None)

    def _ends(self, name: str, form: str) -> bool:
        """Whether a slip is none of an ending that is not known (klingelt is no Klingel)."""
        return self._by_hand or name[-1] == form[-1]
