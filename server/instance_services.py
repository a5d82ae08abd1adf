"""What the studio of one instance is made of, and who looks at faces for it."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from functools import partial

from phosphene.api.audience import WatchTimes
from phosphene.api.deciders import Deciders
from phosphene.api.visitors import Visitors
from phosphene.api.watch_limits import WatchLimitRoutes
from phosphene.bus.bus import Bus
from phosphene.bus.counters import SharedCounters
from phosphene.disk_usage import Usage
from phosphene.errors import Refusal
from phosphene.events import Publish, StoredEvent
from phosphene.feed.feed_learner import FeedLearner
from phosphene.instance_files import InstanceFiles
from phosphene.lifecycle import Lifecycle
from phosphene.likeness.face_checker import FaceChecker, is_installed
from phosphene.metrics import Metrics
from phosphene.people.connections import OpenConnections
from phosphene.people.key_quotas import KeyQuotas
from phosphene.people.login_sessions import LoginSessions
from phosphene.people.watch_limiter import WatchLimiter
from phosphene.render.dispatch.pool import ModelPools
from phosphene.routes.callers import Callers
from phosphene.settings import Settings
from phosphene.social.rpc import InstanceRpc
from phosphene.social.topics import Topics
from phosphene.store.holder import LeaseHolder
from phosphene.store.sqlite import SqliteStore
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.streams import Streams
from phosphene.studio.blob_mover import BlobMover
from phosphene.studio.clip_consent import ClipConsent
from phosphene.studio.enrolment import Enroller
from phosphene.studio.face_scans import FaceScans
from phosphene.studio.likeness_portraits import LikenessPortraits
from phosphene.studio.likenesses import Likenesses
from phosphene.studio.refusal_counter import RefusalCounter
from phosphene.studio.services import Services
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from phosphene.trust.rate_limits import RateLimits
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.use_words import read_use


def make_services(
    settings: Settings,
    on: InstanceFiles,
    store: SqliteStore,
    bus: Bus,
    holder: LeaseHolder,
    streams: Streams,
    pools: ModelPools,
    metrics: Metrics,
    lifecycle: Lifecycle,
    at_recorded: Callable[[StoredEvent], None],
    checker: FaceChecker,
    mover: BlobMover,
    refusals: RefusalCounter,
) -> Services:
    """What the studio is made of; ``at_recorded`` is called with each event."""

    def end_clip(clip_id: str) -> None:
        # The log on air first, the worker second: it ends within a step, which may be seconds.
        streams.end_clip(clip_id)
        pools.cancel_clip(clip_id)

    def note_removed(clip_id: str) -> None:
        if face_scans.is_held(clip_id):
            streams.end_clip(clip_id)  # and drawn to its end, for who looks at it
        else:
            end_clip(clip_id)

    topics = Topics(store, bus, at_recorded=at_recorded, at_removed=note_removed)
    likenesses = _likenesses(store, topics, refusals.count_refusal, on.rules)
    face_scans = _face_scans(on, store, checker, topics.publish_events)
    return Services(
        settings=settings,
        store=store,
        holder=holder,
        topics=topics,
        bus=bus,
        rpc=InstanceRpc(bus, time.time),
        pools=pools,
        live_clips=streams.live_clips,
        blobs=on.blobs,
        delete_blobs=mover.delete_blobs,
        usage=Usage(settings.data_budget),
        signer=on.signer,
        watermarks=on.watermarks,
        fingerprints=store.fingerprints,
        metrics=metrics,
        lifecycle=lifecycle,
        likenesses=likenesses,
        consent=ClipConsent(
            store.likenesses.check_clip, lambda: bus.is_shared and bus.is_up, end_clip
        ),
        face_scans=face_scans,
        portraits=LikenessPortraits(
            store.likeness_portraits,
            LikenessKeys(on.data / FOLDER),
            likenesses.withdraw_likeness,
            offered=settings.likeness_portraits,
        ),
    )


def _likenesses(
    store: SqliteStore,
    topics: Topics,
    count_refusal: Callable[[Refusal, str], Awaitable[None]],
    rules: Rules,
) -> Likenesses:
    lent, withdrawals = store.likenesses, store.withdrawals
    return Likenesses(
        review_use=lent.review_use,
        note_refusals=lent.note_refusals,
        open_asks=lent.open_asks,
        owners_in=lent.owners_in,
        record_steering=lent.add_steering,
        begin_withdrawal=withdrawals.begin_withdrawal,
        withdraw_some=withdrawals.withdraw_some,
        read_words=partial(read_use, rules=rules),
        publish=topics.publish_events,
        count_refusal=count_refusal,
    )


def _face_scans(
    on: InstanceFiles, store: SqliteStore, checker: FaceChecker, publish: Publish
) -> FaceScans:
    return FaceScans(
        store.enrolments.findable_templates,
        LikenessKeys(on.data / FOLDER),
        checker,
        store.likenesses.owners_in,
        store.matches.hold_clip,
        publish,
        offered=is_installed(),
    )


def make_enroller(
    on: InstanceFiles,
    store: SqliteStore,
    services: Services,
    checker: FaceChecker,
    sessions: ViewerSessions,
    tasks: asyncio.TaskGroup,
) -> Enroller:
    async def add_match(person_id: str, other_id: str) -> None:
        await services.topics.publish_events(await store.matches.add_face(person_id, other_id))

    return Enroller(
        store.enrolments,
        LikenessKeys(on.data / FOLDER),
        checker,
        sessions.port,
        store.likenesses.set_likeness_level,
        tasks,
        time.time,
        random.SystemRandom(),
        services.metrics.count_presence,
        add_match,
        services.portraits,
    )


def make_callers(
    services: Services,
    on: InstanceFiles,
    store: SqliteStore,
    counters: SharedCounters,
    enroller: Enroller,
    learner: FeedLearner,
) -> Callers:
    bus = services.bus
    limits = RateLimits(counters, services.settings)
    logins = LoginSessions(store.accounts, on.identities, bus, OpenConnections(), time.time)
    quotas = KeyQuotas(store.api_keys.take_quota, store.api_keys.give_clip_back)
    visitors = Visitors(logins, store, on.origins, limits, quotas)
    deciders = Deciders(
        on.operators,
        visitors.known_login,
        visitors.check_origin,
        store.moderation.get_role,
        store,
    )
    watch_limiter = WatchLimiter(store.watch_limits, OpenConnections(), time.time)
    watch_times = WatchTimes(store, visitors, time.time, watch_limiter.add_sent)
    return Callers(
        limits=limits,
        logins=logins,
        visitors=visitors,
        watch_times=watch_times,
        watch_limiter=watch_limiter,
        watch_limits=WatchLimitRoutes(watch_limiter, limits, visitors),
        learner=learner,
        deciders=deciders,
        enroller=enroller,
    )
