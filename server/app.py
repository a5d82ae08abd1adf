"""The application: what exists, who is given what, and in which order it opens and closes."""

import asyncio
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute

from phosphene import __version__
from phosphene.api import problem_pages
from phosphene.api.access import Access
from phosphene.api.accounts import AccountRoutes
from phosphene.api.appeals import AppealRoutes
from phosphene.api.audience import CountSent, WatchTimes, joining
from phosphene.api.bundle import bundle
from phosphene.api.clips import Clips
from phosphene.api.comment_deeds import CommentDeeds
from phosphene.api.comments import Comments
from phosphene.api.consent import ConsentRoutes
from phosphene.api.deciders import Deciders
from phosphene.api.documents import documented
from phosphene.api.embeds import Embeds
from phosphene.api.feed import Feed
from phosphene.api.feed_controls import FeedControls
from phosphene.api.feed_orders import FeedOrders
from phosphene.api.feed_reasons import FeedReasons
from phosphene.api.feed_rules import FeedRuleReader
from phosphene.api.feed_turns import FeedTurns
from phosphene.api.health import HealthChecks
from phosphene.api.house import HouseRoutes
from phosphene.api.identity import IdentityRoutes
from phosphene.api.importing import ImportRoutes
from phosphene.api.inbox import InboxRoutes
from phosphene.api.leaving import LeavingRoutes
from phosphene.api.library import Library
from phosphene.api.likes import Likes
from phosphene.api.middleware import for_all_requests
from phosphene.api.minors import MinorRoutes
from phosphene.api.moderation import ModerationRoutes
from phosphene.api.modules import Scripts
from phosphene.api.newest_clips import candidates_of, fresh
from phosphene.api.oidc import OidcRoutes
from phosphene.api.opening import Opening, ShowDrawing
from phosphene.api.operating import Operating
from phosphene.api.pages import Pages
from phosphene.api.people import People
from phosphene.api.presence import PresenceRoutes
from phosphene.api.privacy import Privacy
from phosphene.api.profile_page import ProfilePage
from phosphene.api.push import PushRoutes
from phosphene.api.reach import ReachRoutes
from phosphene.api.readings import Readings
from phosphene.api.reports import ReportRoutes
from phosphene.api.roles import RoleRoutes
from phosphene.api.search import Search
from phosphene.api.service_worker import ServiceWorker
from phosphene.api.social import SocialRoutes
from phosphene.api.sockets import SocketGate, household_at
from phosphene.api.steering import Proposals
from phosphene.api.tokens import Tokens
from phosphene.api.transparency import Transparency
from phosphene.api.visitors import Visitors
from phosphene.api.watch_limits import WatchLimitRoutes
from phosphene.api.webhooks import WebhookRoutes
from phosphene.bus.bus import Bus
from phosphene.bus.counters import SharedCounters
from phosphene.bus.redis import open_bus
from phosphene.bus.redis_counters import open_counters
from phosphene.consent.terms import UseWords
from phosphene.disk_usage import Usage
from phosphene.errors import PhospheneError
from phosphene.events import Noticed, Publish, StoredEvent
from phosphene.failure_boundary import keep_running
from phosphene.feed.feed_learner import SNAPSHOT, FeedLearner, LearnerSources
from phosphene.feed.feed_weights import read_feed_weights
from phosphene.feed.wishes.traits import ClipTraits, PromptWords
from phosphene.feed.wishes.vocabulary import load_vocabulary
from phosphene.feed.wishes.wish_reading import WishReader
from phosphene.fleet.blob_messages import store_of
from phosphene.fleet.fleet import open_fleet
from phosphene.gauges import watch_fleet, watch_rooms
from phosphene.ids import new_id
from phosphene.instance_files import InstanceFiles, read_files
from phosphene.lifecycle import Lifecycle
from phosphene.likeness.face_checker import FaceChecker, is_installed
from phosphene.metrics import Metrics
from phosphene.model import Page
from phosphene.operation import Operation, routes
from phosphene.people.accounts import Accounts
from phosphene.people.connections import OpenConnections
from phosphene.people.identity_verifiers import choose_verifier
from phosphene.people.knowledge import Knowledge
from phosphene.people.login_sessions import LoginSessions
from phosphene.people.newcomer import Newcomer
from phosphene.people.oidc import Flows, OidcProvider
from phosphene.people.passkeys import Challenges, check_domains
from phosphene.people.personal_data import load_personal_data
from phosphene.people.push_client import PushClient
from phosphene.people.pusher import Pusher
from phosphene.people.retention_periods import retention_periods
from phosphene.people.watch_limiter import WatchLimiter
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.prompt_reader import PromptReader
from phosphene.render.dispatch.readiness import announce_ready
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.render.prompt_words import load_prompt_lexicon
from phosphene.settings import Settings
from phosphene.social.actions import Actions
from phosphene.social.crowd import Crowds
from phosphene.social.person_presence import PersonPresence
from phosphene.social.presence import PresenceTracker
from phosphene.social.rpc import InstanceRpc
from phosphene.social.send_ring import open_send_ring
from phosphene.social.socket import Sockets, socket_route
from phosphene.social.topics import Topics
from phosphene.store.holder import LeaseHolder, open_holder
from phosphene.store.push_store import PushStore
from phosphene.store.sqlite import SqliteStore, open_store
from phosphene.store.store import Store
from phosphene.stream import files
from phosphene.stream.hls import routes as hls
from phosphene.stream.replay import Replays
from phosphene.stream.webrtc import extensions, feed_session, whep
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.streams import Streams, open_streams
from phosphene.studio.admission import check_admission, visible_clip
from phosphene.studio.clip_consent import ClipConsent
from phosphene.studio.enrolment import Enroller
from phosphene.studio.face_scans import FaceScans
from phosphene.studio.house_wanting import RecipeDemand
from phosphene.studio.housekeeper import Housekeeper
from phosphene.studio.leaving import Leaver
from phosphene.studio.likeness_portraits import LikenessPortraits
from phosphene.studio.likenesses import Likenesses
from phosphene.studio.moderator import Moderator
from phosphene.studio.prompt_check import PromptCheck
from phosphene.studio.services import Services
from phosphene.studio.studio import Studio
from phosphene.trust.comment_text import WordCheck
from phosphene.trust.likeness_keys import FOLDER, LikenessKeys
from phosphene.trust.rate_limits import RateLimits
from phosphene.trust.use_words import read_use
from phosphene.web import on_crash, on_error
from phosphene.webhooks.sender import WebhookSender, open_webhooks

