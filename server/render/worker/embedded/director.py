"""From a prompt to a scene's slots and cast: what the words mean, and what they leave open."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import msgspec

from phosphene.model import Slot
from phosphene.render.reading import UNDRAWN
from phosphene.render.worker.embedded.nouns.cast import ALONE, Actor, Cast
from phosphene.render.worker.embedded.nouns.casting import GOING, MOTIONS, STAND_INS, Casting
from phosphene.render.worker.embedded.nouns.clock_times import time_slot
from phosphene.render.worker.embedded.nouns.closed_slots import believable
from phosphene.render.worker.embedded.nouns.hours_and_weather import told_in
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.model import NounModel
from phosphene.render.worker.embedded.nouns.noun_slots import gerund, tell
from phosphene.render.worker.embedded.nouns.reading import Reading
from phosphene.render.worker.embedded.nouns.understanding import SlotCorrector, without_shown
from phosphene.render.worker.embedded.nouns.wishes import Wish, Wishes
from phosphene.render.worker.embedded.places_and_weather import (
    NIGHT,
    Surroundings,
    without_sheltered,
)
from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.shelter import CLEAR, is_sheltered
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.vocabulary import COUNTS, NOBODY, SLOTS
from phosphene.render.worker.embedded.world import PLACE, Choices, World

LIT: Final = {"moon": "night", "full-moon": "night", "star": "night", "comet": "night"}
"""When one sees these, if nobody says when it is."""
OUTSIDE: Final = "street"
"""Where those are, in the rain, whose home is indoors."""
BOLT: Final = "lightning"
LEAVES: Final = ("leaf", "fallen-leaf", "maple-leaf")
"""What falls in a weather of its own."""
ScenePlan = tuple[dict[str, str], Cast]
TAUGHT: Final = ("en", "fr")
ALOFT_ALONE: Final = ("bubbles", "balloon")
"""What is blown where somebody is."""
ANYWHERE: Final = ("hills", "city")
"""Where those are of whose home this world has nothing."""


class Director:
    """Reads by letters alone, for a world without a lexicon; for any thread."""

    def __init__(
        self, world: World, parser: PromptParser, surroundings: Surroundings | None = None
    ) -> None:
        self._world = world
        self._parser = parser
        self._surroundings = surroundings

    def understand(self, text: str) -> tuple[Slot, ...]:
        """What of a prompt can be drawn; one Slot for each slot of the vocabulary."""
        return self._parser.parse_prompt(text)

    def plan_scene(
        self, text: str, seed: int, before: Scene | None, dropped: Collection[str] = ()
    ) -> ScenePlan:
        """A value for every slot, and who is drawn by the nouns' network. `before`: the scene that
        the words change; `dropped`: the slots of it that are as though nobody had told them."""
        asked = {slot.name: slot.value for slot in self.understand(text) if slot.name in SLOTS}
        asked, cast = self._furnished(asked, before, dropped, ALONE)
        return resolve_slots(self._world, asked, seed, _slots(before, dropped)), cast

    def _furnished(
        self,
        asked: dict[str, str | None],
        before: Scene | None,
        dropped: Collection[str],
        cast: Cast,
    ) -> tuple[dict[str, str | None], Cast]:
        """With further places and weathers, where the model has any."""
        if self._surroundings is None:
            return asked, cast
        was = before.cast if before else ALONE
        gone = {name: "" for name in ("place", "weather") if name in dropped}
        return self._surroundings.furnish(asked, msgspec.structs.replace(was, **gone), cast)


class LexiconDirector(Director):
    """Looks things and places up, for a world without a network of nouns."""

    def __init__(
        self,
        world: World,
        parser: PromptParser,
        lexicon: Lexicon,
        surroundings: Surroundings | None = None,
    ) -> None:
        super().__init__(world, parser, surroundings)
        self._corrector = SlotCorrector(lexicon, world)

    def understand(self, text: str) -> tuple[Slot, ...]:
        """The same, and one Slot more for what cannot be drawn."""
        reading = self._corrector.read_prompt(text)
        slots = self._corrector.correct_slots(reading, self._parser.parse_prompt(text))
        if self._surroundings:
            slots = self._surroundings.tell(text, reading, slots)
        return without_shown(slots)


class NounDirector(Director):
    """Casts every noun that the lexicon calls."""

    def __init__(
        self,
        world: World,
        parser: PromptParser,
        lexicon: Lexicon,
        nouns: NounModel,
        surroundings: Surroundings | None = None,
    ) -> None:
        super().__init__(world, parser, surroundings)
        # What the older network draws keeps its poses; what it only stood in for is itself here.
        self._older = {
            names[0]: value for value, names in world.shown.items() if value[:1] != PLACE
        }
        self._corrector = SlotCorrector(lexicon, world)
        self._known = lexicon.known
        self._wishes = Wishes(lexicon, nouns.concepts)
        self._casting = Casting(nouns.concepts, self._older, world.values["colour"])
        self._homes = {name: concept.place for name, concept in nouns.concepts.items()}

    def understand(self, text: str) -> tuple[Slot, ...]:
        """The same, and one Slot more for each thing that has no slot."""
        return without_sheltered(self._understood(text)[0])

    def plan_scene(
        self, text: str, seed: int, before: Scene | None, dropped: Collection[str] = ()
    ) -> ScenePlan:
        """The same; who is drawn by the nouns' network has the score of one with its gait."""
        slots, wish = self._understood(text)
        asked = {s.name: s.value for s in slots if s.name in SLOTS}
        if wish.subject is None:
            # Without anybody to do it, nothing that is said of somebody else is asked for.
            asked |= {"subject": None, "other": None if asked["other"] != NOBODY else NOBODY}
        kept = self._drawn_before(before) if before else ()
        was = before.cast if before else ALONE
        cast = self._casting.choose_cast(wish, seed, was, kept, dropped)
        usual: dict[str, Choices] = {}
        if wish.subject:
            asked |= self._asked(wish, cast)
            usual = self._usual(wish, cast.subject)
            elsewhere = before is None or "place" in dropped
            host = _host(wish)
            noun = cast.subject or cast.other or host != wish.subject
            if noun and elsewhere and asked["place"] is None:
                home = self._homes.get(host)
                # Whose home is a room and who is in the rain is not at home.
                indoors = is_sheltered(home or "", asked["weather"] or CLEAR)
                asked["place"] = OUTSIDE if asked["weather"] and indoors else home
            if asked["time"] is None:
                asked["time"] = LIT.get(wish.subject) or LIT.get(wish.other or "")
                asked["time"] = asked["time"] or (NIGHT if wish.does == "sleep" else None)
        if asked["place"] is None and asked["weather"] is not None and before is None:
            suits = usual.get("place") or self._world.suiting_values(
                "place", asked["subject"] or NOBODY
            )
            open_ = tuple(p for p in suits if not is_sheltered(p, asked["weather"] or CLEAR))
            usual["place"] = open_ or suits
        asked, cast = self._furnished(asked, before, dropped, cast)
        known = self._world.values
        # A world is data, and may lack what this code names: then it is left open, and no error.
        asked = {slot: v if v in known[slot] else None for slot, v in asked.items()}
        return resolve_slots(self._world, asked, seed, _slots(before, dropped), usual), cast

    def _understood(self, text: str) -> tuple[tuple[Slot, ...], Wish]:
        reading = self._corrector.read_prompt(text)
        wish = self._without_scenery(self._wishes.wish_of(text, reading), text, reading)
        place = self._corrector.place_slot(reading)
        guessed = self._guessed(text, reading.language)
        told = tell(guessed, place, wish, self._older)
        if hour := time_slot(text):
            told = [hour if s.name == "time" and s.value is None else s for s in told]
        if done := self._wishes.seen_action(reading, wish):
            told.append(Slot("action", gerund(done.value), 1.0, (done.text,)))
        lost = (
            *wish.undrawn, *self._wishes.undone_actions(reading, wish), *reading.undrawn,
            *self._corrector.undrawn_places(reading),
        )  # fmt: skip
        slots = (*told, Slot(UNDRAWN, None, 1.0, tuple(dict.fromkeys(lost))))
        if self._surroundings:
            slots = self._surroundings.tell(text, reading, slots)
        return without_shown(slots), wish

    def _guessed(self, text: str, language: str) -> tuple[Slot, ...]:
        """The slots of the net of words, as far as it can be believed: it learned English and
        French, and finds a green in Venezia. Times and weathers of other languages are looked
        up."""
        guessed = self._parser.parse_prompt(text)
        if language in TAUGHT:
            return tuple(believable(slot, self._known, text) for slot in guessed)
        told = told_in(language, text)
        return tuple(told.get(s.name, Slot(s.name, None, 0.0)) for s in guessed)

    def _without_scenery(self, wish: Wish, text: str, reading: Reading) -> Wish:
        """Without a thing that is the place or the weather: a train on a bridge needs one bridge,
        falling leaves are no leaf, beside the fox or alone, and thunder is no bolt beside those of
        its storm."""
        if self._surroundings is None or wish.thing or wish.relation not in ("", "beside", "on"):
            return wish
        if self._surroundings.is_storm(text):
            wish = _without_bolt(wish)
        first = wish.said.get("subject")
        if wish.subject in LEAVES and wish.other is None and first is not None:
            falls = self._surroundings.is_weather(text, first.text)
            return Wish(undrawn=wish.undrawn) if falls else wish
        said = wish.said.get("other")
        falls = said is not None and self._surroundings.is_weather(text, said.text)
        stands = wish.other in self._surroundings.places and reading.place in (None, wish.other)
        return replace(wish, other=None, relation="") if falls or stands else wish

    def _asked(self, wish: Wish, cast: Cast) -> dict[str, str | None]:
        """The slots of the one or two who are wished for."""
        assert wish.subject is not None
        relation = wish.relation if wish.relation in self._world.values["relation"] else None
        asked: dict[str, str | None] = {
            "subject": self._score_of(wish.subject, cast.subject),
            "other": NOBODY,
            "relation": relation,
        }
        if wish.other and not (cast.anchored and cast.other):
            asked["other"] = self._score_of(wish.other, cast.other)
        if wish.count > 1:
            asked["count"] = COUNTS[min(wish.count, len(COUNTS)) - 1]
        return asked

    def _score_of(self, concept: str, actor: Actor | None) -> str:
        """The older subject that moves as somebody does."""
        return self._older[concept] if actor is None else STAND_INS[actor.gait]

    def _drawn_before(self, before: Scene) -> tuple[str, ...]:
        """The concepts of a scene that the older network drew."""
        shown = {value: concept for concept, value in self._older.items()}
        both = (("subject", before.cast.subject), ("other", before.cast.other))
        values = (before.slots[plate] for plate, actor in both if actor is None)
        return tuple(shown[value] for value in values if value in shown)

    def _usual(self, wish: Wish, subject: Actor | None) -> dict[str, Choices]:
        """Where it is at home and how it moves, if nobody says it."""
        if subject is None or wish.subject is None:
            return {}
        home = self._corrector.place_of(wish.subject)
        places = (home,) if home else tuple(p for p in ANYWHERE if p in self._world.values["place"])
        return {"motion": MOTIONS.get(subject.gait, GOING)} | ({"place": places} if places else {})


def _slots(before: Scene | None, dropped: Collection[str]) -> dict[str, str] | None:
    """Those of the scene of before that stay."""
    if before is None:
        return None
    return {name: value for name, value in before.slots.items() if name not in dropped}


def _without_bolt(wish: Wish) -> Wish:
    """Without the lightning that thunder is read as, where it storms anyway."""
    thunders = [n for n, said in wish.said.items() if said.value == BOLT and not said.exact]
    if not thunders:
        return wish
    if thunders[0] == "other":
        return replace(wish, other=None, relation="")
    said = {"subject": wish.said["other"]} if "other" in wish.said else {}
    colours = {"subject": wish.colours["other"]} if "other" in wish.colours else {}
    return Wish(subject=wish.other, said=said, colours=colours, undrawn=wish.undrawn)


def _host(wish: Wish) -> str:
    """At whose home two are: a bird on an elephant is where elephants are."""
    hosted = wish.relation in ("riding", "on", "behind", "above", "inside") and not wish.thing
    hosted |= wish.relation == "blowing" and wish.other not in ALOFT_ALONE
    return wish.other if wish.other and hosted else wish.subject or ""
