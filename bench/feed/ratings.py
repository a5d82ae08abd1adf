"""Files of ratings: ``user,item,rating,timestamp``, one a line, with or without a header."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

COLUMNS: Final = 4
DELIMITERS: Final = ("::", "\t", ";", ",")


class Rating(NamedTuple):
    """What somebody made of something at a time, in seconds."""

    user: str
    item: str
    rating: float
    at: float


def read_ratings(path: Path) -> list[Rating]:
    """All ratings of a file in the order of their times; of equal times, in that of the file.
    Columns may be parted by a comma, a semicolon, a tab or ``::``; what stands behind the fourth is
    not read.

    Raises:
        ValueError: a line behind the first has no four columns, or no number where one belongs.
    """
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        found = list(_parsed(file))
    return sorted(found, key=lambda one: one.at)


def _parsed(lines: Iterable[str]) -> Iterator[Rating]:
    delimiter = ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        delimiter = delimiter or next((one for one in DELIMITERS if one in line), ",")
        fields = line.strip().split("::") if delimiter == "::" else _fields(line, delimiter)
        try:
            user, item, rating, at = fields[:COLUMNS]
            yield Rating(user, item, float(rating), float(at))
        except ValueError:
            if number > 1:
                raise ValueError(
                    f"line {number} is no user, item, rating and time: {line!r}"
                ) from None


def _fields(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def read_texts(path: Path) -> dict[str, str]:
    """What items are about: lines of an item and words, whatever parts them."""
    texts = dict[str, str]()
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        for line in file:
            delimiter = next((one for one in DELIMITERS if one in line), ",")
            item, _, words = line.strip().partition(delimiter)
            texts[item] = words.replace("|", " ").replace(delimiter, " ")
    return texts
