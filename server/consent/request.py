"""What is asked of the owners of likenesses: who wants to show them, and in what."""

from msgspec import Struct

from phosphene.consent.terms import DrawnFrom, UseWords, Via
from phosphene.model import Look, Person


class UseRequest(Struct, frozen=True, kw_only=True):
    """Somebody wants to show people: those whose ``handles`` the words name, and those whom the
    clip ``parent`` shows (a remix, a fork, a line). ``purpose``: a digest of what it is for, which
    an ask is bound to; ``text``: the words, shown to an owner who is asked; ``drawn_from``: what
    the model draws people from."""

    by: Person
    via: Via
    handles: tuple[str, ...] = ()
    parent: str = ""
    reading: UseWords = UseWords()
    purpose: str = ""
    text: str = ""
    drawn_from: DrawnFrom = "card"


class AdmittedUse(Struct, frozen=True):
    """What is kept with a clip that shows people, and how they are drawn."""

    request: UseRequest
    looks: tuple[Look, ...]
