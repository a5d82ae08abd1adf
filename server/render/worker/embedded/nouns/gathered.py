"""Words for many together, or for what somebody does, before the word for who it is: of a traffic
jam of tractors the tractors are meant, of le bain du chien the dog."""

from collections.abc import Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.tokens import Token

GATHERED: Final = words_of(
    "jam jams string strings garland garlands queue queues drove pack hive brigade committee "
    "collection convoy shoal wreath chain mound "
    "embouteillage embouteillages guirlande guirlandes caisse caisses cagette cagettes corbeille "
    "corbeilles brigade convoi cortege ribambelle multitude amas monceau essaim"
)
"""Before an "of" they are many of what follows, or what these do."""
DEEDS: Final = words_of(
    "bain sieste repas gouter dejeuner diner vol promenade reveil fete balade toilette chasse "
    "sommeil anniversaire noel spectacle numero defile parade bal ronde concert ballet reunion "
    "conseil congres assemblee queue match meeting council choir tourbillon"
)
"""What is done by who follows, if that lives: le premier bain du chien."""
HERS: Final = words_of("bath nap breakfast lunch dinner picnic")
"""The same in English, after whose it is: the dog's bath."""


def is_gathered(outer: Match, inner: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a word for many is before an "of" and what there are many of."""
    word = words[outer.last - 1].folded
    return word in GATHERED and inner.role == "subject" and _of(outer, inner, words, grammar)


def is_deed(deed: Match, who: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether what somebody does is before an "of" and who does it, if they can do anything."""
    return words[deed.last - 1].folded in DEEDS and _of(deed, who, words, grammar)


def holds_lost(
    lost: Match, found: Sequence[Match], words: Sequence[Token], grammar: Grammar
) -> bool:
    """Whether a word for what cannot be drawn is only how many there are of what follows: a carpet
    of flowers."""
    word = words[lost.last - 1].folded
    many = word in GATHERED or {word, word.removesuffix("s")} & grammar.containers
    return bool(many) and any(
        m.role == "subject" and m.first >= lost.last and _of(lost, m, words, grammar) for m in found
    )


def _of(one: Match, two: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether nothing but an "of", articles and what tells how it is lies between."""
    between = [w.folded for w in words[one.last : two.first]]
    return bool(between) and between[0] in grammar.of and len(between) <= 3 and "," not in between
