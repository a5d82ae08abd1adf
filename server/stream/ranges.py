"""Which bytes of a file a request asks for (RFC 9110, section 14). Pure functions."""

import re
from typing import Final

RANGE: Final = re.compile(r"\s*(?:(\d+)\s*-\s*(\d*)|-\s*(\d+))\s*")
# int() of a long string takes time by the square of its length, and Python refuses 4,300 digits.
DIGITS: Final = 18
"""No file is longer; a number of more digits stands for the largest of so many."""


class Unsatisfiable(ValueError):
    """None of the ranges is in the file."""


def readable(header: str, size: int) -> str | None:
    """The header with only those of its ranges that are in a file of that size; None where it is
    to be ignored: a unit that is not bytes.

    Raises:
        Unsatisfiable: no range is in the file. ValueError: it is no list of ranges.
    """
    unit, equals, given = header.partition("=")
    # A unit that is not understood MUST be ignored (RFC 9110, section 14.2): the whole file is the
    # answer, and no 400.
    if not equals or unit.strip().lower() != "bytes":
        return None
    ranges = [_read(one, size) for one in given.split(",") if one.strip()]
    if not ranges:
        raise ValueError("a Range needs a range, as in bytes=0-99")
    # One range outside the file among good ones is no 416: satisfiable is a header of which one
    # range is (RFC 9110, section 14.1).
    kept = [one for one in ranges if one is not None]
    if not kept:
        raise Unsatisfiable(f"the file has {size} bytes")
    return f"bytes={','.join(kept)}"


def _read(text: str, size: int) -> str | None:
    """One range; None where it is not in the file. Raises ValueError."""
    found = RANGE.fullmatch(text)
    if found is None:
        raise ValueError("that is no range of bytes: write 0-99, 100- or -100")
    first, last, suffix = map(_number, found.groups())
    # "-0" asks for nothing, and of an empty file there is no last byte: both are unsatisfiable, not
    # wrong.
    if suffix is not None:
        return f"-{suffix}" if suffix and size else None
    if first is None or (last is not None and last < first):
        raise ValueError("a range of bytes ends before it begins")
    return f"{first}-{'' if last is None else last}" if first < size else None


def _number(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) <= DIGITS else 10**DIGITS
