"""The names nobody may choose."""

import re
import tomllib
from importlib import resources
from typing import Final

from msgspec import Struct, convert

from phosphene.errors import AlreadyTaken
from phosphene.guest_names import MANNERS, THINGS, guest_handle
from phosphene.model import skeleton


class Reserved(Struct, frozen=True):
    """What ``reserved.toml`` holds: names that are not to be parts of a handle, and names that are
    not to be one, as their skeletons."""

    parts: frozenset[str]
    whole: frozenset[str]

    # Else ``admin``, ``operator`` and ``openai`` are had by whoever asks first.
    def check_handle(self, chosen: str, person_id: str) -> None:
        """Whether this person may be called so. Raises AlreadyTaken."""
        if _GENERATED.fullmatch(chosen) and chosen != guest_handle(person_id):
            raise AlreadyTaken("names of this form are given to guests: choose another")
        name = _folded(_NUMBER.sub("", chosen))
        if name in self.whole or not self.parts.isdisjoint(name.split("_")):
            raise AlreadyTaken("this name is kept for those who run this place: choose another")


def load_reserved() -> Reserved:
    """The file that ships."""
    text = (resources.files(__package__) / "reserved.toml").read_text()
    lists = convert(tomllib.loads(text), dict[str, list[str]])
    return Reserved(**{key: frozenset(map(_folded, names)) for key, names in lists.items()})


def _folded(name: str) -> str:
    """Its skeleton, with 1 for an i too."""
    return skeleton(name).replace("i", "l")


_NUMBER: Final = re.compile(r"[_0-9]*\Z")
_GENERATED: Final = re.compile(f"(?:{'|'.join(MANNERS)})_(?:{'|'.join(THINGS)})_[0-9]+")
