"""Times as people say them, in the language of the request."""

from typing import Final

from phosphene.language import LANGUAGE, say

MINUTE_S: Final = 60.0
HOUR_S: Final = 3600.0
DAY_S: Final = 86400.0
NOTHING: Final = "–"
"""Stands where nothing took any time."""


def period_words(seconds: float) -> str:
    """How long something is kept: in hours, or from two days on in days."""
    if seconds >= 2 * DAY_S:
        return say("{0} days", _number(seconds / DAY_S))
    hours = seconds / HOUR_S
    return say("one hour") if hours == 1 else say("{0} hours", _number(hours))


def duration_words(seconds: float | None) -> str:
    """How long something took."""
    if seconds is None:
        return NOTHING
    if seconds >= 2 * HOUR_S:
        return say("{0} hours", round(seconds / HOUR_S))
    if seconds >= 2 * MINUTE_S:
        return say("{0} minutes", round(seconds / MINUTE_S))
    return say("{0} seconds", _with_comma(f"{seconds:.1f}"))


def _number(value: float) -> str:
    return _with_comma(f"{value:.1f}".removesuffix(".0"))


def _with_comma(text: str) -> str:
    return text.replace(".", ",") if LANGUAGE.get() == "fr" else text
