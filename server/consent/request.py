"""What is asked of the owners of likenesses: who wants to show them, and in what."""

from typing import Literal

from msgspec import Struct

from phosphene.consent.terms import UseWords
from phosphene.model import Look, Person

Via = Literal["prompt", "remix", "fork", "steer"]
"""How somebody comes to use a likeness."""


class UseRequest(Struct, frozen=True, kw_only=True):
    """Somebody wants to show people: those whose ``handles`` the words name, and those whom the
    clip ``parent`` shows (a remix, a fork, a line). ``purpose``: a digest of what it is for, which
    an ask is bound to; ``text``: the words, shown to an owner who is asked."""

    by: Person
    via: Via
    handles: tuple[str, ...] = ()
    parent: str = ""
    reading: UseWords = UseWords()
    purpose: str = ""
    text: str = ""


class AdmittedUse(Struct, frozen=True):
    """What is kept with a clip that shows people, and how they are drawn."""

    request: UseRequest
    looks: tuple[Look, ...]
