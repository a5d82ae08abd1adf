"""What is asked of the owners of likenesses, and what they are told. Plain data."""

from typing import Literal

from msgspec import Struct

from phosphene.consent.terms import Answer, UseVerdict, Via
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


class WithdrawnSome(Struct, frozen=True):
    """Clips that are withheld by now, what was recorded, and which are left."""

    clips: tuple[str, ...]
    recorded: tuple[Recorded, ...]
    left: tuple[str, ...] = ()