CLIENT: Final = Path(str(resources.files("phosphene.client_demo")))

ARCHIVED: Final = 50
"""Clips that are read at a time for somebody's archive."""

Work = Callable[[], Awaitable[None]]

log = logging.getLogger("phosphene")


def create_app(settings: Settings, found: InstanceFiles | None = None) -> Starlette:
    """The ASGI application of one instance, on what lies in its files; everything lives within its
    lifespan, of which ``state.lifecycle`` tells whoever runs it; he tells
    ``state.metrics`` of the lag of his loop.

    Raises:
        BadInput: the data folder, the keys, the rules or the model cannot be used.
    """
    on, metrics, lifecycle = found or read_files(settings), Metrics(), Lifecycle()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with (
            lifecycle.report_failure(),
            open_instance(settings, on, metrics, lifecycle) as opened,
        ):
            # Only now: routes are made of what has been opened, so that none can be asked before it
            # can answer.
            app.router.routes.extend(opened)
            with lifecycle.while_serving():
                yield

    app = Starlette(
        lifespan=lifespan,
        middleware=for_all_requests(on.origins, metrics.count_loop_hold),
        exception_handlers={
            PhospheneError: on_error,
            HTTPException: on_error,
            Exception: on_crash,
        },
    )
    app.state.lifecycle, app.state.metrics = lifecycle, metrics
    return app


@dataclass(frozen=True, slots=True)
class Callers:
    """Who comes, and how much they may do."""

    store: SqliteStore
    limits: RateLimits
    logins: LoginSessions
    visitors: Visitors
    watch_times: WatchTimes
    watch_limiter: WatchLimiter
    watch_limits: WatchLimitRoutes
    learner: FeedLearner
    deciders: Deciders
    enroller: Enroller
    webhooks: WebhookRoutes


