"""Words for many together, or for what somebody does, before the word for who it is: of a traffic
jam of tractors the tractors are meant, of le bain du chien the dog."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.match import Match, words_in
from phosphene.render.worker.embedded.nouns.tokens import Token

GATHERED: Final = words_of(
    "jam jams string strings garland garlands queue queues drove pack hive brigade committee "
    "collection convoy shoal wreath chain mound "
    "embouteillage embouteillages guirlande guirlandes caisse caisses cagette cagettes corbeille "
    "corbeilles pub museum musee wheelbarrow cart trolley brouette chariot caddie "
    "brigade convoi cortege ribambelle multitude amas monceau essaim"
)
"""Before an "of" they are many of what follows, or what these do."""
DEEDS: Final = words_of(
    "bain sieste repas gouter dejeuner diner vol promenade reveil fete balade toilette chasse "
    "sommeil anniversaire noel spectacle numero defile parade bal ronde concert ballet reunion "
    "chorale choeur orchestre fanfare conseil congres assemblee queue match meeting council choir "
    "tourbillon"
)
"""What is done by who follows, if that lives: le premier bain du chien."""
ABOUT: Final = words_of("about for sur pour")
"""After a song and before what it is about."""
TEAMS: Final = words_of("team crew gang school equipe bande troupe")
"""Of somebody: a rugby team is no ball."""
PLAYED: Final = words_of(
    "ball basketball american-football rugby-ball baseball volleyball tennis-racket badminton "
    "ping-pong cricket-bat bowling boxing-glove hockey ice-skate skis curling-stone fencer swimmer "
    "dart chess-pawn"
)
"""What a team is of."""
HERS: Final = words_of("bath nap breakfast lunch dinner picnic")
"""The same in English, after whose it is: the dog's bath."""


def is_gathered(outer: Match, inner: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a word for many is before an "of" and what there are many of."""
    word = words[outer.last - 1].folded
    return word in GATHERED and inner.role == "subject" and _of(outer, inner, words, grammar)


def is_about(song: Match, who: Match, words: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a song is told with whom it is about: une berceuse pour un bébé baleine."""
    between = [w.folded for w in words[song.last : who.first]]
    told = words[song.last - 1].folded in grammar.songs and who.role == "subject"
    return told and bool(between) and between[0] in ABOUT and len(between) <= 3


def song_words(found: Sequence[Match], words: Sequence[Token], grammar: Grammar) -> frozenset[int]:
    """The words for songs that are told with whom they are about."""
    return words_in(one for one, two in pairwise(found) if is_about(one, two, words, grammar))


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
    if between and between[0] in grammar.full:
        between = between[1:]
    return bool(between) and between[0] in grammar.of and len(between) <= 3 and "," not in between
