"""What a prompt wishes for, as what can be drawn: who, with what, in which colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from phosphene.render.worker.embedded.nouns.languages import GRAMMARS
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.looks import (
    ACTIONS,
    FIGURES,
    WORN,
    said_of_a_person,
)
from phosphene.render.worker.embedded.nouns.model import Concept
from phosphene.render.worker.embedded.nouns.reading import Reading, ReadPhrase
from phosphene.render.worker.embedded.nouns.relations import relation, word_for
from phosphene.render.worker.embedded.nouns.sexes import SEXES, sex_told
from phosphene.render.worker.embedded.nouns.tokens import Token, tokens

OF_CARD: Final = ("clothes", "colour"), ("glasses", "accent"), ("headwear", "accent")
"""The field of a card that takes the colour that is said of another."""
# One drawing that fits instead of a rider put on a thing: a cyclist's feet are on the pedals.
ROOM_FOR: Final = 2
"""So many look out of one thing."""
DRAWN_ON: Final[Mapping[str, str]] = {"bicycle": "cyclist", "wave": "surfer"}
"""What has somebody who rides it in a drawing of its own."""
EDIBLE: Final = frozenset(("food", "fruit", "plant"))
"""Kinds that one eats."""
FLAVOURED: Final = (["a", "la"], ["a", "l"], ["au"], ["aux"])
"""Between a dish and what it tastes of."""
LOOKS: Final = frozenset(("hair", "length", "glasses", "beard", "headwear", "clothes"))
"""Fields of a card by which somebody would be known again."""
DOES: Final[Mapping[str, str]] = {"sleep": "sleep", "dance": "dance", "sit": "rock"}
"""Actions that are a gait, and which: who sits or waits stays where they are."""
ALIVE: Final = frozenset(("person", "figure", "animal", "bird", "sea", "crawler", "fantasy"))
"""Kinds that do something."""
GOES_BY: Final = frozenset((("drive", "roll"), ("cycle", "roll"), ("row", "sail"), ("fly", "fly")))
"""What is said to be done of what goes that way by itself: a tractor driving through a field."""
GAITS_SEEN: Final = frozenset(("walk", "run", "swim", "jump"))
"""Actions that everybody's gait shows who has one."""
RIDES: Final = frozenset(("ride", "drive", "cycle", "fly"))
MEALS: Final = frozenset(("eat", "drink"))
"""Actions that are seen where what they are done with is."""
MOUNTED: Final = ("rider", "horse")
"""Who has a horse in the drawing: a knight on one rode a horse on a horse."""
IN_BED: Final = ("sleeper", "bed")
"""Who is drawn in what."""
_NO_THING: Final = frozenset(("sit", "sleep", "bathe", "swim"))
"""Actions whose thing is in the drawing, or would be in the way of it."""


@dataclass(frozen=True)
class Wish:
    """`subject`, `other`: concepts, None where nobody is wished for. `thing`: whether the second
    is what an action needs, and not said itself. `relation`: what they are to each other, "" if
    there is only one; `related`: the word that says what one does to the other. `sex`: m or w, of
    a figure; `card`: what is said of a person, `looks`: with which words. `colours`: of the card's
    fields and of the plates."""

    subject: str | None = None
    other: str | None = None
    thing: bool = False
    relation: str = ""
    related: str = ""
    count: int = 1
    sex: str = ""
    does: str = ""
    card: Mapping[str, str] = field(default_factory=dict)
    looks: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, ReadPhrase] = field(default_factory=dict)
    undrawn: tuple[str, ...] = ()