@asynccontextmanager
async def open_instance(
    settings: Settings, on: InstanceFiles, metrics: Metrics, lifecycle: Lifecycle
) -> AsyncIterator[Sequence[BaseRoute]]:
    """Open every room in order, run what runs beside the requests, and give the routes."""
    name = settings.instance or f"{settings.host}:{settings.port}"
    # Names collide (all containers are 0.0.0.0:8000): who holds a lease is new with each start.
    incarnation = f"{name}:{secrets.token_hex(4)}"
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        stack.enter_context(metrics.counting_failures())
        database = on.data / "phosphene.db"
        store = await enter(open_store(database, incarnation, time.time, settings.lease))
        await store.minors.protect_all(settings.minors)
        # Before a port is open: passkeys belong to a domain, and under another one nobody who kept
        # a name could sign in.
        check_domains(settings.public_url, await store.accounts.list_domains())
        bus = await enter(open_bus(settings.redis_url, incarnation))
        counters = await enter(open_counters(settings.redis_url, incarnation))
        holder = await enter(open_holder(store, time.time, settings.lease, alone=not bus.is_shared))
        streams = await enter(open_streams(settings, store, bus))
        pool = await enter(open_pool(settings, on.worker))
        fleet = None
        if settings.redis_url:
            fleet = await enter(
                open_fleet(settings.redis_url, store_of(settings), name, settings.model, pool)
            )
        crowds = Crowds(stack.enter_context(open_send_ring()))
        noticed = asyncio.Event()
        webhooks = await enter(open_webhooks(store.webhooks, settings, metrics))
        checker = FaceChecker()
        services = _services(
            settings,
            on,
            store,
            bus,
            holder,
            streams,
            pool,
            metrics,
            lifecycle,
            partial(_heed_event, webhooks, noticed),
            checker,
        )
        tasks = await enter(asyncio.TaskGroup())
        is_minor, tell_refused = store.minors.is_minor, webhooks.tell_refused
        check = PromptCheck(on.rules, PromptReader(pool), metrics, is_minor, tell_refused)
        studio = Studio(services, check.clean_text, tasks, store.house, store.reactions)
        enroller = _enroller(on, store, services, checker, streams.sessions, tasks)
        callers = _callers(services, on, store, counters, enroller, webhooks)
        demand = RecipeDemand(callers.learner.count_wanting, load_prompt_lexicon().read_phrases)
        studio.house.count_wanting = demand.count_wanting
        presence = PresenceTracker(services.topics, counters)
        client = await enter(PushClient(on.vapid, settings.push_services.split()))
        besides = _pushing(services, store.pushes, client, presence, noticed)
        besides = (*besides, ("webhooks", webhooks.run))
        async with _serving(services, studio, streams, callers, presence, tasks, besides):
            log.info("serving", extra={"instance": name})
            if fleet is not None:
                watch_fleet(metrics, fleet)
            yield _routes(services, studio, check, on, presence, crowds, streams, callers)


def _heed_event(webhooks: WebhookSender, noticed: asyncio.Event, event: StoredEvent) -> None:
    """Wake whoever tells those who have no page open."""
    webhooks.heed_event(event)
    if isinstance(event, Noticed):
        noticed.set()


def _services(
    settings: Settings,
    on: InstanceFiles,
    store: SqliteStore,
    bus: Bus,
    holder: LeaseHolder,
    streams: Streams,
    pool: Pool,
    metrics: Metrics,
    lifecycle: Lifecycle,
    at_recorded: Callable[[StoredEvent], None],
    checker: FaceChecker,
) -> Services:
    """What the studio is made of; ``at_recorded`` is called with each event."""

    def end_clip(clip_id: str) -> None:
        # The log on air first, the worker second: it ends within a step, which may be seconds.
        streams.end_clip(clip_id)
        pool.cancel_clip(clip_id)

    def note_removed(clip_id: str) -> None:
        if face_scans.is_held(clip_id):
            streams.end_clip(clip_id)  # and drawn to its end, for who looks at it
        else:
            end_clip(clip_id)

    topics = Topics(store, bus, at_recorded=at_recorded, at_removed=note_removed)
    likenesses = _likenesses(store, topics, metrics, partial(read_use, rules=on.rules))
    face_scans = _face_scans(on, store, checker, topics.publish_events)
    return Services(
        settings=settings,
        store=store,
        holder=holder,
        topics=topics,
        bus=bus,
        rpc=InstanceRpc(bus, time.time),
        pool=pool,
        live_clips=streams.live_clips,
        blobs=on.blobs,
        usage=Usage(settings.data_budget),
        signer=on.signer,
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
    store: SqliteStore, topics: Topics, metrics: Metrics, read_words: Callable[[str], UseWords]
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
        read_words=read_words,
        publish=topics.publish_events,
        metrics=metrics,
    )


