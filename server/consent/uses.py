"""What is asked of the owners of likenesses, and what they are told. Plain data."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from phosphene.consent.request import Via
from phosphene.consent.terms import Answer, UseVerdict
from phosphene.events import Recorded
from phosphene.model import Look, Person

AskState = Literal["open", "yes", "no", "used"]


class OwnerVerdict(Struct, frozen=True):
    """What one owner says. ``ask``: the ask that it rests on, else empty. ``look``: what may be
    drawn, where the answer is a yes."""

    owner: str
    handle: str
    verdict: UseVerdict
    ask: str = ""
    look: Look | None = None


class UseReview(Struct, frozen=True):
    """What all of them say. ``unknown``: a handle that nobody has, or nobody lends, is among
    them."""

    answer: Answer
    owners: tuple[OwnerVerdict, ...] = ()

    @property
    def allowed_looks(self) -> tuple[Look, ...]:
        """What may be drawn."""
        return tuple(one.look for one in self.owners if one.look is not None)


class OwnUse(Struct, frozen=True, kw_only=True):
    """A clip that shows one's likeness, for one's own list."""

    clip: str
    by: Person
    via: Via
    at: float
    status: str
    withheld: bool


class LikenessAsk(Struct, frozen=True, kw_only=True):
    """Somebody asks for one use; ``text`` are the words of it."""

    id: str
    by: Person
    text: str
    at: float
    expires_at: float
    state: AskState


class LikenessPerson(Struct, frozen=True):
    """Somebody whom an owner approved, or (not ``allowed``) shut out."""

    person: Person
    allowed: bool
    at: float


class LedgerLine(Struct, frozen=True, kw_only=True):
    """An entry as its owner reads it; ``person``: whom it is of, None where that is nobody, or
    somebody who left. ``fact`` is the JSON that the hash is over (``consent/ledger.py``);
    ``attempts``: how often somebody was refused within the hour from it on."""

    seq: int
    at: float
    fact: str
    person: Person | None
    previous: str
    digest: str
    attempts: int = 1


class OwnLedger(Struct, frozen=True):
    """The newest entries, the oldest of them first. ``broken``: the number of the first entry at
    which the chain does not hold, None where it holds. ``owner`` is the digest of one's id that the
    hashes are over."""

    owner: str
    entries: Sequence[LedgerLine]
    broken: int | None = None


class WithdrawnSome(Struct, frozen=True):
    """Clips that are withheld by now, what was recorded, and which are left."""

    clips: tuple[str, ...]
    recorded: tuple[Recorded, ...]
    left: tuple[str, ...] = ()
