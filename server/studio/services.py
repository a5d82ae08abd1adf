"""What the studio works with, and on."""

import time
from dataclasses import dataclass, field

from phosphene.blobs import Directory
from phosphene.bus.bus import Bus
from phosphene.lifecycle import Lifecycle
from phosphene.metrics import Metrics
from phosphene.model import Clip
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.queue_place import QueuePlace
from phosphene.settings import Settings
from phosphene.social.poll import Poll
from phosphene.social.rpc import InstanceRpc
from phosphene.social.topics import Topics
from phosphene.store.holder import Lease, LeaseHolder
from phosphene.store.store import Store, StoredCheckpoint, Takeover
from phosphene.stream.live import LiveClips
from phosphene.stream.simulated_viewer import SimulatedViewer
from phosphene.studio.prompt_check import PromptCheck
from phosphene.studio.stills import Renew, ignore_picture
from phosphene.trust.signing import Signer
from phosphene.usage import Usage


@dataclass(frozen=True, slots=True)
class Services:
    """What the studio works with; opened and closed by the application."""

    settings: Settings
    store: Store
    holder: LeaseHolder
    topics: Topics
    bus: Bus
    rpc: InstanceRpc
    pool: Pool
    live_clips: LiveClips
    blobs: Directory
    usage: Usage
    signer: Signer
    check: PromptCheck
    metrics: Metrics
    lifecycle: Lifecycle


@dataclass(slots=True)
class ActiveClip:
    """A clip in the making and what has come of it so far. ``takeover``: what another instance,
    or this one before its start, had begun."""

    clip: Clip
    accepted: float
    spectator: SimulatedViewer
    lease: Lease
    place: QueuePlace
    takeover: Takeover | None = None
    checkpoint: StoredCheckpoint | None = None
    ended: bool = False
    poll: Poll | None = None
    renew_still: Renew = ignore_picture
    files: dict[str, messages.Artifact] = field(default_factory=dict)

    @property
    def model_name(self) -> str:
        """Which model draws it."""
        return self.clip.recipe.model if self.clip.recipe else "unknown"

    @property
    def age_s(self) -> float:
        """Seconds since it was accepted."""
        return time.perf_counter() - self.accepted