def _callers(
    services: Services,
    on: InstanceFiles,
    store: SqliteStore,
    counters: SharedCounters,
    enroller: Enroller,
    webhooks: WebhookSender,
) -> Callers:
    bus = services.bus
    limits = RateLimits(counters, services.settings)
    logins = LoginSessions(store.accounts, on.identities, bus, OpenConnections(), time.time)
    visitors = Visitors(logins, store, on.origins, limits)
    deciders = Deciders(
        on.operators,
        visitors.known_login,
        visitors.check_origin,
        store.moderation.get_role,
        store,
    )
    watch_limiter = WatchLimiter(store.watch_limits, OpenConnections(), time.time)
    watch_times = WatchTimes(store, visitors, time.time, watch_limiter.add_sent)
    webhook_routes = WebhookRoutes(
        store.webhooks,
        deciders,
        services.settings.webhook_origins.split(),
        webhooks.wake_up,
    )
    return Callers(
        store=store,
        limits=limits,
        logins=logins,
        visitors=visitors,
        watch_times=watch_times,
        watch_limiter=watch_limiter,
        watch_limits=WatchLimitRoutes(watch_limiter, limits, visitors),
        learner=_learner(services.settings, on, store),
        deciders=deciders,
        enroller=enroller,
        webhooks=webhook_routes,
    )


def _pushing(
    services: Services,
    pushes: PushStore,
    client: PushClient,
    presence: PresenceTracker,
    noticed: asyncio.Event,
) -> Sequence[tuple[str, Work]]:
    """What tells browsers without an open page; runs beside the requests."""
    others = PersonPresence(services.bus, presence)
    count, base_url = services.metrics.count_push, services.settings.public_url.rstrip("/")
    pusher = Pusher(pushes, client.send_push, others.has_page, count, time.time, base_url, noticed)
    return ("pusher", pusher.run), ("person presence", others.run)


@asynccontextmanager
async def _serving(
    services: Services,
    studio: Studio,
    streams: Streams,
    callers: Callers,
    presence: PresenceTracker,
    tasks: asyncio.TaskGroup,
    besides: Sequence[tuple[str, Work]],
) -> AsyncIterator[None]:
    """What runs beside the requests, and how it ends: who watches is sent away, the clips on air
    are given their time."""
    settings, lifecycle = services.settings, services.lifecycle
    housekeeper = Housekeeper(
        services.store,
        services.blobs,
        services.usage,
        settings,
        studio.remover.finish_removal,
        time.time,
    )
    parts: Sequence[tuple[str, Work]] = (
        ("topics", services.topics.run),
        ("presence", presence.run),
        ("audience", callers.watch_times.run),
        ("watch limits", callers.watch_limiter.run),
        ("logins", callers.logins.run),
        ("faces", callers.enroller.checker.run),
        ("feed learner", callers.learner.run),
        ("enrolments", callers.enroller.run),
        ("asking", partial(services.rpc.run, studio.steering.answer_call)),
        ("redactor", studio.redactor.run),
        ("housekeeper", housekeeper.run),
        *((("house", studio.house.run),) if settings.house else ()),
        ("takeovers", studio.takeovers.run),
        ("announcing", partial(announce_ready, services.pool)),
        *besides,
    )
    beside = [tasks.create_task(keep_running(part, work), name=part) for part, work in parts]
    await studio.takeovers.recover_own()
    lifecycle.at_stop(
        # Viewers are sent away first and go on watching meanwhile: their players connect to another
        # instance before this one closes its port.
        streams.sessions.send_away,
        partial(studio.active_clips.wait_finished, settings.stop_grace),
    )
    lifecycle.at_stop(callers.enroller.end_all, callers.enroller.wait_ended)
    try:
        yield
    finally:
        if not lifecycle.stopping:
            lifecycle.begin_stop()
            await lifecycle.finish_work()
        studio.active_clips.cancel_all()
        streams.sessions.end_all()
        for task in beside:
            task.cancel()


def _readings(
    check: PromptCheck, store: Store, limits: RateLimits, visitors: Visitors
) -> list[Operation]:
    find = partial(visible_clip, store)
    made = Readings(check.read_text, lambda: check.reads_freely, find, limits, visitors)
    return made.operations()


