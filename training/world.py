"""The world of world.toml, which every step of the training reads."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Final

from phosphene.render.worker.embedded.vocabulary import NOBODY, SLOTS
from phosphene.render.worker.embedded.world import World


def read(path: Path) -> World:
    """The world that a file of tables of words tells. Raises ValueError if it cannot be one."""
    told = tomllib.loads(path.read_text("utf-8"))
    values = _split(told["values"])
    values |= {"other": (NOBODY, *values["subject"]), "other_colour": values["colour"]}
    suits = {subject: _split(table) for subject, table in told.get("suits", {}).items()}
    shown = _split(told.get("shown", {}))
    return World({slot: values[slot] for slot in SLOTS}, _split(told["usual"]), suits, shown)


def _split(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {slot: tuple(words.split()) for slot, words in table.items()}


WORLD: Final = read(Path(__file__).with_name("world.toml"))


def _bucket(text: str) -> int:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % 8


def held_out(subject: str, colour: str, place: str) -> bool:
    """True for the eighth of the pairs (subject, colour) and (subject, place) that training never
    shows, so that what a model makes of them measures whether it composes."""
    return _bucket(f"{subject} {colour}") == 0 or _bucket(f"{subject} in {place}") == 0
