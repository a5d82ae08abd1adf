"""The kinds of notification: what a person is told in their inbox.

A deed notifies within its transaction (``store.inbox.notify``). The page's words for each are in
``client_demo/inbox.js``, and people turn kinds off (``/v1/me/inbox/settings``).
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z")]
ZoneName = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+\-/]+\Z")]

NoticeKind = Literal[
    "appealed",
    "commented",
    "decided",
    "face_found",
    "failed",
    "finished",
    "followed",
    "forked",
    "liked",
    "likeness_answered",
    "likeness_asked",
    "likeness_matched",
    "likeness_refused",
    "likeness_used",
    "likeness_withdrawn",
    "mentioned",
    "moderated",
    "remixed",
    "replied",
    "reported",
    "steered",
]
OF_ONES_OWN: Final[frozenset[NoticeKind]] = frozenset(
    {
        "appealed",
        "decided",
        "face_found",
        "failed",
        "finished",
        "likeness_matched",
        "moderated",
        "reported",
    }
)
"""What becomes of one's own clip or report, and what waits for those who have a role: nobody else
does it, or is named."""
OF_LIKENESS: Final[frozenset[NoticeKind]] = frozenset(
    {
        "likeness_answered",
        "likeness_asked",
        "likeness_matched",
        "likeness_refused",
        "likeness_used",
        "likeness_withdrawn",
    }
)
"""What is done with somebody's likeness, whoever does it."""
_MODERATED: Final[frozenset[NoticeKind]] = frozenset({"moderated"})
ALWAYS_TOLD: Final = _MODERATED | OF_LIKENESS
"""What nobody can turn off: what is taken from somebody, or drawn of them, is said to them."""
TOLD_TOGETHER: Final[frozenset[NoticeKind]] = frozenset(
    {"appealed", "face_found", "followed", "liked", "reported"}
)
"""Those that were not seen yet are one notice with a number."""


class QuietHours(Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """When a person wants no push: from one time of the day to another, past midnight where the
    second is the earlier, by the clock of a ``zone`` of the IANA database (RFC 6557)."""

    start: TimeOfDay
    end: TimeOfDay
    zone: ZoneName

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("quiet hours from a time to the same one: turn the kinds off instead")