class Wishes:
    """Understands readings, given what there is; for any thread."""

    def __init__(self, lexicon: Lexicon, concepts: Mapping[str, Concept]) -> None:
        self._actions = lexicon.actions
        self._concepts = concepts

    def wish_of(self, text: str, reading: Reading) -> Wish:
        """What a text wishes for, given how it is read."""
        words = tokens(text)
        said = [s for s in reading.said if s.role == "subject" and s.value in self._concepts]
        first = next((s for s in said if s.value == reading.subject), None)
        others = [s for s in said if s is not first and s.value != reading.subject]
        spoken = said_of_a_person(words)
        subject, sex, posture = self._who(reading, others, spoken)
        if subject is None or subject not in self._concepts:
            return Wish(undrawn=_left(reading, ()))
        person = subject in FIGURES
        # Whoever is drawn by what they do wears what is in that drawing: glasses beside a juggler
        # would be as large as the juggler.
        dressed = [s for s in others if reading.subject in FIGURES and s.value in WORN]
        worn = dressed if person else []
        rest = [s for s in others if s not in dressed and s.value != subject]
        rest = [s for s in rest if not self._flavours(words, first, s)]
        second = next((s for s in rest if s.value == reading.other), rest[0] if rest else None)
        other, thing = (second.value, False) if second else (self._needed(reading, subject), True)
        drawn = (subject, other or "", *(s.value for s in worn))
        if other and (DRAWN_ON.get(other) == subject or (subject, other) in (IN_BED, MOUNTED)):
            other, second = None, None  # a surfer has a wave already
        relation = self._relation(words, reading, subject, first, second, other)
        if relation == "inside" and reading.count > ROOM_FOR:
            relation = "beside"
        if relation == "riding" and other and other in DRAWN_ON and person and not worn:
            subject, sex, person = DRAWN_ON[other], _sex(subject), False
            # Who goes with a cyclist has room: the bicycle is in the drawing.
            second = next((s for s in rest if s.value != other), None)
            other, relation = (second.value, "beside") if second else (None, "")
            drawn = (*drawn, other or "")
        sex = sex or sex_told(words, first, reading, FIGURES)
        card, looks = _card(subject, spoken, worn, words) if person else ({}, {})
        if sex and person and "figure" not in FIGURES[subject]:
            card["figure"] = SEXES[sex]
        if posture and person:
            card["posture"] = posture
        lost = {} if person or self._kind(subject) not in ("person", "figure") else spoken
        unseen = dict.fromkeys(_word_at(words, at) for _, at in lost.values())
        phrases = {n: s for n, s in (("subject", first), ("other", second)) if s is not None}
        return Wish(
            subject,
            other,
            thing and other is not None,
            relation,
            self._related(text, words, reading, first, second, relation),
            min(reading.count, 5),
            sex,
            self._does(reading, subject),
            card,
            looks,
            _colours(reading, phrases, worn, spoken),
            phrases,
            (*unseen, *_left(reading, drawn, first)),
        )

    def _flavours(self, words: Sequence[Token], dish: ReadPhrase | None, with_: ReadPhrase) -> bool:
        """Whether a food is what another tastes of, in French: une soupe à l'oignon."""
        if dish is None or {self._kind(dish.value), self._kind(with_.value)} - EDIBLE:
            return False
        between = [w.folded for w in words if dish.end <= w.start < with_.start]
        return between in FLAVOURED

    def _does(self, reading: Reading, subject: str) -> str:
        """The action of who can do it that is a gait."""
        if subject not in FIGURES and self._kind(subject) not in ALIVE:
            return ""
        said = (reading.action or "", *(s.value for s in reading.said if s.role == "action"))
        return next((action for action in said if action in DOES), "")

    def seen_action(self, reading: Reading, wish: Wish) -> ReadPhrase | None:
        """What somebody is said and seen to do, where the relation of two does not tell it."""
        done = (s for s in reading.said if s.role == "action" and s.text != wish.related)
        return next((s for s in done if self._is_seen(s.value, reading, wish)), None)

    def undone_actions(self, reading: Reading, wish: Wish) -> tuple[str, ...]:
        """What somebody is said to do and nobody is seen doing."""
        return tuple(
            said.text
            for said in reading.said
            if said.role == "action" and not self._is_seen(said.value, reading, wish)
        )

    def _is_seen(self, action: str, reading: Reading, wish: Wish) -> bool:
        """Whether a drawing shows an action: as how somebody goes, by who does it, or by what they
        do it with."""
        if wish.subject is None:
            return False
        gait = self._concepts[wish.subject].gait
        if action in GAITS_SEEN or action in (wish.does, gait) or (action, gait) in GOES_BY:
            return True
        figure, thing = self._actions[action]
        poses = action in ACTIONS and wish.subject in FIGURES
        mounted = wish.relation == "riding" or wish.subject in DRAWN_ON.values()
        mounted = (mounted and action in RIDES) or (action in MEALS and wish.other is not None)
        is_figure = wish.subject == figure and figure not in FIGURES
        return poses or mounted or is_figure or (thing != "-" and wish.other == thing)

    def _kind(self, name: str) -> str:
        return self._concepts[name].kind

    def _who(
        self,
        reading: Reading,
        others: Sequence[ReadPhrase],
        spoken: Mapping[str, tuple[str, int]],
    ) -> tuple[str | None, str, str]:
        """Concept, sex and posture of the first: who does what has a drawing of its own is that,
        unless it is done with something else than what is in the drawing, or more than one thing
        is said of how they look."""
        subject, action = reading.subject, reading.action
        if subject is None or subject not in FIGURES or action is None:
            return subject, "", ""
        if action in ACTIONS:
            return subject, "", ACTIONS[action]
        figure = self._actions[action][0]
        looks = {*spoken} & LOOKS | {WORN[s.value][0] for s in others if s.value in WORN}
        shown = len(looks) > 1 and figure not in DRAWN_ON.values()
        # Who sleeps on a bench is not in bed.
        shown |= figure == IN_BED[0] and any(s.value != IN_BED[1] for s in others)
        if (figure == "rider" and others) or shown:
            return subject, "", ""
        drawn = figure in self._concepts and self._kind(figure) in ("figure", "person")
        if not drawn or figure in FIGURES:
            return subject, "", ""
        return figure, _sex(subject), ""

    def _needed(self, reading: Reading, subject: str) -> str | None:
        """What an action needs in the hand, unless the drawing of who does it has it."""
        # Of 100 prompts that a person is doing something 9 have a drawing of that, and 47 one of
        # the thing it is done with: so the thing is put into the hand.
        thing = reading.thing
        if thing is None or thing not in self._concepts or reading.action in _NO_THING:
            return None
        return thing if subject in FIGURES else None

    @staticmethod
    def _related(
        text: str, words: Sequence[Token], reading: Reading, first: ReadPhrase | None,
        second: ReadPhrase | None, relation: str,
    ) -> str:  # fmt: skip
        """The word that says what one of two does to the other, as it is written."""
        if first is None:
            return ""
        end = second.start if second else len(text)
        between = [w for w in words if first.end <= w.start < end]
        done = [s for s in reading.said if s.role == "action"]
        at, deed = word_for(relation, [w.folded for w in between], [s.value for s in done])
        if at >= 0:
            return text[between[at].start : between[at].end]
        return done[deed].text if deed >= 0 else ""

    def _relation(
        self,
        words: Sequence[Token],
        reading: Reading,
        subject: str,
        first: ReadPhrase | None,
        second: ReadPhrase | None,
        other: str | None,
    ) -> str:
        if other is None:
            return ""
        between: list[str] = []
        if first and second:
            low, high = sorted((first, second), key=lambda s: s.start)
            between = [w.folded for w in words if low.end <= w.start < high.start]
        kind = "person" if subject in FIGURES else self._kind(subject)
        doing = [s.value for s in reading.said if s.role == "action"]
        action = reading.action or (doing[0] if doing else None)
        return relation(between, action, kind, self._kind(other), other)