def _routes(
    services: Services,
    studio: Studio,
    check: PromptCheck,
    on: InstanceFiles,
    presence: PresenceTracker,
    crowds: Crowds,
    streams: Streams,
    callers: Callers,
) -> list[BaseRoute]:
    """Every route of the instance."""
    settings, store, topics = services.settings, callers.store, services.topics
    limits, visitors, unseen = callers.limits, callers.visitors, store.people.hidden_from
    seen_by = callers.deciders.may_moderate, store.likenesses.is_owner_in
    access = Access(store, visitors.known_person, on.tokens, settings.public_url, *seen_by)
    moderator = _moderator(studio, services, callers)
    words = WordCheck(on.rules, services.metrics, store.minors.is_minor)
    actions = Actions(store, topics, words.review_comment, time.time)
    rules = FeedRuleReader(store.wishes, _clip_traits())
    heard = limits, studio.house.note_watching
    turns = FeedTurns(store, store.reactions, callers.learner, unseen, rules, *heard)
    show_drawing = studio.house.show_drawing if settings.house else None
    feed, finding = _finding(callers, access, show_drawing, turns, rules)
    gate = SocketGate(visitors, limits, callers.logins.connections)
    sockets = _sockets(gate, access, services, presence, crowds, actions, turns)
    page = bundle(CLIENT)
    pages = Pages(CLIENT, page, lambda: services.pool.info)
    operations = callers.watch_limits.gate(
        [
            *_clips(services, studio, access, callers),
            *Likes(actions, store, limits, visitors, store.reactions.note_deed).operations(),
            *Comments(actions, store, limits, visitors, access, unseen).operations(),
            *_comment_deeds(services, moderator, callers, words).operations(),
            *_deciding(studio, moderator, topics, callers),
            *Proposals(
                studio.steering, limits, visitors, access, store.minors.check_contact
            ).operations(),
            *_readings(check, store, limits, visitors),
            *Tokens(store, access, on.tokens, limits, visitors).operations(),
            *finding,
            *_people(services, on, callers, words, access.base_url),
            *_leaving(services, studio, callers),
            *_importing(services, on, check, words, actions, callers),
            *callers.watch_limits.operations(),
            *_html(page.pages, on, callers, access, feed.first_page),
            *Scripts(CLIENT).operations(),
            *ServiceWorker(CLIENT, page).operations(),
            *pages.operations(),
            *problem_pages.operations(),
            *_operating(services, moderator, callers, on, streams.sessions, sockets),
            *_viewing(services, access, streams, callers),
        ]
    )
    watch_rooms(services, studio.active_clips, streams.sessions, lambda: sockets.open_sockets)
    return [
        socket_route("/v1/socket", sockets),
        *routes(documented(operations, __version__, limits.described()), limits.policies()),
        pages.files(),
    ]


def _sockets(
    gate: SocketGate,
    access: Access,
    services: Services,
    presence: PresenceTracker,
    crowds: Crowds,
    actions: Actions,
    turns: FeedTurns,
) -> Sockets:
    return Sockets(
        note_turn=turns.note_turn,
        crowds=crowds,
        identify=gate.identify_person,
        attend=gate.attend,
        allow=gate.allow_write,
        admit=access.check_may_follow,
        store=services.store,
        topics=services.topics,
        presence=presence,
        actions=actions,
        capacity=services.settings.sockets,
        per_address=services.settings.sockets_per_address,
        household=household_at,
    )


def _clips(services: Services, studio: Studio, access: Access, callers: Callers) -> list[Operation]:
    """Clips; those of one's own and whom they reach, and those that one keeps."""
    store, topics, library = callers.store, services.topics, callers.store.library
    limits, visitors, hidden_from = callers.limits, callers.visitors, store.people.hidden_from
    clips = Clips(
        studio.prompts,
        studio.remover,
        topics,
        store,
        limits,
        visitors,
        access,
        hidden_from,
        library.is_saved,
    )
    kept = Library(
        library,
        store,
        access,
        topics.publish_events,
        studio.redactor.wake_up,
        limits,
        visitors,
        hidden_from,
    )
    reach = ReachRoutes(store, visitors, store.reactions.count_shown)
    return [*clips.operations(), *kept.operations(), *reach.operations()]


