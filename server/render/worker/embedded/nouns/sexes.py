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
BEFORE: Final = 3
"""So many words before a name its article is looked for."""


def sex_told(
    words: Sequence[Token], first: ReadPhrase | None, reading: Reading, people: Container[str]
) -> str:
    """m or w of the first subject, "" where neither is told. `people`: concepts of persons: a
    pronoun beside another of them may be of that one."""
    if first is None:
        return ""
    if reading.language == "fr":
        return _by_article(words, first)
    said = tokens(first.text)[-1].folded
    if said in _FEMALE or said.endswith(("woman", "women")):
        return "w"
    if said.endswith(("man", "men")):
        return "m"
    several = any(s.value in people and s is not first for s in reading.said)
    return "" if several or reading.language != "en" else _by_pronoun(words, first)


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
