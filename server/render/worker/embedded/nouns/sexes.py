"""Whether a man or a woman is meant, where the name itself tells neither: by the article of French,
by the ending of the word, or by the one pronoun that is said of them."""

from collections.abc import Container, Mapping, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.reading import Reading, ReadPhrase
from phosphene.render.worker.embedded.nouns.tokens import Token, tokens

SEXES: Final[Mapping[str, str]] = {"m": "man", "w": "woman"}
"""Of a wish to the figure of a card."""
FEMININE: Final = words_of("une la cette")
EITHER: Final = words_of(
    "personne personnes foule famille equipe victime star vedette silhouette ombre figure bande "
    "recrue sentinelle"
)
"""Words of French that are feminine whoever is meant."""
_HIS: Final = words_of("he his him himself")
_HERS: Final = words_of("she her hers herself")
_FEMALE: Final = words_of(
    "witch waitress actress stewardess heroine nun ballerina hostess sorceress enchantress goddess "
    "seamstress mum mom mother"
)
_MALE: Final = words_of(
    "pecheur pecheurs fischer pescador pescadores pescatore pescatori visser fiskare fisker rybak "
    "рыбак рибалка"
)
"""Who has another name as a woman, and is a man without it."""
_ARTICLES: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "de": (words_of("der ein einen einem den dem"), words_of("die eine einer")),
    "es": (words_of("el un los unos"), words_of("la una las unas")),
    "it": (words_of("il lo un uno i gli"), words_of("la una le")),
    "pt": (words_of("o um os uns"), words_of("a uma as umas")),
}
"""Masculine and feminine ones, by languages whose words for trades go with them."""
_ENDINGS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "de": (("er", "mann", "arzt", "koch"), ("in", "frau")),
    "es": (("o", "or"), ("a",)),
    "it": (("o", "ore", "iere"), ("a", "ice")),
    "pt": (("o", "or"), ("a",)),
}
"""Of words that are masculine or feminine themselves."""
# Una persona may be anybody, and so may an artista.
_ANYBODY: Final = ("ista", "persona", "pessoa", "figura", "gente", "guia", "niño", "kinder")
BEFORE: Final = 3
"""So many words before a name its article is looked for."""


def sex_told(
    words: Sequence[Token], first: ReadPhrase | None, reading: Reading, people: Container[str]
) -> str:
    """m or w of the first subject, "" where neither is told. `people`: concepts of persons: a
    pronoun beside another of them may be of that one."""
    if first is None:
        return ""
    said = tokens(first.text)[-1].folded
    if said in _MALE or reading.language in ("fr", *_ARTICLES):
        gendered = reading.language in _ARTICLES
        by = _by_gender(words, first, reading.language) if gendered else _by_article(words, first)
        return "m" if said in _MALE else by
    if said in _FEMALE or said.endswith(("woman", "women")):
        return "w"
    if said.endswith(("man", "men")):
        return "m"
    several = any(s.value in people and s is not first for s in reading.said)
    return "" if several or reading.language != "en" else _by_pronoun(words, first)


def _by_gender(words: Sequence[Token], first: ReadPhrase, language: str) -> str:
    """By the ending of a word whose article agrees with it."""
    said = tokens(first.text)[-1].folded
    if said in EITHER or said.endswith(_ANYBODY):
        return ""
    before = [w.folded for w in words if w.start < first.start][-BEFORE:]
    for sex, articles, ends in zip("mw", _ARTICLES[language], _ENDINGS[language], strict=True):
        if said.endswith(ends) and articles & {*before}:
            return sex
    return ""


def _by_pronoun(words: Sequence[Token], first: ReadPhrase) -> str:
    after = {w.folded for w in words if w.start >= first.end}
    his, hers = bool(after & _HIS), bool(after & _HERS)
    return "" if his == hers else "w" if hers else "m"


def _by_article(words: Sequence[Token], first: ReadPhrase) -> str:
    """A feminine article tells a woman; a masculine one anybody."""
    said = {w.folded for w in tokens(first.text)}
    before = [w.folded for w in words if w.start < first.start][-BEFORE:]
    near = [w for w in before if w in FEMININE or w in ("un", "le", "de", "d", "du", "et")]
    return "w" if near and near[-1] in FEMININE and not said & EITHER else ""