def _learner(settings: Settings, on: InstanceFiles, store: SqliteStore) -> FeedLearner:
    sources = LearnerSources(
        list_after=store.reactions.list_after,
        list_of=store.reactions.list_of,
        list_clips=lambda most: store.list_candidates(limit=most),
        # Its own: it is asked in another thread.
        traits_of=_clip_traits().traits_of,
    )
    # Read here, too, so that a file that cannot be read is said at the start.
    read_feed_weights(settings.feed_weights)
    return FeedLearner(
        sources,
        on.data / SNAPSHOT,
        on=settings.feed_learner,
        weights=settings.feed_weights,
    )


def _prompt_words() -> PromptWords:
    """How texts are read where no model reads them."""
    lexicon = load_prompt_lexicon()
    return PromptWords(lexicon.read_phrases, lexicon.home_of)


def _clip_traits() -> ClipTraits:
    return ClipTraits(_prompt_words(), load_vocabulary())


def _finding(
    callers: Callers,
    access: Access,
    show_drawing: ShowDrawing | None,
    turns: FeedTurns,
    rules: FeedRuleReader,
) -> tuple[Feed, list[Operation]]:
    """The feed, with what one may say of it, and what somebody looks for."""
    store, visitors = callers.store, callers.visitors
    hidden_from = store.people.hidden_from
    candidates = candidates_of(store)
    see_again = partial(fresh, store)
    opening = Opening(candidates, see_again, show_drawing)
    orders = FeedOrders(store, store.people, candidates, see_again)
    feed = Feed(
        *(store, candidates, visitors, hidden_from, opening, turns.next_clips, rules, orders)
    )
    vocabulary = load_vocabulary()
    reader = WishReader(_prompt_words(), vocabulary, lambda: new_id(time.time()))
    said = store.wishes, store.reactions, reader, vocabulary
    controls = FeedControls(*said, access, callers.limits, visitors)
    search = Search(store.search, store, candidates, callers.limits, visitors, hidden_from)
    explain, made = callers.learner.explain_score, store.reactions
    why = FeedReasons(store, made, explain, candidates, rules, visitors, hidden_from)
    parts = feed, controls, why, search
    return feed, [one for part in parts for one in part.operations()]


def _people(
    services: Services,
    on: InstanceFiles,
    callers: Callers,
    words: WordCheck,
    base_url: Callable[[Request], str],
) -> list[Operation]:
    """Oneself, and others."""
    limits, visitors, store = callers.limits, callers.visitors, callers.store
    publish = services.topics.publish_events
    minors = MinorRoutes(
        store.minors,
        store.people,
        limits,
        visitors,
        callers.deciders,
        services.settings.age_verifier_token,
        callers.enroller.forget_face,
    )
    return [
        *People(
            store,
            callers.logins.accounts,
            limits,
            visitors,
            words.check_name,
            store.moderation.get_role,
            callers.watch_limiter.has_limits,
            store.minors.is_minor,
        ).operations(),
        *_accounts(services, on, callers).operations(),
        *minors.operations(),
        *_consent(services, on, callers),
        *_oidc(services, on, callers, base_url).operations(),
        *_presence(services, on, callers, base_url),
        *SocialRoutes(
            store.people,
            callers.logins.accounts,
            publish,
            limits,
            visitors,
            words.check_name,
        ).operations(),
        *InboxRoutes(store.people, store.pushes, publish, visitors).operations(),
        *PushRoutes(
            store.pushes,
            on.vapid.public_key,
            services.settings.push_services.split(),
            limits,
            visitors,
        ).operations(),
    ]


def _consent(services: Services, on: InstanceFiles, callers: Callers) -> list[Operation]:
    """One's likeness."""
    return ConsentRoutes(
        callers.store.likenesses,
        services.likenesses.withdraw_likeness,
        callers.enroller.forget_face,
        services.portraits.forget_portrait,
        callers.store.people.find_person,
        on.rules,
        services.topics.publish_events,
        callers.limits,
        callers.visitors,
    ).operations()


