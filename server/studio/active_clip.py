"""A clip that this instance sees through, from its prompt to its files."""

import time
from dataclasses import dataclass, field

from phosphene.model import Clip
from phosphene.render import messages
from phosphene.render.dispatch.queue_place import QueuePlace
from phosphene.store.held_lease import Lease
from phosphene.store.orphans import StoredCheckpoint, Takeover
from phosphene.stream.simulated_viewer import SimulatedViewer


@dataclass(slots=True)
class ActiveClip:
    """A clip in the making and what has come of it so far. ``takeover``: what another instance,
    or this one before its start, had begun. ``confirmed``: the second for which everybody in it was
    asked last. ``waits_for_blobs``: films cannot be reached, and it is not done because of that
    alone."""

    clip: Clip
    accepted: float
    spectator: SimulatedViewer
    lease: Lease
    place: QueuePlace
    takeover: Takeover | None = None
    checkpoint: StoredCheckpoint | None = None
    ended: bool = False
    confirmed: int = -1
    waits_for_blobs: bool = False
    files: dict[str, messages.Artifact] = field(default_factory=dict)

    @property
    def model_name(self) -> str:
        """Which model draws it."""
        return self.clip.recipe.model if self.clip.recipe else "unknown"

    @property
    def age_s(self) -> float:
        """Seconds since it was accepted."""
        return time.perf_counter() - self.accepted
