"""Of a thing and a part of it the thing: the tower of a lighthouse is no second tower; and what is
only owned by something (a mountain's secrets) shows nothing of it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.main_thing import MOVES
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.tokens import Token

PARTS: Final = words_of(
    "tower roof rooftop wing mast sail hull deck bow stern wheel door window chimney handle engine "
    "bonnet cockpit cabin headlight horn trunk tail paw feather petal leaf branch root string "
    "strap lid screen seat blade "
    "tour toit aile mat voile coque pont proue poupe roue porte fenetre cheminee poignee volant "
    "moteur capot cabine phare corne trompe queue patte plume petale feuille branche racine "
    "carapace corde couvercle ecran siege pale clocher facade"
)
"""Names of things that are oftener a part of something, where that is named after them."""
OWNED: Final = words_of(
    "secret name memory dream song story tale whisper voice prayer promise sorrow grief silence "
    "footstep footprint trace pas empreinte "
    "nom souvenir reve histoire chant priere promesse murmure voix chagrin tristesse"
)
"""What one does not see of whom or what has it."""
PARTICIPLES: Final = words_of("made drawn grown worn torn swept bound lit bitten built born")
CALLED: Final = words_of("named called dressed freed needed")
"""After somebody, and before no name of a kind that they tell of."""
LONGEST: Final = 3
"""So many words between a part and its whole: of an old."""


def without_parts(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without parts of what is named beside them, with an article of its own: a wheel of cheese
    is none."""
    parts: set[int] = set()
    for one, two in pairwise(found):
        between = [w.folded for w in words[one.last : two.first]]
        if _is_part(one, words) and two.role == "subject" and _of_one(between, grammar):
            parts.add(one.first)
        if grammar.last and between == ["s"] and _is_part(two, words) and one.role == "subject":
            parts.add(two.first)
    return [m for m in found if m.first not in parts]


def without_objects(
    found: list[Match], words: Sequence[Token], grammar: Grammar,
    gaits: Mapping[str, tuple[str, str]],
) -> list[Match]:  # fmt: skip
    """Without what is told of who comes after it: of a fire breathing dragon the dragon is meant,
    of a flower eating goat the goat, of a star shaped cookie the cookie; but of a cat eating fish
    the cat."""
    nouns = [m for m in found if m.is_noun]
    told = {
        one.first for one, two in pairwise(nouns) if _is_object(one, two, words, grammar, gaits)
    }
    return [m for m in found if m.first not in told]


def _is_object(
    one: Match, two: Match, words: Sequence[Token], grammar: Grammar,
    gaits: Mapping[str, tuple[str, str]],
) -> bool:  # fmt: skip
    between = [w.folded for w in words[one.last : two.first]]
    alone = one.first > 0 and words[one.first - 1].folded in ("a", "an")
    plural = words[two.last - 1].folded.endswith("s")
    if not grammar.last or len(between) != 1 or not alone or plural or one.role != two.role:
        return False
    dead, lives = (gaits.get(m.meaning.value, ("",))[0] not in MOVES for m in (one, two))
    done = between[0].endswith("ed") or between[0] in PARTICIPLES
    return (done and between[0] not in CALLED) or (
        between[0].endswith("ing") and dead and not lives
    )


def without_owners(found: list[Match], words: Sequence[Token], grammar: Grammar) -> list[Match]:
    """Without whose secrets or names are told of a place: the sea forgets the names of sailors."""
    if not found or found[0].role != "place":
        return found
    return [m for m in found if m.role != "subject" or not _owns(m, words, grammar)]


def _is_part(match: Match, words: Sequence[Token]) -> bool:
    """Whether it is called by the name of a part, alone or after another word (steering wheel)."""
    return match.is_noun and _one(words[match.last - 1].folded) & PARTS != set()


def _of_one(between: Sequence[str], grammar: Grammar) -> bool:
    """Whether it is of something that has an article: of a, de la, d'un, du."""
    if not between or between[0] not in grammar.of or len(between) > LONGEST:
        return False
    return between == ["du"] or (len(between) > 1 and between[1] in grammar.determiners)


def _owns(match: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether what follows after an s, or comes before an "of", is owned by it."""
    after = [w.folded for w in words[match.last : match.last + 2]]
    if grammar.last and after[:1] == ["s"] and len(after) > 1 and _one(after[1]) & OWNED:
        return True
    at = match.first - 1
    while at > 0 and words[at].folded in grammar.determiners - grammar.of:
        at -= 1
    return at > 0 and words[at].folded in grammar.of and bool(_one(words[at - 1].folded) & OWNED)


def _one(word: str) -> set[str]:
    """A word, and what it may be several of."""
    forms = {word, word.removesuffix("s"), word.removesuffix("es")}
    return forms | {word[:-3] + "y"} if word.endswith("ies") else forms
