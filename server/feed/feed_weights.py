"""What an operator may set of the feed: what each outcome is worth, and what each term counts."""

from typing import Final

from msgspec import Struct


class OutcomeWorth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Interest that an outcome shows: 0 for the usual, about 1 for a clip that somebody loves.

    ``watched``: of each doubling of the time that a clip was before somebody against its length;
    the others are added to it. ``watch``: of any clip that they had before them.
    """

    watched: float = 0.42
    watch: float = -0.05
    skip: float = 0.0
    finished: float = 0.0
    looped: float = 0.0
    like: float = 0.2
    comment: float = 0.15
    remix: float = 0.4
    fork: float = 0.4
    steer: float = 0.2
    share: float = 0.3
    follow: float = 0.4
    save: float = 0.25
    not_for_me: float = -2.0
    report: float = -4.0


WORTH: Final = OutcomeWorth()
