"""The seam to whoever checks real identities: where a person is sent, and what is said of them
afterwards. Two are there: ``OidcVerifier`` and ``WebhookVerifier``.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Final, Protocol

from msgspec import Struct

ADULT: Final = 18
"""Years."""


class VerifierVisit(Struct, frozen=True):
    """Where a browser is sent; ``cookie``: what it keeps until it comes back, empty for nothing."""

    url: str
    cookie: str = ""


class VerifierReply(Struct, frozen=True, kw_only=True):
    """What came back: by the browser (``query`` and the ``cookie`` of its visit, at
    ``redirect_uri``), or from the service itself (``body`` and ``headers``, in lower case)."""

    query: Mapping[str, str] = {}
    cookie: str = ""
    redirect_uri: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = {}


class VerifiedPerson(Struct, frozen=True, kw_only=True):
    """A person whose identity was checked: ``subject`` is what the verifier knows them as, only
    here and always the same; ``at`` when it checked them, in seconds since the epoch."""

    person: str
    subject: str
    at: float
    over_18: bool


class IdentityVerifier(Protocol):
    """One verifier; ``name`` is what people are told by whom they were checked."""

    name: str

    async def begin_visit(self, person_id: str, redirect_uri: str) -> VerifierVisit:
        """Where to send somebody. Raises Busy: the verifier does not answer."""
        ...

    async def read_reply(self, reply: VerifierReply) -> VerifiedPerson:
        """Who came back, checked.

        Raises:
            Unauthorized: it is no good answer of the verifier's. Busy: it does not answer.
        """
        ...


def subject_digest(verifier: str, subject: str) -> str:
    """What is kept of a subject: enough to know it again, and not to ask the verifier for it."""
    return hashlib.sha256(f"{verifier}\n{subject}".encode()).hexdigest()


def is_adult(born: date, today: date) -> bool:
    """Whether who was born on that day is of age; whoever was born on 29 February is with 1
    March."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years >= ADULT
