"""What the studio is made of; opened and closed by the application."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from phosphene.blobs.blobs import Blobs
from phosphene.bus.bus import Bus
from phosphene.disk_usage import Usage
from phosphene.lifecycle import Lifecycle
from phosphene.metrics import Metrics
from phosphene.render.dispatch.pool import ModelPools
from phosphene.settings import Settings
from phosphene.social.rpc import InstanceRpc
from phosphene.social.topics import Topics
from phosphene.store.fingerprint_store import FingerprintStore
from phosphene.store.holder import LeaseHolder
from phosphene.store.store import Store
from phosphene.stream.live import LiveClips
from phosphene.studio.clip_consent import ClipConsent
from phosphene.studio.face_scans import FaceScans
from phosphene.studio.likeness_portraits import LikenessPortraits
from phosphene.studio.likenesses import Likenesses
from phosphene.trust.signing import Signer
from phosphene.trust.watermark_words import WatermarkWords


@dataclass(frozen=True, slots=True)
class Services:
    """Each is of this instance, and there once."""

    settings: Settings
    store: Store
    holder: LeaseHolder
    topics: Topics
    bus: Bus
    rpc: InstanceRpc
    pools: ModelPools
    live_clips: LiveClips
    blobs: Blobs
    delete_blobs: Callable[[Sequence[str]], Awaitable[None]]
    usage: Usage
    signer: Signer
    watermarks: WatermarkWords
    fingerprints: FingerprintStore
    metrics: Metrics
    lifecycle: Lifecycle
    likenesses: Likenesses
    consent: ClipConsent
    face_scans: FaceScans
    portraits: LikenessPortraits
