"""What the studio works with, and on."""

import time
from dataclasses import dataclass, field

from server.blobs import Directory
from server.bus.bus import Bus
from server.lifecycle import Lifecycle
from server.metrics import Metrics
from server.model import Clip
from server.render import messages
from server.render.dispatch.pool import Pool
from server.render.dispatch.queue import QueuePlace
from server.settings import Settings
from server.social.poll import Poll
from server.social.rpc import InstanceRpc
from server.social.topics import Topics
from server.store.holder import Lease, LeaseHolder
from server.store.store import Store, StoredCheckpoint, Takeover
from server.stream.live import LiveClips
from server.stream.simulated_viewer import SimulatedViewer
from server.studio.stills import Renew, ignore_picture
from server.trust.rules import Rules
from server.trust.signing import Signer
from server.usage import Usage


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
    rules: Rules
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
