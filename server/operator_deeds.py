"""What those who run the place did: the audit log."""

from collections.abc import Sequence

from msgspec import Struct

from phosphene.model import Person


class OperatorDeed(Struct, frozen=True, kw_only=True):
    """One deed: its number, when (seconds since the epoch), ``by`` whom (None: the operator's
    token, or a program), and what; ``digest``: SHA-256 over it and the digest of the one before,
    hexadecimal."""

    seq: int
    at: float
    by: Person | None
    deed: str
    subject: str
    said: str = ""
    digest: str


class OperatorDeeds(Struct, frozen=True):
    """The newest first; the number to ask for what is ``before`` (None at the end); ``broken``: the
    first deed that does not follow from the one before it, None where all do."""

    deeds: Sequence[OperatorDeed]
    before: int | None
    broken: int | None = None