def _leaving(services: Services, studio: Studio, callers: Callers) -> list[Operation]:
    """What is stored of one; taking everything along, and deleting the account."""
    settings, store, remover = services.settings, callers.store, studio.remover
    leaving, library = store.leaving, store.library
    leaver = Leaver(
        forget_face=callers.enroller.forget_face,
        begin=leaving.begin,
        leave_some=leaving.leave_some,
        stop_clip=remover.stop_clip,
        finish_removal=remover.finish_removal,
        empty_log=leaving.empty_log,
    )
    knowledge = Knowledge(
        callers.logins.accounts,
        store.people,
        store.pushes,
        store.moderation.get_role,
        store.moderation.list_receipts,
        store.minors.is_minor,
        callers.watch_limiter.get_limits,
        store.moderation.list_own_decisions,
        library.list_kept,
        store.likenesses,
        callers.enroller.store,
        store.reactions.list_of,
        store.wishes,
        services.portraits.read_own,
    )

    async def list_clips(person_id: str, cursor: str | None) -> Page:
        return await library.list_kept(person_id, "own", limit=ARCHIVED, cursor=cursor)

    routes = LeavingRoutes(
        callers.logins,
        leaver.delete_person,
        knowledge.tell,
        list_clips,
        leaving.list_comments,
        services.blobs.get,
        services.signer.sign_statement,
        callers.limits,
        callers.visitors,
    )
    counted = Transparency(store.likenesses.list_totals)
    privacy = Privacy(
        load_personal_data().for_settings(settings),
        retention_periods(settings),
        counted.likeness_section,
    )
    return [*routes.operations(), *privacy.operations(), *counted.operations()]


def _importing(
    services: Services,
    on: InstanceFiles,
    check: PromptCheck,
    words: WordCheck,
    actions: Actions,
    callers: Callers,
) -> list[Operation]:
    """Bringing along what one had elsewhere."""
    settings, store, signer = services.settings, callers.store, services.signer
    newcomer = Newcomer(
        imports=store.imports,
        get_about=store.people.get_about,
        set_about=store.people.set_about,
        set_relation=store.people.set_relation,
        blobs=services.blobs,
        anchors=lambda: signer.anchors + on.trusted_signers,
        clean_text=check.clean_text,
        check_name=words.check_name,
        add_comment=actions.add_comment,
        get_person=store.get_person,
        check_room=partial(check_admission, store, services.usage, settings.clips_per_person),
        publish=services.topics.publish_events,
        clock=time.time,
    )
    return ImportRoutes(
        newcomer,
        store.imports,
        callers.logins.accounts.has_account,
        callers.limits,
        callers.visitors,
        settings.import_mb << 20,
        on.data,
    ).operations()


def _html(
    pages: Mapping[str, str],
    on: InstanceFiles,
    callers: Callers,
    access: Access,
    first_page: Callable[[Request], Awaitable[Page | None]],
) -> list[Operation]:
    """The page, of a clip or of a person, and the player for pages of others."""
    known, base = callers.visitors.known_person, access.base_url
    profiles = ProfilePage(pages, callers.store.people, callers.store.get_clip, known, base)
    return [*Embeds(pages, access, on.tokens, first_page).operations(), *profiles.operations()]


def _operating(
    services: Services,
    moderator: Moderator,
    callers: Callers,
    on: InstanceFiles,
    sessions: ViewerSessions,
    sockets: Sockets,
) -> list[Operation]:
    """For operators, and for who watches over the instance."""
    settings, pool = services.settings, services.pool
    health = HealthChecks(
        services.lifecycle, services.store, lambda: pool.unready_reason, services.usage, on.data
    )
    operating = Operating(
        name=settings.instance or f"{settings.host}:{settings.port}",
        version=__version__,
        operators=on.operators,
        metrics=services.metrics,
        pool=pool,
        topics=services.topics,
        stage=services.live_clips,
        census=lambda: (sessions.viewer_count, sockets.open_sockets),
        moderator=moderator,
        deciders=callers.deciders,
    )
    return [*health.operations(), *operating.operations()]


def _accounts(services: Services, on: InstanceFiles, callers: Callers) -> AccountRoutes:
    kept, url = callers.logins.accounts, services.settings.public_url
    accounts = Accounts(services.store, kept, Challenges(on.key, time.time), time.time)
    return AccountRoutes(accounts, kept, callers.logins, callers.limits, callers.visitors, url)


