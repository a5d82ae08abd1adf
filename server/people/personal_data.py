"""What is stored of people, where, how long and who sees it: told by ``personal_data.toml``, which
has a line for every column of the database."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from phosphene.settings import Settings

FILE: Final = Path(__file__).with_name("personal_data.toml")

Seer = Literal["you", "followed", "viewers", "moderators", "everybody", "third", "nobody"]
SEERS: Final[Mapping[Seer, str]] = {
    "you": "you",
    "followed": "who is followed",
    "viewers": "who may see the clip",
    "moderators": "moderators",
    "everybody": "everybody",
    "third": "who runs that service",
    "nobody": "nobody",
}
"""Who sees something, in words."""
Period = Literal[
    "logins",
    "views",
    "reactions",
    "audience",
    "notices",
    "strangers",
    "decisions",
    "deeds",
    "grace",
    "events",
    "asks",
    "answers",
    "departed",
    "births",
    "failed",
    "addresses",
    "pushes",
]


class StoredTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table: ``columns`` says of each column what is in it; ``kept`` how long, where ``{0}`` is
    the period ``after``; ``seen`` who sees it beside who runs the instance."""

    name: str
    what: str
    kept: str
    after: Period | None = None
    seen: tuple[Seer, ...]
    columns: Mapping[str, str]


class PersonalDataPart(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tables that belong together."""

    name: str
    title: str
    tables: tuple[StoredTable, ...]


class Elsewhere(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What lies outside of the database; only where the setting ``needs`` is made, if it names one.
    ``names``: those by which it is written."""

    name: str
    title: str
    what: str
    kept: str
    after: Period | None = None
    seen: tuple[Seer, ...]
    needs: str = ""
    names: tuple[str, ...] = ()


class PersonalData(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    parts: tuple[PersonalDataPart, ...]
    elsewhere: tuple[Elsewhere, ...]

    def all_tables(self) -> Iterator[StoredTable]:
        """Those of all parts."""
        return (table for part in self.parts for table in part.tables)

    def for_settings(self, settings: Settings) -> "PersonalData":
        """What is so at an instance of these settings."""
        kept = tuple(one for one in self.elsewhere if not one.needs or getattr(settings, one.needs))
        return PersonalData(self.parts, kept)


@cache
def load_personal_data() -> PersonalData:
    """What the file says, read once."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), PersonalData)


def texts_to_translate(data: PersonalData) -> Sequence[str]:
    """Everything that is said, each of which another language needs."""
    said = [*SEERS.values(), *(part.title for part in data.parts)]
    for table in data.all_tables():
        said += [table.what, table.kept, *table.columns.values()]
    for one in data.elsewhere:
        said += [one.title, one.what, one.kept]
    return list(dict.fromkeys(said))
