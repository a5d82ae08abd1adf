"""Further places and weathers in what is understood of a prompt, and in what is drawn of it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from phosphene.model import Slot
from phosphene.render.reading import UNDRAWN
from phosphene.render.worker.embedded.backdrops import Backdrops
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.nouns.reading import Reading
from phosphene.render.worker.embedded.nouns.tokens import tokens
from phosphene.render.worker.embedded.shelter import is_sheltered
from phosphene.render.worker.embedded.sky_cover import FIREWORKS, STORM

NIGHT: Final = "night"

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "fog": (
        *("fog", "foggy", "mist", "misty", "haze", "hazy"),
        *("brouillard", "brume", "brumeux", "brumeuse", "nebel", "niebla", "nebbia", "neblina"),
    ),
    "storm": (
        *("storm", "stormy", "thunderstorm", "tempest", "hurricane", "lightning"),
        *("orage", "orageux", "orageuse", "tempete", "gewitter", "tormenta", "tempesta"),
    ),
    "leaves": (
        *("falling leaves", "autumn leaves", "leaves falling", "windy", "in the wind", "autumn"),
        *("feuilles mortes", "feuilles d automne", "venteux", "dans le vent", "automne"),
        *("herbst", "otono", "autunno", "outono"),
    ),
    "fireworks": (
        *("fireworks", "firework", "feu d artifice", "feux d artifice", "feuerwerk"),
        *("fuegos artificiales", "fuochi d artificio", "fogos de artificio"),
    ),
}
"""What weathers are called, folded; the net that guesses the weather knows three others."""
# Looked at here too: who asks for no fog would else get it, as a list of words knows no sentence.
_NOT: Final = frozenset(("no", "not", "without", "sans", "pas", "ni", "ohne", "sin", "senza"))
_LONGEST: Final = 3


def without_sheltered(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The slots of a prompt, where a weather that does not come to the place stays away, and is
    said to."""
    told = {slot.name: slot for slot in slots if slot.value is not None}
    place, weather = told.get("place"), told.get("weather")
    if place is None or weather is None or not is_sheltered(f"{place.value}", f"{weather.value}"):
        return tuple(slots)
    return tuple(
        replace(slot, value=None, confidence=0.0, words=())
        if slot is weather
        else replace(slot, words=(*slot.words, *weather.words))
        if slot.name == UNDRAWN
        else slot
        for slot in slots
    )


class Surroundings:
    """Of a model that has backdrops; for any thread."""

    def __init__(self, backdrops: Backdrops) -> None:
        self._backdrops = backdrops
        self._weathers = {
            phrase: name
            for name, phrases in WORDS.items()
            for phrase in phrases
            if name in backdrops.weathers
        }

    @property
    def places(self) -> Collection[str]:
        """The further places."""
        return self._backdrops.places.keys()

    def is_weather(self, text: str, said: str) -> bool:
        """Whether some words of a text are a part of how it names a further weather."""
        weather = self._weather(text)
        words = {part for phrase in weather.words for part in phrase.split()} if weather else set()
        return {token.folded for token in tokens(said)} <= words

    def is_storm(self, text: str) -> bool:
        """Whether a text names a storm."""
        weather = self._weather(text)
        return weather is not None and weather.value == STORM

    def tell(self, text: str, reading: Reading, slots: Sequence[Slot]) -> tuple[Slot, ...]:
        """The slots of a prompt with the further place and weather that it names."""
        found: dict[str, Slot] = {}
        lost = {word for slot in slots if slot.name == UNDRAWN for word in slot.words}
        if place := self._place(reading, lost):
            found["place"] = place
        if weather := self._weather(text):
            found["weather"] = weather
        return tuple(found.get(slot.name, slot) for slot in slots)

    def furnish(
        self, asked: Mapping[str, str | None], before: Cast, cast: Cast
    ) -> tuple[dict[str, str | None], Cast]:
        """What is asked for in older values, and the cast with what is round it; what nobody says
        stays as it was."""
        slots = dict(asked)
        for slot, known in (
            ("place", self._backdrops.places),
            ("weather", self._backdrops.weathers),
        ):
            value = slots[slot]
            here = getattr(before, slot) if value is None else value if value in known else ""
            cast = replace(cast, **{slot: here})
            if here:
                slots[slot] = known[here]
        if slots.get("time") is None and asked["weather"] == FIREWORKS:
            slots["time"] = NIGHT  # by day nobody lights any
        return slots, cast

    def _place(self, reading: Reading, lost: set[str]) -> Slot | None:
        """The place that is said; a castle is one too where it is no subject."""
        if reading.place is not None:
            named = [s for s in reading.said if s.role == "place"]
            words = tuple(s.text for s in named[:1])
            known = reading.place in self._backdrops.places
            return Slot("place", reading.place, 1.0, words) if known else None
        for one in reading.said:
            stands_back = one.value != reading.subject or one.text in lost
            if one.role == "subject" and one.value in self._backdrops.places and stands_back:
                return Slot("place", one.value, 1.0, (one.text,))
        return None

    def _weather(self, text: str) -> Slot | None:
        words = [part for token in tokens(text) for part in token.folded.split("-")]
        # Longest first, as in the lexicon: falling leaves are a weather, and leaves alone may be a
        # subject.
        for length in range(_LONGEST, 0, -1):
            for start in range(len(words) - length + 1):
                phrase = " ".join(words[start : start + length])
                if phrase in self._weathers and not _NOT & {*words[max(0, start - 2) : start]}:
                    return Slot("weather", self._weathers[phrase], 1.0, (phrase,))
        return None