def _presence(
    services: Services, on: InstanceFiles, callers: Callers, base_url: Callable[[Request], str]
) -> list[Operation]:
    """Showing before a camera that one is there, and by a verifier who one is."""
    kept = callers.logins.accounts
    identity = IdentityRoutes(
        choose_verifier(services.settings, on.key, time.time),
        callers.enroller,
        callers.store.minors,
        kept,
        callers.limits,
        callers.visitors,
        base_url,
    )
    people, limits, visitors = callers.store.people, callers.limits, callers.visitors
    routes = PresenceRoutes(
        callers.enroller,
        kept,
        people,
        limits,
        visitors,
        callers.deciders,
        is_installed(),
        callers.store.matches,
        services.topics.publish_events,
    )
    return [*routes.operations(), *identity.operations()]


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


def _enroller(
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


def _oidc(
    services: Services, on: InstanceFiles, callers: Callers, base_url: Callable[[Request], str]
) -> OidcRoutes:
    """Signing in by the operator's provider, if there is one."""
    settings, provider = services.settings, None
    if settings.oidc_issuer:
        told = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
        provider = OidcProvider(*told, time.time)
    return OidcRoutes(
        provider,
        settings.oidc_name or (provider.host if provider else ""),
        Flows(on.key, time.time),
        services.store,
        callers.logins.accounts,
        callers.logins,
        callers.limits,
        callers.visitors,
        base_url,
    )


def _moderator(studio: Studio, services: Services, callers: Callers) -> Moderator:
    moderation, remover = callers.store.moderation, studio.remover
    return Moderator(
        record=moderation.decide,
        record_final=moderation.decide_finally,
        take_back=moderation.undo,
        answer=moderation.answer_appeal,
        publish=services.topics.publish_events,
        stop_clip=remover.stop_clip,
        remove=remover.remove_clip,
        redact=remover.redact,
    )


def _deciding(
    studio: Studio, moderator: Moderator, topics: Topics, callers: Callers
) -> list[Operation]:
    """What moderators and operators do."""
    return [
        *_moderation(moderator, topics, callers),
        *HouseRoutes(studio.house, callers.deciders).operations(),
        *callers.webhooks.operations(),
    ]


def _moderation(moderator: Moderator, topics: Topics, callers: Callers) -> list[Operation]:
    """Reports, what is decided of them and of appeals, and who may decide."""
    moderation, deciders = callers.store.moderation, callers.deciders
    publish, limits, visitors = topics.publish_events, callers.limits, callers.visitors
    appeals = AppealRoutes(moderation, moderator, publish, limits, visitors, deciders)
    return [
        *ReportRoutes(moderation, publish, limits, visitors).operations(),
        *appeals.operations(),
        *ModerationRoutes(moderation, moderator, deciders).operations(),
        *RoleRoutes(moderation, callers.store.people, deciders).operations(),
    ]


def _comment_deeds(
    services: Services, moderator: Moderator, callers: Callers, words: WordCheck
) -> CommentDeeds:
    publish = services.topics.publish_events
    limits, visitors = callers.limits, callers.visitors
    return CommentDeeds(
        callers.store.comments,
        publish,
        words.check_edit,
        limits,
        visitors,
        moderator,
        callers.deciders,
    )


def _viewing(
    services: Services, access: Access, streams: Streams, callers: Callers
) -> list[Operation]:
    """WebRTC, of single clips and of a whole feed; HLS, and files."""
    find, find_live, sessions = access.find_clip, streams.relays.find_live, streams.sessions
    settings, replays = services.settings, Replays(services.blobs)
    ice_servers = IceServers(settings.ice_servers, settings.turn_secret, time.time)
    admit = joining(
        callers.visitors,
        callers.limits,
        callers.watch_times,
        callers.logins.connections,
        callers.watch_limiter.viewers,
    )
    blobs, files_sent = services.blobs, streams.transfers
    watching = whep.Whep(find, find_live, sessions, replays, blobs, ice_servers, admit, files_sent)
    source = feed_session.sources(find, find_live, replays)
    return [
        *whep.operations(watching),
        *feed_session.operations(feed_session.FeedSession(sessions, source)),
        *extensions.operations(sessions),
        *hls.operations(
            find,
            streams.packagers,
            services.blobs,
            settings.bitrate,
            callers.watch_times.add_stretch,
        ),
        *files.operations(
            find,
            services.blobs,
            streams.transfers,
            [Middleware(CountSent, callers.watch_times.add_file_share)],
        ),
    ]
