"""How a prompt is read: the phrases that call something, and what is asked for with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from phosphene.model import Slot
from phosphene.render.worker.embedded.vocabulary import NOBODY

LIKE: Final = 0.7
"""The confidence in what is only the nearest that can be drawn."""


@dataclass(frozen=True)
class ReadPhrase:
    """A phrase of the prompt and what will be drawn for it. `exact`: that itself, and not the
    nearest that can be drawn. `start`, `end`: where it is in the prompt."""

    text: str
    role: str
    value: str
    exact: bool
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Reading:
    """What a prompt asks for. `subject`, `other`: concepts; `thing`: what the action needs; None
    where nothing is said, or nothing that can be drawn. `unknown`: what is named as the subject,
    and is not known; `undrawable`: what is known, and cannot be drawn; `unread`: nouns and verbs of
    which nothing is known."""

    language: str
    subject: str | None = None
    other: str | None = None
    action: str | None = None
    thing: str | None = None
    place: str | None = None
    count: int = 1
    said: tuple[ReadPhrase, ...] = ()
    unknown: str | None = None
    undrawable: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def undrawn(self) -> tuple[str, ...]:
        """All that is named and nothing is drawn for."""
        unknown = () if self.unknown is None else (self.unknown,)
        return tuple(dict.fromkeys((*unknown, *self.undrawable, *self.unread)))


def believed(guessed: Slot, looked: Mapping[str, Slot]) -> Slot:
    """What was looked up, or what was guessed: that there is nobody else no name can say."""
    found = looked.get(guessed.name)
    if found is None or (guessed.value == NOBODY and found.value is None):
        return guessed
    return found
