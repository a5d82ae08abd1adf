"""The application: what exists, who is given what, and in which order it opens and closes."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from phosphene import __version__
from phosphene.api import problem_pages
from phosphene.api.access import Access
from phosphene.api.bundle import bundle_once
from phosphene.api.documents import documented
from phosphene.api.feed_rules import FeedRuleReader
from phosphene.api.feed_turns import FeedTurns
from phosphene.api.middleware import for_all_requests
from phosphene.api.models import ModelRoutes
from phosphene.api.modules import Scripts
from phosphene.api.pages import Pages
from phosphene.api.service_worker import ServiceWorker
from phosphene.api.sockets import SocketGate, household_at
from phosphene.api.tokens import Tokens
from phosphene.bus.redis import open_bus
from phosphene.bus.redis_counters import open_counters
from phosphene.errors import PhospheneError
from phosphene.events import Noticed, StoredEvent
from phosphene.failure_boundary import keep_running
from phosphene.fleet.blob_messages import store_of
from phosphene.fleet.fleet import open_fleet
from phosphene.gauges import watch_fleet, watch_rooms
from phosphene.imprint import Imprint
from phosphene.instance_files import InstanceFiles, read_files
from phosphene.instance_services import make_callers, make_enroller, make_services
from phosphene.lifecycle import Lifecycle
from phosphene.likeness.face_checker import FaceChecker
from phosphene.metrics import Metrics
from phosphene.operation import Operation, routes
from phosphene.people.passkeys import check_domains
from phosphene.people.push_client import PushClient
from phosphene.people.pusher import Pusher
from phosphene.render.dispatch.readiness import announce_ready
from phosphene.render.dispatch.worker_processes import open_pools
from phosphene.render.prompt_words import load_prompt_lexicon
from phosphene.routes.callers import Callers
from phosphene.routes.clips import clip_routes, reading_routes, talking_routes
from phosphene.routes.feed import clip_traits, feed_routes, make_feed_learner
from phosphene.routes.moderation import deciding_routes, make_moderator
from phosphene.routes.moving import import_routes, leaving_routes
from phosphene.routes.operating import operating_routes
from phosphene.routes.people import people_routes
from phosphene.routes.refusals import Refusals, make_prompt_check, refusal_routes
from phosphene.routes.rights import make_rights_check, rights_routes
from phosphene.routes.verifying import verifying_routes
from phosphene.routes.watching import page_routes, watching_routes
from phosphene.settings import Settings
from phosphene.social.actions import Actions
from phosphene.social.crowd import Crowds
from phosphene.social.person_presence import PersonPresence
from phosphene.social.presence import PresenceTracker
from phosphene.social.send_ring import open_send_ring
from phosphene.social.socket import Sockets, socket_route
from phosphene.store.holder import open_holder
from phosphene.store.opening import open_store_at
from phosphene.store.push_store import PushStore
from phosphene.store.sqlite import SqliteStore
from phosphene.streams import Streams, open_streams, watch_origins
from phosphene.studio.blob_mover import BlobMover
from phosphene.studio.close_reports import CloseReports
from phosphene.studio.film_purge import open_blob_mover
from phosphene.studio.house_wanting import SentenceDemand
from phosphene.studio.housekeeper import Housekeeper
from phosphene.studio.prompt_check import PromptCheck
from phosphene.studio.refusal_counter import RefusalCounter
from phosphene.studio.rights_check import RightsCheck
from phosphene.studio.rights_trial import RightsTrial
from phosphene.studio.services import Services
from phosphene.studio.studio import Studio
from phosphene.trust.close_works import load_works
from phosphene.trust.comment_text import WordCheck
from phosphene.trust.prompt_reader_process import PromptReaderProcess
from phosphene.web import on_crash, on_error
from phosphene.webhooks.sender import WebhookSender, open_webhooks

CLIENT: Final = Path(str(resources.files("phosphene.client_demo")))

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
        middleware=for_all_requests(
            on.origins,
            metrics.count_loop_hold,
            (*on.blobs.origins, *watch_origins(settings)),
            Imprint(settings.contact, settings.terms_url),
        ),
        exception_handlers={
            PhospheneError: on_error,
            HTTPException: on_error,
            Exception: on_crash,
        },
    )
    app.state.lifecycle, app.state.metrics = lifecycle, metrics
    return app


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
        url, database = settings.database_url, on.data / "phosphene.db"
        store = await enter(open_store_at(url, database, incarnation, time.time, settings.lease))
        await store.minors.protect_all(settings.minors)
        # Before a port is open: passkeys belong to a domain, and under another one nobody who kept
        # a name could sign in.
        check_domains(settings.public_url, await store.accounts.list_domains())
        bus = await enter(open_bus(settings.redis_url, incarnation))
        counters = await enter(open_counters(settings.redis_url, incarnation))
        holder = await enter(
            open_holder(
                store, time.time, settings.lease, alone=not (bus.is_shared or store.is_shared)
            )
        )
        streams = await enter(open_streams(settings, store, bus, counters))
        pools = await enter(open_pools(on.models))
        fleet = None
        if settings.redis_url:
            fleet = await enter(open_fleet(settings.redis_url, store_of(settings), name, pools))
        crowds = Crowds(stack.enter_context(open_send_ring()))
        noticed = asyncio.Event()
        webhooks = await enter(open_webhooks(store.webhooks, settings, metrics))
        checker = FaceChecker()
        opened = store, bus, holder, streams, pools
        mover = await enter(open_blob_mover(settings, holder, store.blob_moves, on.blobs))
        told = metrics, lifecycle, partial(_heed_event, webhooks, mover, noticed), checker, mover
        counter = RefusalCounter(store.refusal_counts, metrics, webhooks.tell_refused)
        services = make_services(settings, on, *opened, *told, counter)
        tasks = await enter(asyncio.TaskGroup())
        meaning = PromptReaderProcess(load_works(), on.data, on=settings.policy_meaning)
        refusals = Refusals(store, on)
        rights = await make_rights_check(store, counter, meaning)
        check = make_prompt_check(refusals, pools, counter, meaning, rights.find_rights)
        studio = _make_studio(services, check, rights, tasks, store)
        enroller = make_enroller(on, store, services, checker, streams.sessions, tasks)
        learner, learning = make_feed_learner(settings, on, store, bus, holder)
        callers = make_callers(services, on, store, counters, enroller, learner)
        studio.house.read_phrases = read_phrases = load_prompt_lexicon().read_phrases
        demand = SentenceDemand(callers.learner.count_wanting, read_phrases)
        studio.house.count_wanting = demand.count_wanting
        presence = PresenceTracker(services.topics, counters)
        client = await enter(PushClient(on.vapid, settings.push_services.split()))
        beside = ("webhooks", webhooks.run), ("blob mover", mover.run), ("prompts", meaning.run)
        pushing = _pushing(services, store.pushes, client, presence, noticed)
        besides = (*pushing, *learning, *beside)
        async with _serving(services, studio, streams, callers, presence, tasks, besides):
            log.info("serving", extra={"instance": name})
            if fleet is not None:
                watch_fleet(metrics, fleet)
            given = presence, crowds, streams, callers, webhooks.wake_up
            yield _routes(services, store, studio, check, meaning, refusals, on, *given)


def _make_studio(
    services: Services,
    check: PromptCheck,
    rights: RightsCheck,
    tasks: asyncio.TaskGroup,
    store: SqliteStore,
) -> Studio:
    close = CloseReports(store.moderation.add_report, services.topics.publish_events)
    judging = check.clean_text, check.judge_prompt, close.report_close
    kept = store.house, store.reactions, store.moderation.is_recipe_forbidden
    return Studio(services, *judging, tasks, *kept, rights.admit_rights)


def _heed_event(
    webhooks: WebhookSender, mover: BlobMover, noticed: asyncio.Event, event: StoredEvent
) -> None:
    """Wake whoever tells those who have no page open, and whoever takes files from others."""
    webhooks.heed_event(event)
    mover.heed_event(event)
    if isinstance(event, Noticed):
        noticed.set()


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
        services.holder,
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
        ("announcing", partial(announce_ready, services.pools)),
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


def _routes(
    services: Services,
    store: SqliteStore,
    studio: Studio,
    check: PromptCheck,
    meaning: PromptReaderProcess,
    refusals: Refusals,
    on: InstanceFiles,
    presence: PresenceTracker,
    crowds: Crowds,
    streams: Streams,
    callers: Callers,
    send_webhooks: Callable[[], None],
) -> list[BaseRoute]:
    """Every route of the instance."""
    settings, topics = services.settings, services.topics
    limits, visitors, unseen = callers.limits, callers.visitors, store.people.hidden_from
    seen_by = callers.deciders.may_moderate, store.likenesses.is_owner_in
    access = Access(store, visitors.known_person, on.tokens, settings.public_url, *seen_by)
    moderator = make_moderator(store, studio, services, callers)
    words = WordCheck(on.rules, services.metrics, store.minors.is_minor)
    actions = Actions(store, topics, words.review_comment, time.time)
    rules = FeedRuleReader(store.wishes, clip_traits())
    heard = limits, studio.house.note_watching
    turns = FeedTurns(store, store.reactions, callers.learner, unseen, rules, *heard)
    show_drawing = studio.house.show_drawing if settings.house else None
    feed, finding = feed_routes(store, callers, access, show_drawing, turns, rules)
    gate = SocketGate(visitors, limits, callers.logins.connections)
    sockets = _sockets(gate, access, services, presence, crowds, actions, turns)
    page = bundle_once(CLIENT)
    pages = Pages(CLIENT, page)
    operations = callers.watch_limits.gate(
        [
            *clip_routes(store, services, studio, access, callers),
            *talking_routes(store, services, studio, moderator, actions, words, access, callers),
            *deciding_routes(store, studio, moderator, services, callers, send_webhooks),
            *_registry(store, services, on, callers, meaning, refusals),
            *reading_routes(check, services.pools, store, limits, visitors),
            *Tokens(store, access, on.tokens, limits, visitors).operations(),
            *finding,
            *people_routes(store, services, on, callers, words, access.base_url),
            *leaving_routes(store, services, studio, callers),
            *import_routes(store, services, on, studio, words, actions, callers),
            *verifying_routes(store, on.signer, on.watermarks, limits, access.base_url),
            *callers.watch_limits.operations(),
            *page_routes(store, page.pages, on, callers, access, feed.first_page, streams.routing),
            *Scripts(CLIENT).operations(),
            *ServiceWorker(CLIENT, page).operations(),
            *ModelRoutes(services.pools, studio.prompts.likeness_ability).operations(),
            *problem_pages.operations(),
            *operating_routes(services, moderator, callers, on, streams.sessions, sockets),
            *watching_routes(services, store, access, streams, callers),
        ]
    )
    watch_rooms(services, studio.active_clips, streams.sessions, lambda: sockets.open_sockets)
    return [
        socket_route("/v1/socket", sockets),
        *routes(documented(operations, __version__, limits.described()), limits.policies()),
        pages.files(),
    ]


def _registry(
    store: SqliteStore,
    services: Services,
    on: InstanceFiles,
    callers: Callers,
    meaning: PromptReaderProcess,
    refusals: Refusals,
) -> list[Operation]:
    """Routes of the registry of rights, and of refusals that somebody looks at once more."""
    trial = RightsTrial(store.rights.get_version, meaning)
    speaking = trial.describe_entry, trial.try_text
    registry = rights_routes(store, services.settings, on, callers, *speaking)
    return [*registry, *refusal_routes(refusals, services.topics, callers)]


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
