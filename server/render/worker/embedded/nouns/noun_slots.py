"""What is understood of a prompt, told as slots, when there is a network for every noun."""

from collections.abc import Mapping, Sequence
from typing import Final

from phosphene.model import Slot
from phosphene.render.worker.embedded.nouns.looks import FIGURES
from phosphene.render.worker.embedded.nouns.reading import LIKE, believed
from phosphene.render.worker.embedded.nouns.wishes import Wish
from phosphene.render.worker.embedded.staging import NUMBERS

WEATHERS: Final = frozenset(("snow", "snowy", "neige", "enneige", "enneigee"))

MOVING: Final = frozenset(("motion", "camera"))

DOUBLED: Final = frozenset(("run", "swim", "sit", "drum", "hug"))
"""Actions whose last letter is written twice before -ing."""

FALLING: Final = frozenset(("falling", "falls", "tombant", "tombe", "tombent"))
"""What the net takes for snow, whatever falls."""


Spoken = Mapping[tuple[str, str | None], tuple[str, ...]]
"""The words of slots with their values."""


def tell(guessed: Sequence[Slot], place: Slot, wish: Wish, older: Mapping[str, str]) -> list[Slot]:
    """The slots of a prompt: the guessed ones, but for things, places and what is said of them;
    then, of what has no slot of its own, one Slot each. `older`: concepts by other names."""
    looked = {
        "subject": _thing("subject", wish.subject, wish, older),
        "other": Slot("other", None, 0.0),
        "place": place,
    }
    more: list[Slot] = []
    if wish.other and wish.thing:
        more.append(Slot("thing", older.get(wish.other, wish.other), 1.0))
    elif wish.other:
        looked["other"] = _thing("other", wish.other, wish, older)
    if wish.relation:
        related = (wish.related,) if wish.related else ()
        looked["relation"] = Slot("relation", wish.relation, 1.0, related)
    if wish.subject:
        looked |= _misheard(guessed, wish, place)
        spoken = {(slot.name, slot.value): slot.words for slot in guessed if slot.words}
        looked["count"] = _count(wish, spoken)
        looked |= _colours(wish, spoken)
    more += [Slot(name, wish.card[name], 1.0, (said,)) for name, said in wish.looks.items()]
    return [*(believed(slot, looked) for slot in guessed), *more]


def _thing(name: str, concept: str | None, wish: Wish, older: Mapping[str, str]) -> Slot:
    if concept is None:
        return Slot(name, None, 0.0)
    said = wish.said.get(name)
    # Told as sure only where it is that thing: who asked for a wolf and gets a dog is to know
    # before.
    does = wish.sex != "" and said is not None and said.value in FIGURES and concept not in FIGURES
    itself = said is None or (said.exact and said.value == concept) or does
    words = (said.text,) if said else ()
    return Slot(name, older.get(concept, concept), 1.0 if itself else LIKE, words)


def _misheard(guessed: Sequence[Slot], wish: Wish, place: Slot) -> dict[str, Slot]:
    """What was guessed from the name of a thing or of a place: a rose is no colour, a railway no
    rain. What the snow is besides a place is weather."""
    names = {word for said in wish.said.values() for word in said.text.lower().split()}
    names |= {word.lower() for text in place.words for word in text.split()} - WEATHERS
    names |= FALLING
    # A third thing has no room, but it is none of these either: from a raft the net read "left".
    things = names | {word for text in wish.undrawn for word in text.lower().split()}
    return {
        slot.name: Slot(slot.name, None, 0.0)
        for slot in guessed
        if slot.name not in ("subject", "other", "place")
        if slot.words
        if {word.lower() for word in slot.words} <= (things if slot.name in MOVING else names)
    }


def _count(wish: Wish, spoken: Spoken) -> Slot:
    if wish.count == 1:
        return Slot("count", None, 0.0)
    # Of a plural that is drawn as three no word says so.
    value = NUMBERS[wish.count - 1]
    return Slot("count", value, 1.0, spoken.get(("count", value), ()))


def _colours(wish: Wish, spoken: Spoken) -> dict[str, Slot]:
    """Those that are said of the two; others tell nothing of them."""
    named = {"subject": "colour", "other": "other_colour"}
    if not wish.colours:
        return {}
    found = {slot: Slot(slot, None, 0.0) for slot in named.values()}
    for name, colour in wish.colours.items():
        slot = named.get(name, "colour" if name == "colour" else "")
        if slot:
            said = [spoken[name, colour] for name in named.values() if (name, colour) in spoken]
            found[slot] = Slot(slot, colour, 1.0, said[0] if said else (colour,))
    return found


def gerund(action: str) -> str:
    """What somebody who does an action is doing: ride, riding."""
    if action in DOUBLED:
        action += action[-1]
    return action.removesuffix("e") + "ing"
