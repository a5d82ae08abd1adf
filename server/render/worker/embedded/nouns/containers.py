"""Of what holds, gathers or shows something that is named after it, what is held: of a cup of
coffee the coffee, of a traffic jam of tractors the tractors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from phosphene.render.worker.embedded.nouns.finite_verbs import VAPOURS
from phosphene.render.worker.embedded.nouns.gathered import (
    PLAYED,
    TEAMS,
    is_about,
    is_deed,
    is_gathered,
)
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.main_thing import MADE, MOVES
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.tokens import Token

OUT_OF: Final = words_of("from off de d du")
"""What rises from a thing is seen with it, and is not what somebody wants to see."""
CUPS: Final = words_of("tasse tasses verre verres chope chopes")
"""Which are told by what they are for, in French."""
WIDE: Final = frozenset(("sea", "mountain", "mountains", "farm", "wave", "cloud", "river", "hills"))
"""Lands that one says of much of something: a sea of clouds, a field of snow."""


def without_containers(
    found: list[Match], words: Sequence[Token], grammar: Grammar,
    gaits: Mapping[str, tuple[str, str]],
) -> list[Match]:  # fmt: skip
    """Without a container or a picture before what it holds or shows."""
    outside = _plural(grammar)
    kept: list[Match] = []
    for k, m in enumerate(found):
        after = _held(found[k + 1 : k + 3], grammar)
        said = {w.folded for w in words[m.first : m.last]}
        outer = said & outside if not said & grammar.of else set[str]()  # a cup of tea is full
        near = after is not None and after.first - m.last <= 3 and _fills(m, after)
        holds = outer and near and after and _holds(m, after, words, grammar)
        if holds and after and outer & TEAMS and after.meaning.value in PLAYED:
            holds = False
        if after and _is_cup_of(m, after, words, grammar):
            kept.append(replace(m, meaning=after.meaning))
            continue
        if after and (
            is_gathered(m, after, words, grammar)
            or is_about(m, after, words, grammar)
            or (is_deed(m, after, words, grammar) and _goes(after, gaits))
        ):
            holds = True
        if holds and outer and kept and _drew(kept[-1], m, words, grammar):
            kept.pop()
        if not (holds or (after and _rises(m, after, words))):
            kept.append(m)
    return kept


def _held(after: Sequence[Match], grammar: Grammar) -> Match | None:
    """The first of what follows, past the place that it is of: garden gnomes."""
    if len(after) > 1 and grammar.last and after[0].role == "place":
        place, thing = after
        return thing if place.last == thing.first and thing.role == "subject" else place
    return after[0] if after else None


def _drew(who: Match, picture: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether it is only whose picture it is: a kid's drawing of a house."""
    shown = words[picture.last - 1].folded in grammar.media and grammar.last
    return shown and [w.folded for w in words[who.last : picture.first]] == ["s"]


def _goes(match: Match, gaits: Mapping[str, tuple[str, str]]) -> bool:
    return gaits.get(match.meaning.value, ("",))[0] in MOVES


def _is_cup_of(outer: Match, inner: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a cup of French is told by what one drinks from it: une tasse à café."""
    cup = words[outer.first].folded in CUPS and not grammar.last
    return cup and [w.folded for w in words[outer.last : inner.first]] == ["a"]


def _fills(outer: Match, inner: Match) -> bool:
    """Whether something may be what a container holds: things, and of lands what covers them."""
    return inner.role == "subject" or (inner.role == "place" and outer.meaning.value in WIDE)


def _rises(vapour: Match, source: Match, words: Sequence[Token]) -> bool:
    """Whether steam or smoke is told with what it comes from, a few words later."""
    between = [w.folded for w in words[vapour.last : source.first]]
    told = words[vapour.last - 1].folded in VAPOURS and source.role == "subject"
    return told and len(between) <= 4 and any(w in OUT_OF for w in between)


def _holds(outer: Match, inner: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether what a container holds follows: after "of", or at once where no word is needed."""
    if grammar.of:
        # At once, or after one word: a box full of, una taza blanca de.
        apart = words[outer.last + 1 : outer.last + 2]
        full = inner.first == outer.last + 2 and apart[0].folded in grammar.of
        # Neither une famille, des fourmis nor des montagnes couvertes de neige, nor avec du miel.
        full = full and inner.role == "subject" and not words[outer.last].ends_phrase
        full = full and words[outer.last].folded not in MADE | grammar.within | grammar.beside
        return full or words[outer.last].folded in grammar.of
    between = [w.folded for w in words[outer.last : inner.first]]
    return len(between) <= 1 and not any(
        w in grammar.little | grammar.beside | grammar.within for w in between
    )


def _plural(grammar: Grammar) -> frozenset[str]:
    both = grammar.containers | grammar.media
    return both | {f"{word}s" for word in both}