def _left(
    reading: Reading, drawn: Sequence[str], first: ReadPhrase | None = None
) -> tuple[str, ...]:
    """The things that are said and that nobody draws: a scene has room for two."""
    return tuple(
        said.text
        for said in reading.said
        if said.role == "subject" and said is not first and said.value not in drawn
    )


def _sex(subject: str) -> str:
    return {"man": "m", "woman": "w"}.get(FIGURES[subject].get("figure", ""), "")


def _card(
    subject: str,
    spoken: Mapping[str, tuple[str, int]],
    worn: Sequence[ReadPhrase],
    words: Sequence[Token],
) -> tuple[dict[str, str], dict[str, str]]:
    """What is said of a person, and the words that say it."""
    card: dict[str, str] = {}
    looks: dict[str, str] = {}
    for phrase in worn:
        name, value = WORN[phrase.value]
        card[name], looks[name] = value, phrase.text
    for name, (value, start) in spoken.items():
        card[name], looks[name] = value, _word_at(words, start)
    if subject == "child" or "age" not in card or FIGURES[subject].get("age") == "child":
        return {**card, **FIGURES[subject]}, looks
    return {**FIGURES[subject], **card}, looks


def _colours(
    reading: Reading,
    phrases: Mapping[str, ReadPhrase],
    worn: Sequence[ReadPhrase],
    spoken: Mapping[str, tuple[str, int]],
) -> dict[str, str]:
    """Colours by what they are said of: the thing after them in English, before them in French,
    and where there is none on that side the nearest on the other."""
    after = GRAMMARS[reading.language].last
    places = [(s.start, name) for name, s in phrases.items()]
    places += [(s.start, dict(OF_CARD)[WORN[s.value][0]]) for s in worn]
    places += [(spoken[name][1], ink) for name, ink in OF_CARD if name in spoken]
    places += [(spoken[name][1], name) for name in ("hair", "skin") if name in spoken]
    found: dict[str, str] = {}
    for colour in (s for s in reading.said if s.role == "colour"):
        ahead = sorted(p for p in places if p[0] >= colour.start)
        behind = sorted((p for p in places if p[0] < colour.start), reverse=True)
        near = (ahead or behind) if after else (behind or ahead)
        if near:
            found.setdefault(near[0][1], colour.value)
    return found


def _word_at(words: Sequence[Token], start: int) -> str:
    return next(w.folded for w in words if w.start == start)
