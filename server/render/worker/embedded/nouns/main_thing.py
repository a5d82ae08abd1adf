"""Of the things that a prompt names, the one that it is about: the first that nothing else is in,
past the sentences that only tell the light, the weather or how it is filmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from phosphene.render.worker.embedded.nouns.finite_verbs import NATURE
from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.match import Match, words_in
from phosphene.render.worker.embedded.nouns.tokens import Token, clause

NEAR: Final = 4
"""So far before a thing the word lies that says that something is in it."""
TOGETHER: Final = words_of("famille groupe couple bande amoureux")
"""After an "en" of French who does something: un pique-nique en famille."""
SCENERY: Final = words_of(
    "sun moon full-moon star cloud rainbow snowflake lightning droplet fire lamp lantern wave leaf "
    "fallen-leaf maple-leaf window planet earth projector flashlight candle bell phone telephone "
    "alarm-clock"
)
"""What a first sentence tells of before somebody comes: the sun is setting, a bell rings."""
MOVES: Final = frozenset(
    ("walk", "run", "step", "hop", "crawl", "fly", "swim", "roll", "sail", "float")
)
"""The gaits of who and what can go somewhere."""
LIVES: Final = frozenset(("step", "hop", "crawl", "fly", "swim"))
"""Of those the gaits of animals alone."""
AFLOAT: Final = words_of("duck swan penguin")
"""Animals that go as boats and people do."""
CROWDS: Final = words_of("crowd audience spectators foule public spectateurs")
"""Who only looks on, where somebody else comes."""
ANYBODY: Final = frozenset(("you",))
"""Pronouns that may be nobody there: when you walk into a room. The others are somebody: we are
dancing."""
STOPS: Final = frozenset(".!?;")
INDEFINITE: Final = words_of("a an one un une")
GIVES: Final = words_of(
    "something anything clip trailer teaser reel ad advert commercial truc chose spot pub "
    "publicite bande-annonce annonce animation court-metrage"
)
"""Before a "with" that says what is seen: something with a mermaid, un truc avec des chats."""

DOES: Final = words_of("faire")
"""A verb before what one does, and not before what something is in: à faire du vélo."""
ABOUT: Final = words_of("sur on about")
"""After what is told in pictures, and before what it is about: une vidéo sur les abeilles."""
MARKS: Final = words_of(
    "hole holes crack cracks dust rust frost dew stain stains scratch scratches reflection "
    "trou trous fissure fissures poussiere rouille givre rosee tache taches reflet reflets"
)
"""What one sees on a thing, so that this is there: a hole in my sock."""
OPENINGS: Final = words_of("after before since during despite apres avant depuis pendant malgre")
"""With which a sentence begins that tells when, and then who."""
MADE: Final = words_of(
    "made built carved knitted woven sculpted folded out fait faite faits faites"
)
"""Before the "of" that says of what a thing is: a train made of cheese."""


@dataclass(frozen=True)
class MainThing:
    """Finds it. `kept`: all that is called; `aside`: the words of no picture; `gaits`: of the
    concepts, each with its place."""

    words: Sequence[Token]
    kept: Sequence[Match]
    grammar: Grammar
    aside: frozenset[int]
    gaits: Mapping[str, tuple[str, str]]

    def find(self, outside: Sequence[Match], subjects: Sequence[Match]) -> Match | None:
        """The first thing, one that nothing else is in (`outside`) if there is any. Where all
        things are over or beside a place that is in nothing itself, it is the place: a campsite
        under the stars."""
        if outside:
            return self._filled(self._after_scenery(outside), outside)
        if not subjects:
            return None
        first = subjects[0]
        lead = self._lead(first)
        if self.names_unknown(first.first if lead is None else lead):
            return None
        places = (m for m in self.kept if m.role == "place" and m.first < first.first)
        grammar = self.grammar
        # A market with spices: what is only like what is there tells less than the place.
        leads = (
            grammar.beyond
            if self._moves(first) or first.meaning.exact
            else (grammar.beyond | grammar.beside)
        )
        led = is_led_by(first, self.words, grammar, leads, self.aside)
        return None if led and any(not self.is_within(p) for p in places) else first

    def is_within(self, match: Match) -> bool:
        """Whether it is where something is, or beside it, and not that itself."""
        words, grammar = self.words, self.grammar
        if match.last < len(words) and words[match.last].folded in grammar.after:
            return True
        return self._lead(match) is not None or self._fills_a_place(match)

    def _lead(self, match: Match) -> int | None:
        """The word that says that something is in it or beside it."""
        named = words_in(self.kept)
        leads = self.grammar.within | self.grammar.beside
        begin, _ = clause(self.words, match.first)
        if self.words[begin].folded in OPENINGS & {*self.grammar.when, *self.grammar.never}:
            leads |= {self.words[begin].folded}  # after school the boys play
        return lead_of(match, self.words, self.grammar, leads, self.aside, named)

    def names_unknown(self, until: int) -> bool:
        """Whether something is named before a word, and nobody knows what."""
        grammar, before = self.grammar, self.words[:until]
        taken = words_in(self.kept) | self.aside
        plain = grammar.little | grammar.never | grammar.within | set(grammar.numbers)
        plain |= (grammar.owners - ANYBODY) | grammar.asking | grammar.media
        return any(
            k not in taken
            and not w.ends_phrase
            and not (k and before[k - 1].folded in grammar.owners | NATURE)  # it snows
            and w.folded not in plain
            and not w.folded.endswith("ing")
            and not (k + 1 in taken and grammar.last and w.folded.endswith("ed"))
            and not (w.folded in MARKS and self.words[k + 1].folded in grammar.within)
            for k, w in enumerate(before)
        )

    def _after_scenery(self, outside: Sequence[Match]) -> Match:
        """The first; of scenery that is told in a sentence of its own, who comes after it: the sun
        is setting, a couple sits on a roof."""
        first = outside[0]
        if self.words[first.last - 1].folded in CROWDS:
            return next((m for m in outside[1:] if self._goes(m)), first)
        if first.meaning.value not in SCENERY or self._stands_alone(first):
            return first
        ends = [k for k, w in enumerate(self.words) if k > first.first and w.folded in STOPS]
        later = (m for m in outside if ends and m.first > ends[0] and self._goes(m))
        return next(later, first)

    def _stands_alone(self, match: Match) -> bool:
        """Whether it is named without a verb: a full moon over the city."""
        before = self.words[match.first - 1].folded if match.first else ""
        after = self.words[match.last] if match.last < len(self.words) else None
        leads = self.grammar.within | self.grammar.beside | self.grammar.of
        return before in INDEFINITE and (
            after is None or after.ends_phrase or after.folded in leads
        )

    def _moves(self, match: Match) -> bool:
        return self.gaits.get(match.meaning.value, ("",))[0] in MOVES

    def _goes(self, match: Match) -> bool:
        return self._moves(match) and match.meaning.value not in SCENERY

    def _filled(self, first: Match, outside: Sequence[Match]) -> Match:
        """Who or what a thing is full of, where that can go and the thing cannot: a bathtub full
        of ducklings."""
        rest = self.words[first.last : first.last + 2]
        full = [w.folded for w in rest]
        if len(full) < 2 or full[0] not in self.grammar.full or full[1] not in self.grammar.of:
            return first
        second = next((m for m in outside if m.first >= first.last + 2), None)
        near = second is not None and second.first <= first.last + NEAR
        if second is None or not near or self._moves(first):
            return first
        gait = self.gaits.get(second.meaning.value, ("",))[0]
        return second if gait in LIVES or second.meaning.value in AFLOAT else first

    def _fills_a_place(self, match: Match) -> bool:
        """Whether it is what a place is full of that something is in: a hare runs through a field
        of poppies."""
        lead = match.first - 1
        while lead > 0 and self.words[lead].folded in self.grammar.never:
            lead -= 1
        if lead < 1 or self.words[lead].folded not in self.grammar.of:
            return False
        filled = (m for m in self.kept if m.last == lead and m.role == "place")
        return any(self.is_within(m) for m in filled)


def is_led_by(
    match: Match,
    words: Sequence[Token],
    grammar: Grammar,
    leads: frozenset[str],
    aside: frozenset[int] = frozenset(),
) -> bool:
    """Whether one of such words leads to it, past articles, colours and little words."""
    return lead_of(match, words, grammar, leads, aside) is not None


def lead_of(
    match: Match,
    words: Sequence[Token],
    grammar: Grammar,
    leads: frozenset[str],
    aside: frozenset[int] = frozenset(),
    named: frozenset[int] = frozenset(),
) -> int | None:
    """The one of such words that leads to it, past articles, colours, little words and what tells
    how it is. `named`: the words of all that is called; `aside`: those of no picture."""
    for k in range(match.first - 1, max(-1, match.first - NEAR - 1), -1):
        word, before = words[k], words[k - 1].folded if k else ""
        if k in aside:
            return None
        if word.folded in leads:
            if word.folded == "en" and words[match.first].folded in TOGETHER:
                return None
            gives = before in grammar.media | GIVES or k - 1 in aside
            gives = gives and word.folded in grammar.beside
            gives = gives or (word.folded in ABOUT and before in grammar.media | grammar.songs)
            return None if before in grammar.reaching or gives else k
        if word.ends_phrase or not (
            word.folded in grammar.little
            or word.folded in grammar.never - DOES
            or word.folded in grammar.colours
            or (named and k not in named and _is_told_of(words, k, match.first, grammar))
        ):
            return None
    return None


def _is_told_of(words: Sequence[Token], at: int, thing: int, grammar: Grammar) -> bool:
    """Whether a word tells how a thing is, between an article and it: a futuristic tower."""
    if not grammar.last or grammar.compounds or words[at].folded in grammar.owners:
        return False
    for k in range(at - 1, max(-1, thing - NEAR), -1):
        if words[k].folded in grammar.determiners:
            return True
        if words[k].ends_phrase or words[k].folded in grammar.little:
            return False
    return False
