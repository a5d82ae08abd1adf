"""Clips on their way whose instance is gone, and how far they are."""

from msgspec import Struct

from phosphene.model import Clip


class StoredCheckpoint(Struct, frozen=True):
    """The first ``seconds`` of a clip on its way are final; ``latents`` names the blob of them."""

    seconds: int
    latents: str


class Orphan(Struct, frozen=True):
    """A clip on its way whose lease ``number`` ran out at ``until``, or was ``released`` then."""

    clip: Clip
    number: int
    until: float
    released: bool = False


class Takeover(Struct, frozen=True):
    """A clip on its way that is this instance's from now on, under the lease ``number``, and how
    far it is."""

    clip: Clip
    number: int
    checkpoint: StoredCheckpoint | None
