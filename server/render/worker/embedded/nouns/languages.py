"""The languages that are read, and which of them a prompt is in."""

import re
from collections.abc import Mapping
from typing import Final

from phosphene.render.worker.embedded.nouns.eastern import (
    CHINESE,
    JAPANESE,
    POLISH,
    RUSSIAN,
    UKRAINIAN,
)
from phosphene.render.worker.embedded.nouns.english import ENGLISH
from phosphene.render.worker.embedded.nouns.french import FRENCH
from phosphene.render.worker.embedded.nouns.germanic import DANISH, DUTCH, GERMAN, SWEDISH
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.romance import ITALIAN, PORTUGUESE, SPANISH

GRAMMARS: Final[Mapping[str, Grammar]] = {
    "en": ENGLISH, "fr": FRENCH, "de": GERMAN, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE,
    "nl": DUTCH, "sv": SWEDISH, "da": DANISH, "pl": POLISH, "ru": RUSSIAN, "uk": UKRAINIAN,
    "ja": JAPANESE, "zh": CHINESE,
}  # fmt: skip

LETTERS: Final[Mapping[str, str]] = {
    "fr": "çèêëàâîïôûùœ",
    "de": "ßäöü",
    "es": "ñ¿¡áíóú",
    "it": "àèìòù",
    "pt": "ãõçáâêôàíóú",
    "sv": "åäö",
    "da": "æøå",
    "pl": "ąćęłńóśźż",
    "uk": "іїєґ",
    "ru": "ыэё",
}
"""Letters that tell a language, or some."""
_SELF: Final = re.compile(r"\b[Ii](?:['’](?:d|m|ll|ve)| (?:want|need|would|love|wish|saw))\b")
NO_NUMBERS: Final = frozenset(("fire", "due"))
"""Numbers of Danish and Italian that are oftener words of English."""
TELLING: Final[Mapping[str, frozenset[str]]] = {
    "en": words_of(
        "we they you am are love loves loved hate hates want wants wanted miss misses missed "
        "hope hopes get gets call calls turn turns rise rises risen lose loses lost feel feels "
        "need needs how do does what can could who why where have"
    ),
    "fr": words_of(
        "j ai aime aimes aimons adore bonne bonnes bons bisou bisous bises salut coucou dedans "
        "qu qui ton tes sais sait tort casse casses legere leger vite pote potes gars mort morts "
        "tres trop allons viens veux merci bonjour bonsoir papa maman"
    ),
}
"""Words that people type alone, and that other languages have for something that one draws: bonne
nuit was beans of Danish, salut salt, want gloves of Dutch; and who speaks, for which Italian has
articles: of "i see a cat" and "j'ai un chat" nothing was read."""
KANA: Final = ("\u3040", "\u30ff")


def guess(words: list[str], text: str) -> dict[str, int]:
    """The languages that a text may be in, the likeliest first, each with how many of its little
    words and letters are there: those with most, and English with one fewer. All of them for a
    text without."""
    votes = {
        code: sum(
            w in grammar.little
            or w in grammar.without
            or (w in grammar.numbers and w not in NO_NUMBERS)
            or w in grammar.between
            or w in TELLING.get(code, ())
            for w in words
        )
        for code, grammar in GRAMMARS.items()
    }
    for code, letters in LETTERS.items():
        votes[code] += any(c in letters for c in text.lower())
    # I'd like a shark: i, d and a are little words of Italian.
    votes["en"] += 3 * bool(_SELF.search(text)) + (words[:1] == ["i"])
    votes["ja"] += any(KANA[0] <= c <= KANA[1] for c in text)
    # What else they know of the words decides between these: "an old man" has more little words of
    # German (an, man) than of English.
    best = max(votes.values())
    least = {"en": max(1, best - 1)} if best else {}
    near = {code: count for code, count in votes.items() if count >= least.get(code, best)}
    return dict(sorted(near.items(), key=lambda pair: -pair[1]))
