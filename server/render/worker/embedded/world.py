"""The world of a model: which values its slots can have, and what goes well together.

A part of the model's folder, so that one that was trained on another world needs no other code.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

import msgspec
from msgspec import Struct

from phosphene.render.worker.embedded.vocabulary import COUNTS, NOBODY, SLOTS

FILE: Final = "world.json"
PLACE: Final = "@"
Choices = tuple[str, ...]


class World(Struct, frozen=True):
    """`values`: the values of each slot, in the order that the nets know. `usual`: what is drawn
    for a slot that nobody told. `suits`: the same for one subject, where that differs. `shown`: the
    subjects, and with @ before them the places, that are shown for what the lexicon calls; a world
    that has some is read by the lexicon of its folder, and has no subject that nobody asked for.

    Raises ValueError for a world that cannot be one.
    """

    values: dict[str, Choices]
    usual: dict[str, Choices]
    suits: dict[str, dict[str, Choices]] = {}
    shown: dict[str, Choices] = {}

    def __post_init__(self) -> None:
        if tuple(self.values) != SLOTS:
            raise ValueError(f"a world has the slots {', '.join(SLOTS)}, in this order")
        values = self.values
        unclear = [slot for slot, told in values.items() if not told or len({*told}) < len(told)]
        if unclear:
            raise ValueError(f"no value, or one twice, of {', '.join(unclear)}")
        if values["count"] != COUNTS or values["other"] != (NOBODY, *values["subject"]):
            raise ValueError('"count" is one, two, three; "other" is nothing, then the subjects')
        if values["other_colour"] != values["colour"]:
            raise ValueError('"other_colour" has the values of "colour"')
        _check(values, self.usual)
        for subject, suits in self.suits.items():
            _check(values, {"subject": (subject,), **suits})
        for name in self.shown:
            slot = "place" if name.startswith(PLACE) else "subject"
            _check(values, {slot: (name.removeprefix(PLACE),)})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What `save` wrote. Raises OSError if it is not there, ValueError if it is no world."""
        try:
            return msgspec.json.decode((folder / FILE).read_bytes(), type=cls)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{folder / FILE} is not a world: {error}") from error

    def save(self, folder: Path) -> None:
        """Write it as JSON into the model's folder."""
        folder.mkdir(parents=True, exist_ok=True)
        text = msgspec.json.format(msgspec.json.encode(self), indent=1)
        (folder / FILE).write_bytes(text + b"\n")

    @property
    def slot_sizes(self) -> dict[str, int]:
        """How many values each slot has."""
        return {slot: len(values) for slot, values in self.values.items()}

    def slot_indices(self, told: Mapping[str, str | None]) -> tuple[int, ...]:
        """Index of each slot's value in the order of SLOTS; None, a missing slot or no subject is
        "unspecified", the index after the last value. Raises ValueError for a value that the
        world does not know."""
        return tuple(
            len(values) if _open(slot, value := told.get(slot)) else values.index(str(value))
            for slot, values in self.values.items()
        )

    def slot_values(self, row: tuple[int, ...]) -> dict[str, str | None]:
        """The inverse of `slot_indices`."""
        return {
            slot: values[i] if i < len(values) else None
            for (slot, values), i in zip(self.values.items(), row, strict=True)
        }

    def suiting_values(self, slot: str, subject: str) -> Choices:
        """What may be drawn for a slot that nobody told, if this is the subject."""
        return self.suits.get(subject, {}).get(slot) or self.usual.get(slot) or self.values[slot]


def _open(slot: str, value: str | None) -> bool:
    return value is None or (slot == "subject" and value == NOBODY)


def _check(values: Mapping[str, Choices], told: Mapping[str, Choices]) -> None:
    for slot, chosen in told.items():
        unknown = set(chosen) - set(values.get(slot, ()))
        if unknown or not chosen:
            raise ValueError(f"the world knows no {slot} {', '.join(sorted(unknown)) or '(none)'}")
