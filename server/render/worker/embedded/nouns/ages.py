"""Who is a child or old by what is said of them: un karatéka de 5 ans, a 6 year old chef, an old
clockmaker, des vieux qui jouent aux boules."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.lexicon import Meaning
from phosphene.render.worker.embedded.nouns.match import Match, words_in
from phosphene.render.worker.embedded.nouns.tokens import MARKS, Token

GROWN: Final = 13
"""Years from which somebody is no child."""
AGELESS: Final = frozenset(("person", "man", "woman"))
"""Of whom no word but their age may tell it."""
AGED: Final = 65
"""Years from which somebody is old."""
PLAYER: Final = "singer"
"""What else who plays an instrument is drawn as."""
FRIENDS: Final = words_of(
    "friend friends mate mates buddy buddies pal pals roommate classmate classmates flame crush "
    "neighbourhood ami amis amie amies pote potes copain copains copine copines camarade camarades"
)
"""Whom one has had for long, and who may be young."""
OLD_ENGLISH: Final = words_of("old elderly aged ageing aging")
OLD_FRENCH: Final = {
    "vieux": "old-man", "vieil": "old-man", "vieille": "old-woman", "vieilles": "old-woman",
    "agé": "old-man", "agée": "old-woman", "agés": "old-person", "agées": "old-woman",
}  # fmt: skip
PAIRS: Final = words_of("couple famille equipe bande foule groupe")
"""Several of both sexes, of French."""
MALE: Final = ("man", "men", "sailor", "sailors", "pirate", "pirates", "monk", "priest")
"""How words of English for men end that have no other sense."""
SEXES: Final = {
    "man": "old-man",
    "woman": "old-woman",
    "old-man": "old-man",
    "old-woman": "old-woman",
}
SMALL: Final = {"petit": "boy", "petite": "girl", "petits": "child", "petites": "girl"}
"""Words of French for somebody, where no name follows."""
OBJECTS: Final = words_of("le la les l un une son sa ses")
"""What an object begins with, and no "of"."""
SEVERAL: Final = words_of("des les deux trois quatre plusieurs quelques")
GOES_ON: Final = words_of("qui en au aux a sur dans avec sous devant chez assis assise assises")
"""What follows such a word where it is a name."""
GIANT: Final = Meaning("subject", "troll", exact=False)
GIANT_GOES_ON: Final = words_of("asleep who that whose with and is s")
CHILD: Final = Meaning("subject", "child", exact=False)
OLD: Final = words_of("year-old years-old year-olds")
"""After a number of English, before or after who is that old."""
YEARS: Final = words_of("year years")
LONGEST: Final = 3
"""Digits of an age."""


def with_nameless(
    found: list[Match], words: Sequence[Token], language: str, grammar: Grammar
) -> list[Match]:
    """With those who are called by nothing but how old or large they are: un vieux sur un banc, a
    giant asleep under the hills."""
    call = CALLS.get(language)
    if call is None:
        return found
    does = {m.first for m in found if m.role == "action"}
    taken = words_in(found)
    named = [
        Match(k, k + 1, called, language)
        for k in range(1, len(words))
        if k not in taken
        and (called := call(words, k, k + 1 in does or _is_verb(words, k + 1, taken), grammar))
    ]
    return sorted([*found, *named], key=lambda m: m.first)


def _is_verb(words: Sequence[Token], at: int, taken: Collection[int]) -> bool:
    """Whether a word that calls nothing has an object: un vieux nourrit les canards."""
    return at not in taken and at + 1 < len(words) and words[at + 1].folded in OBJECTS


def _giant(words: Sequence[Token], at: int, does: bool, grammar: Grammar) -> Meaning | None:
    """A giant of English, after an article and where no name follows."""
    if words[at].folded != "giant" or words[at - 1].folded not in grammar.determiners:
        return None
    after = words[at + 1 : at + 3]
    if not after or after[0].ends_phrase or after[0].folded in GIANT_GOES_ON | grammar.within:
        return GIANT
    ends = len(after) == 1 or after[1].folded in grammar.little | grammar.within | set(MARKS)
    return GIANT if ends and after[0].folded.endswith("ing") else None


def _old_or_small(words: Sequence[Token], at: int, does: bool, grammar: Grammar) -> Meaning | None:
    """Who is called by such a word of French, after an article and where no name follows; `does`:
    whether the next word is what they do."""
    word, before = words[at].folded, words[at - 1].folded
    if before not in grammar.determiners or before in grammar.of - SEVERAL:
        return None
    after = words[at + 1] if at + 1 < len(words) else None
    if word in SMALL:
        return Meaning("subject", SMALL[word]) if after and after.folded == "qui" else None
    if word not in OLD_FRENCH:
        return None
    goes_on = after is None or after.ends_phrase or after.folded in GOES_ON or does
    several = before in SEVERAL and word == "vieux"
    return Meaning("subject", "old-person" if several else OLD_FRENCH[word]) if goes_on else None


CALLS: Final = {"en": _giant, "fr": _old_or_small}
"""Who is called by a word alone, of each language that is read for that."""


def with_ages(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """With children and old people for those of whom nothing but their age tells that they are."""
    return [_aged(m, words, grammar) for m in found]


def _aged(match: Match, words: Sequence[Token], grammar: Grammar) -> Match:
    who = match.meaning
    years = _years(match, words) if who.value in AGELESS else 0
    if 0 < years < GROWN:
        return replace(match, meaning=CHILD)
    if years >= AGED:
        return replace(match, meaning=_old(who.value))
    said = {w.folded for w in words[match.first : match.last]}
    ageless = who.value == "person" or (not who.exact and who.value in AGELESS | {PLAYER})
    if not ageless or FRIENDS & said:
        return match
    if grammar.last:
        return match if grammar.compounds else _old_of_english(match, words)
    return _old_of_french(match, words) if match.tongue == "fr" else match


def _old_of_english(match: Match, words: Sequence[Token]) -> Match:
    """With the "old" before it, if there is one."""
    if not match.first or words[match.first - 1].folded not in OLD_ENGLISH:
        return match
    male = words[match.last - 1].folded.endswith(MALE)
    return replace(
        match, first=match.first - 1, meaning=_old("man" if male else match.meaning.value)
    )


def _old_of_french(match: Match, words: Sequence[Token]) -> Match:
    """With the "vieux" before it or the "âgé" after it, if there is one."""
    before = words[match.first - 1].spelt if match.first else ""
    after = words[match.last].spelt if match.last < len(words) else ""
    word = words[match.last - 1].folded
    if before in OLD_FRENCH:
        both = (before == "vieux" and word.endswith(("s", "x"))) or word in PAIRS
        who = "old-person" if both else OLD_FRENCH[before]
        return replace(match, first=match.first - 1, meaning=_old(who))
    if after in OLD_FRENCH:
        return replace(match, last=match.last + 1, meaning=_old(OLD_FRENCH[after]))
    return match


def _old(who: str) -> Meaning:
    return Meaning("subject", SEXES.get(who, "old-person"), exact=False)


def _years(match: Match, words: Sequence[Token]) -> int:
    """How old somebody is said to be, 0 if nothing is said."""
    said = [w.folded for w in words]
    after, before = said[match.last : match.last + 3], said[: match.first]
    if len(after) > 2 and after[0] in ("de", ",") and after[2] == "ans":
        return _number(after[1])
    if before[-1:] and before[-1] in OLD:
        return _number(before[-2] if len(before) > 1 else "")
    if before[-1:] == ["old"] and len(before) > 2 and before[-2] in YEARS:
        return _number(before[-3])
    return _number(after[1]) if len(after) > 2 and after[0] == "," and after[2] in OLD else 0


def _number(word: str) -> int:
    return int(word) if word.isdigit() and len(word) <= LONGEST else 0
