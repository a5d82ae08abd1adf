"""Friendly names for guests, always the same for the same id, and the names nobody may choose."""

import hashlib
import re
import tomllib
from importlib import resources
from typing import Final

from msgspec import Struct, convert

from phosphene.errors import AlreadyTaken
from phosphene.model import skeleton

_MANNERS = """
    amber ample balmy brave breezy bright brisk calm candid cheery clever cosy crisp curious
    dapper dewy dreamy eager early easy fabled fair gentle gilded glad golden hazy hidden
    honest humble jolly keen kindly lively lofty lucid lucky lunar mellow merry misty modest
    mossy nimble noble opal patient placid playful plucky polite proud quick quiet rosy
    rustic serene shy silver sincere sleepy smooth snowy soft solar steady sunny swift
    tender tidy tranquil velvet vivid wandering warm wild windy wise witty
"""
_THINGS = """
    acorn almond anchor aspen badger bamboo beacon birch bramble breeze brook canoe canyon
    cedar cinder clover comet compass coral cricket cypress dahlia delta dune ember falcon
    feather fern fjord forest fountain garden geyser glacier grove harbor harp hazel heron
    hill island ivy jasmine juniper kayak kettle kite lagoon lantern lark lichen lily lotus
    lynx mango maple marble marmot meadow meteor mill moss nebula nectar oak oasis olive
    orbit orchard osprey otter pebble pepper pine planet plum pond poppy prairie quartz
    quill rain raven reed ridge river robin sail shell sparrow spruce star stone stream
    sundial swan thistle thunder tulip valley violet walnut wave willow wren
"""
MANNERS: Final = tuple(_MANNERS.split())
THINGS: Final = tuple(_THINGS.split())


def handle(person_id: str) -> str:
    """For instance ``quiet_lantern_27``: 24 characters at most, fit for ``model.Handle``.
    Two people may get the same one; ids tell them apart."""
    number = int.from_bytes(hashlib.sha256(person_id.encode()).digest()[:8], "big")
    number, manner = divmod(number, len(MANNERS))
    number, thing = divmod(number, len(THINGS))
    return f"{MANNERS[manner]}_{THINGS[thing]}_{number % 990 + 10}"


class Reserved(Struct, frozen=True):
    """What ``reserved.toml`` holds: names that are not to be parts of a handle, and names that are
    not to be one, as their skeletons."""

    parts: frozenset[str]
    whole: frozenset[str]

    # Else ``admin``, ``operator`` and ``openai`` are had by whoever asks first.
    def check_handle(self, chosen: str, person_id: str) -> None:
        """Whether this person may be called so. Raises AlreadyTaken."""
        if _GENERATED.fullmatch(chosen) and chosen != handle(person_id):
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
