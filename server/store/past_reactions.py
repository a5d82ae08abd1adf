"""What people made of clips, read from the file of a store that may be in use."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from phosphene.errors import BadInput
from phosphene.model import Clip, StoredReaction
from phosphene.store import reactions, reads
from phosphene.store.connection import SqlConnection
from phosphene.store.schema import connect_reader

DATABASE: Final = "phosphene.db"
PART: Final = 1000


def read_past(data: Path, most_clips: int) -> tuple[list[Clip], list[StoredReaction]]:
    """The newest clips that can be shown, and all reactions in the order of their ids. Raises
    BadInput: the folder is no instance's."""
    path = data / DATABASE
    if not path.is_file():
        raise BadInput(f"{path} is not there: name the data folder of an instance")
    try:
        with closing(connect_reader(path)) as cx:
            return reads.candidates(cx, most_clips), _rows(cx)
    except sqlite3.Error as error:
        raise BadInput(f"{path} cannot be read: {error}") from error


def _rows(cx: SqlConnection) -> list[StoredReaction]:
    found, last = list[StoredReaction](), 0
    while part := reactions.reactions_after(cx, last, PART):
        found += part
        last = part[-1].id
    return found
