"""What holders register: names, characters, styles, brands and estates, and what is to become of
prompts that name them. Persons are no entries: whoever lives agrees to be drawn, or is not."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from phosphene.errors import Refusal, Unusable
from phosphene.refusal_totals import RightDay

RightKind = Literal["name", "character", "style", "brand", "estate"]
RightMode = Literal["refuse", "ask", "licence", "allow"]
"""What becomes of a prompt that names it. Licence: it is drawn for those who are named, under the
terms, and refused to others."""
RightState = Literal["asks", "waits", "confirmed", "rejected", "withdrawn"]
"""Asks: it is live, but only asks until an operator has looked; waits: it is not live, since it
conflicts with something or is contested; confirmed: its mode holds."""
Conflict = Literal[
    "common words", "other letters", "somebody else's entry", "a style", "an estate", "contested"
]
"""Other letters: than Latin ones, of which no list says what the common words are."""
Method = Literal["file", "dns"]
"""How a holder shows that a domain is theirs."""
LIVE: Final[frozenset[RightState]] = frozenset({"asks", "confirmed"})
LONG_DEAD_YEARS: Final = 70
"""So long after somebody's death nobody holds their style."""
Spelling = Annotated[str, Meta(min_length=2, max_length=100)]
Text = Annotated[str, Meta(max_length=1000)]
DescriptionText = Annotated[str, Meta(min_length=20, max_length=400)]
DESCRIPTIONS: Final = (0, 3, 6)
"""Descriptions of a character: of its looks, its deeds and its world, in one language or in two."""


class NewHolder(Struct, frozen=True):
    """Who registers: as they are called, and the domain that they hold."""

    name: Annotated[str, Meta(min_length=2, max_length=100)]
    domain: Annotated[
        str, Meta(max_length=253, pattern=r"^[A-Za-z0-9.-]+(:[0-9]{1,5})?\Z", min_length=3)
    ]


class Holder(Struct, frozen=True, kw_only=True):
    """``proved_at``: since when it is known that the domain is theirs (seconds since the epoch);
    until then ``file`` is to hold ``token``, or the TXT record of ``record`` is to be it."""

    name: str
    domain: str
    token: str
    file: str
    record: str
    method: Method | None = None
    proved_at: float | None = None


class DomainProof(Struct, frozen=True):
    method: Method = "file"


class NewRight(Struct, frozen=True):
    """``also``: other spellings, in any script; ``description``: what it is, for who decides;
    ``described``: of a character its looks, its deeds and its world, in English, in French or in
    both, by which it is found where nobody names it, once an operator has confirmed it;
    ``terms``: of a licence, or where they stand; ``licensed``: handles of those who have one.
    ``instead_en``, ``instead_fr``: what stands in a rewording, of a style the technique; ``died``:
    the year, of an artist or of whom an estate is."""

    kind: RightKind
    name: Spelling
    also: Annotated[tuple[Spelling, ...], Meta(max_length=50)] = ()
    description: Text = ""
    described: Annotated[tuple[DescriptionText, ...], Meta(max_length=6)] = ()
    mode: RightMode = "ask"
    terms: Text = ""
    licensed: Annotated[tuple[str, ...], Meta(max_length=200)] = ()
    instead_en: Annotated[str, Meta(max_length=100)] = ""
    instead_fr: Annotated[str, Meta(max_length=100)] = ""
    died: Annotated[int, Meta(ge=0, le=3000)] | None = None
    until: date | None = None


class NewRights(Struct, frozen=True):
    """Many entries at once."""

    rights: Annotated[tuple[NewRight, ...], Meta(min_length=1, max_length=500)]


class Right(NewRight, frozen=True, kw_only=True):
    """``holder`` and ``domain``: who registered it; ``conflicts``: why it waits. ``note``: of the
    operator who decided. Times in seconds since the epoch."""

    id: str
    holder: str
    domain: str
    state: RightState
    conflicts: tuple[Conflict, ...] = ()
    at: float
    decided_at: float | None = None
    note: str = ""


class RightDetails(Right, frozen=True, kw_only=True):
    """An entry and how it speaks: ``rule`` and ``rules_version``, as its refusals name them;
    ``asks_from`` and ``refuses_from``: how close a prompt comes to its descriptions for that, None
    where nothing measures it here; ``days``: how often it refused and asked, the newest first."""

    rule: str
    rules_version: str
    asks_from: float | None = None
    refuses_from: float | None = None
    days: Sequence[RightDay] = ()


class RightTry(Struct, frozen=True):
    """A sentence, to see what an entry says of it."""

    text: Annotated[str, Meta(min_length=1, max_length=500)]


class RightTried(Struct, frozen=True):
    """What an entry says of a sentence; one that waits is asked as if it were confirmed. Nothing is
    drawn, counted or kept. ``score``: how close it comes to the descriptions, ``shared``: words
    that both have; None where nothing measures it here."""

    outcome: Literal["refused", "asked", "drawn"]
    refusal: Refusal | None = None
    score: float | None = None
    shared: tuple[str, ...] = ()


class Rights(Struct, frozen=True):
    """The newest first, 500 at most."""

    rights: Sequence[Right]


class RightDecision(Struct, frozen=True):
    state: Literal["confirmed", "rejected"]
    note: Annotated[str, Meta(max_length=500)] = ""


class Contest(Struct, frozen=True):
    """Why an entry is wrong."""

    words: Annotated[str, Meta(min_length=1, max_length=1000)]


class RightLogEntry(Struct, frozen=True, kw_only=True):
    """What happened in the registry, for everybody: registered, confirmed, rejected, contested,
    withdrawn."""

    seq: int
    at: float
    deed: str
    right: str
    name: str
    kind: RightKind
    domain: str
    mode: RightMode


class RightsLog(Struct, frozen=True):
    """The newest first; the number to ask for what is ``before`` (None at the end)."""

    entries: Sequence[RightLogEntry]
    before: int | None


def check_right(new: NewRight, today: date) -> None:
    """Whether an entry says what it must. Raises Unusable."""
    if new.mode == "licence" and not new.terms:
        raise Unusable("terms: say under which terms it is licensed, or where they stand")
    if len(new.described) not in DESCRIPTIONS:
        raise Unusable("described: its looks, its deeds and its world, in one language or in two")
    if new.described and new.kind != "character":
        raise Unusable("described: only a character is found by what it looks like and does")
    if new.kind == "style" and not (new.instead_en and new.instead_fr):
        raise Unusable("instead_en and instead_fr: name the technique, which nobody owns")
    dead = new.died is not None and today.year - new.died > LONG_DEAD_YEARS
    if new.kind in {"style", "estate"} and dead:
        raise Unusable(f"died: more than {LONG_DEAD_YEARS} years ago: it is everybody's")
    if new.kind == "estate" and new.died is None:
        raise Unusable("died: the year; who lives agrees to be drawn, or is not (their likeness)")
