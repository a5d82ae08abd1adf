"""What a world shows of a reading: its slots, and what was said but cannot be drawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from phosphene.model import Slot
from phosphene.render.reading import UNDRAWN
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.reader import NounReader
from phosphene.render.worker.embedded.nouns.reading import LIKE, Reading, believed
from phosphene.render.worker.embedded.nouns.tokens import fold
from phosphene.render.worker.embedded.world import PLACE, World


@dataclass(frozen=True)
class ShownValues:
    """What a world shows for each name: the value, and whether it is that itself."""

    values: Mapping[str, tuple[str, bool]]

    @classmethod
    def from_world(cls, world: World) -> "ShownValues":
        """From the lists of a world: the first name in each is the thing itself."""
        pairs = ((value, k, name) for value, names in world.shown.items()
                 for k, name in enumerate(names))  # fmt: skip
        return cls({
            (PLACE if value.startswith(PLACE) else "") + name: (value.removeprefix(PLACE), not k)
            for value, k, name in pairs
        })  # fmt: skip


class SlotCorrector:
    """Corrects what the net of words made of a prompt: things and places are looked up."""

    def __init__(self, lexicon: Lexicon, world: World) -> None:
        self._lexicon = lexicon
        self._reader = NounReader(lexicon)
        self._shown = ShownValues.from_world(world).values

    def correct_slots(self, reading: Reading, guessed: Iterable[Slot]) -> tuple[Slot, ...]:
        """The slots of a prompt, given those that the net guessed, of which only the subjects and
        the place are not believed."""
        first, second = reading.subject, reading.other
        if first not in self._shown and second in self._shown:
            first, second = second, None
        looked = {
            "subject": self._thing("subject", reading, first),
            "other": self._thing("other", reading, second),
            "place": self._place(reading),
        }
        found = [believed(slot, looked) for slot in guessed]
        return (*found, Slot(UNDRAWN, None, 1.0, self._undrawn(reading)))

    def read_prompt(self, text: str) -> Reading:
        """How a prompt is read."""
        return self._reader.read_prompt(text)

    def place_slot(self, reading: Reading) -> Slot:
        """The place that is said."""
        if reading.place is None:
            return Slot("place", None, 0.0)
        return self._place(reading)

    def undrawn_places(self, reading: Reading) -> tuple[str, ...]:
        """The places that are said and cannot be shown."""
        return tuple(
            s.text for s in reading.said if s.role == "place" and PLACE + s.value not in self._shown
        )

    def place_of(self, concept: str) -> str | None:
        """What this world has of the place where a concept is at home."""
        home = self._lexicon.concepts.get(concept, ("", ""))[1]
        shown = self._shown.get(PLACE + home)
        return shown[0] if shown else None

    def _thing(self, name: str, reading: Reading, concept: str | None) -> Slot:
        if concept is None or concept not in self._shown:
            return Slot(name, None, 0.0)
        said = [s for s in reading.said if s.role == "subject" and s.value == concept]
        value, itself = self._shown[concept]
        exact = itself and all(s.exact for s in said)
        return Slot(name, value, 1.0 if exact else LIKE, tuple(s.text for s in said))

    def _place(self, reading: Reading) -> Slot:
        """The place that is said, or where what cannot be drawn is at home."""
        name, texts = reading.place, [s.text for s in reading.said if s.role == "place"]
        if name is None and reading.subject is not None and reading.subject not in self._shown:
            name = self._lexicon.concepts[reading.subject][1]
        if name is None or PLACE + name not in self._shown:
            return Slot("place", None, 0.0)
        value, itself = self._shown[PLACE + name]
        return Slot("place", value, 1.0 if itself else LIKE, tuple(texts[:1]))

    def _undrawn(self, reading: Reading) -> tuple[str, ...]:
        return reading.undrawn + tuple(
            s.text
            for s in reading.said
            if (s.role == "subject" and s.value not in self._shown)
            or (s.role == "place" and PLACE + s.value not in self._shown)
        )


def without_shown(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The slots, where nothing is said to stay away that another slot was read from: a camera that
    moves closer is no thing, a castle may be the place, and `at night` is the time."""
    said = [slot.words for slot in slots if slot.value is not None]
    shown = {part for words in said for word in words for part in _parts(word)}
    return tuple(
        replace(slot, words=tuple(word for word in slot.words if not _parts(word) <= shown))
        if slot.name == UNDRAWN
        else slot
        for slot in slots
    )


def _parts(phrase: str) -> set[str]:
    """The words of a phrase, without its little ones."""
    whole = fold(phrase)
    return {part for part in whole.replace("'", " ").split() if len(part) > 2} or {whole}
