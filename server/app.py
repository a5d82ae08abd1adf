"""The application: what exists, who is given what, and in which order it opens and closes."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from importlib import resources
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from phosphene import __version__
from phosphene.api import problems
from phosphene.api.access import Access
from phosphene.api.accounts import AccountRoutes
from phosphene.api.audience import CountSent, WatchTimes
from phosphene.api.clips import Clips
from phosphene.api.documents import documented
from phosphene.api.embeds import Embeds
from phosphene.api.feed import Feed
from phosphene.api.health import HealthChecks
from phosphene.api.loop_time import LoopTime
from phosphene.api.middleware import AllowedOrigins, Bounds, Nosniff, RequestIds
from phosphene.api.operating import Operating
from phosphene.api.pages import Pages
from phosphene.api.people import People
from phosphene.api.readings import Readings
from phosphene.api.steering import Proposals
from phosphene.api.tokens import Tokens
from phosphene.api.visitors import Visitors, address_of
from phosphene.boundary import keep_running
from phosphene.bus.redis import open_bus
from phosphene.errors import Forbidden, PhospheneError, RenderFailed, Unauthorized
from phosphene.fleet.blob_messages import store_of
from phosphene.fleet.fleet import open_fleet
from phosphene.gauges import watch_fleet, watch_rooms
from phosphene.instance_files import InstanceFiles, read_files
from phosphene.lifecycle import Lifecycle
from phosphene.metrics import Metrics
from phosphene.model import Person
from phosphene.operation import Operation, routes
from phosphene.people.accounts import Accounts
from phosphene.people.connections import NOBODY, OpenConnections
from phosphene.people.login_sessions import LoginSessions
from phosphene.people.passkeys import Challenges, check_domains
from phosphene.render.dispatch.pool import Pool, open_pool
from phosphene.render.dispatch.prompt_reader import PromptReader
from phosphene.settings import Settings
from phosphene.social.actions import Actions
from phosphene.social.presence import PresenceTracker
from phosphene.social.protocol import Like, PostComment
from phosphene.social.rpc import InstanceRpc
from phosphene.social.socket import Sockets, socket_route
from phosphene.social.topics import Topics
from phosphene.store.holder import open_holder
from phosphene.store.sqlite import open_store
from phosphene.stream import files
from phosphene.stream.hls import routes as hls
from phosphene.stream.hls.packager import Packagers, open_packagers
from phosphene.stream.live import LiveClips
from phosphene.stream.relay import Relays, open_relays
from phosphene.stream.replay import Replays
from phosphene.stream.webrtc import extensions, feed_session, whep
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.stream.webrtc.sessions import ViewerSessions, open_sessions
from phosphene.stream.webrtc.viewer_session import STRANGER, Admission
from phosphene.stream.webrtc.whip import WhipTarget, open_pushes
from phosphene.studio.housekeeper import Housekeeper
from phosphene.studio.prompt_check import PromptCheck
from phosphene.studio.services import Services
from phosphene.studio.studio import Studio
from phosphene.trust.limits import RateLimits, household_of
from phosphene.usage import Usage
from phosphene.web import on_crash, on_error

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
            app.router.routes.extend(opened)
            with lifecycle.while_serving():
                yield

    app = Starlette(
        lifespan=lifespan,
        middleware=[
            Middleware(RequestIds),
            Middleware(LoopTime, metrics.count_loop_hold),
            Middleware(Bounds),
            Middleware(Nosniff),
            Middleware(AllowedOrigins, on.origins),
        ],
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
        stack.enter_context(metrics.counting_failures())
        store = await stack.enter_async_context(
            open_store(on.data / "phosphene.db", incarnation, time.time, settings.lease)
        )
        check_domains(settings.public_url, await store.accounts.list_domains())
        bus = await stack.enter_async_context(open_bus(settings.redis_url, incarnation))
        holder = await stack.enter_async_context(
            open_holder(store, time.time, settings.lease, alone=not bus.is_shared)
        )
        live_clips = LiveClips()
        relays = await stack.enter_async_context(open_relays(live_clips, bus))
        packagers = await stack.enter_async_context(open_packagers(relays.find_live))
        target = WhipTarget(settings.whip_url, settings.whip_token) if settings.whip_url else None
        await stack.enter_async_context(open_pushes(live_clips, store.get_clip, target))
        sessions = await stack.enter_async_context(
            open_sessions(
                settings.viewers,
                loopback=settings.loopback,
                media_port=settings.media_port,
                hosts=settings.media_hosts.split(),
                announced=settings.announce.split(),
            )
        )
        pool = await stack.enter_async_context(open_pool(settings, on.worker))
        fleet = None
        if settings.redis_url:
            fleet = await stack.enter_async_context(
                open_fleet(settings.redis_url, store_of(settings), name, settings.model, pool)
            )
        topics = Topics(store, bus)
        services = Services(
            settings=settings,
            store=store,
            holder=holder,
            topics=topics,
            bus=bus,
            rpc=InstanceRpc(bus, time.time),
            pool=pool,
            live_clips=live_clips,
            blobs=on.blobs,
            usage=Usage(settings.data_budget),
            signer=on.signer,
            metrics=metrics,
            lifecycle=lifecycle,
        )
        presence = PresenceTracker(topics, bus)
        limits = RateLimits(bus, settings)
        logins = LoginSessions(store.accounts, on.identities, bus, OpenConnections(), time.time)
        visitors = Visitors(logins, store, on.origins, limits)
        watch_times = WatchTimes(store, visitors)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        check = PromptCheck(on.rules, PromptReader(pool), metrics)
        studio = Studio(services, check.clean_text, tasks)
        housekeeper = Housekeeper(
            store, on.blobs, services.usage, settings, studio.remover.finish_removal, time.time
        )
        beside = [
            tasks.create_task(keep_running(part, work), name=part)
            for part, work in (
                ("topics", topics.run),
                ("presence", presence.run),
                ("audience", watch_times.run),
                ("logins", logins.run),
                ("asking", partial(services.rpc.run, studio.steering.answer_call)),
                ("redactor", studio.redactor.run),
                ("housekeeper", housekeeper.run),
                ("takeovers", studio.takeovers.run),
                ("announcing", partial(_announce, pool)),
            )
        ]
        await studio.takeovers.recover_own()
        log.info("serving", extra={"instance": name})
        lifecycle.at_stop(
            sessions.send_away, partial(studio.active_clips.wait_finished, settings.stop_grace)
        )
        try:
            if fleet is not None:
                watch_fleet(services.metrics, fleet)
            yield _routes(
                services,
                studio,
                check,
                on,
                presence,
                relays,
                packagers,
                sessions,
                limits,
                visitors,
                watch_times,
                logins,
            )
        finally:
            if not lifecycle.stopping:
                lifecycle.begin_stop()
                await lifecycle.finish_work()
            studio.active_clips.cancel_all()
            sessions.end_all()
            for task in beside:
                task.cancel()


def _routes(
    services: Services,
    studio: Studio,
    check: PromptCheck,
    on: InstanceFiles,
    presence: PresenceTracker,
    relays: Relays,
    packagers: Packagers,
    sessions: ViewerSessions,
    limits: RateLimits,
    visitors: Visitors,
    watch_times: WatchTimes,
    logins: LoginSessions,
) -> list[BaseRoute]:
    """Every route of the instance."""
    settings, store = services.settings, services.store

    access = Access(store, visitors.known_person, on.tokens, settings.public_url)
    actions = Actions(store, services.topics, time.time)
    sockets = _sockets(services, visitors, limits, presence, actions, access, logins.connections)
    client = Path(str(resources.files("phosphene.client_demo")))
    embeds = Embeds(client, access, on.tokens)
    pages = Pages(client, lambda: services.pool.info)
    health = HealthChecks(
        services.lifecycle, store, lambda: services.pool.unready_reason, services.usage, on.data
    )
    clips = Clips(
        studio.prompts,
        studio.remover,
        services.topics,
        store,
        actions,
        limits,
        visitors,
        access,
    )
    operating = Operating(
        name=settings.instance or f"{settings.host}:{settings.port}",
        version=__version__,
        operators=on.operators,
        metrics=services.metrics,
        pool=services.pool,
        topics=services.topics,
        stage=services.live_clips,
        census=lambda: (sessions.viewer_count, sockets.open_sockets),
        remover=studio.remover,
    )
    joining = _joining(visitors, limits, watch_times, logins.connections)
    operations = [
        *clips.operations(),
        *Proposals(studio.steering, limits, visitors, access).operations(),
        *Readings(check.read_text, lambda: check.reads_freely, limits, visitors).operations(),
        *Tokens(store, access, on.tokens, limits, visitors).operations(),
        *Feed(store, visitors).operations(),
        *People(store, logins.accounts, limits, visitors).operations(),
        *_accounts(services, on, logins, limits, visitors).operations(),
        *embeds.operations(),
        *pages.operations(),
        *problems.operations(),
        *health.operations(),
        *operating.operations(),
        *_viewing(
            services,
            access,
            relays,
            sessions,
            joining,
        ),
        *hls.operations(access.find_clip, packagers, services.blobs, settings.bitrate),
        *files.operations(
            access.find_clip, services.blobs, [Middleware(CountSent, watch_times.add_file_share)]
        ),
    ]
    watch_rooms(services, studio.active_clips, sessions, sockets)
    return [
        socket_route("/v1/socket", sockets),
        *routes(documented(operations, __version__, limits.described()), limits.policies()),
        pages.files(),
    ]


def _accounts(
    services: Services,
    on: InstanceFiles,
    logins: LoginSessions,
    limits: RateLimits,
    visitors: Visitors,
) -> AccountRoutes:
    kept, url = logins.accounts, services.settings.public_url
    accounts = Accounts(services.store, kept, Challenges(on.key, time.time), time.time)
    return AccountRoutes(accounts, kept, logins, limits, visitors, url)


def _joining(
    visitors: Visitors,
    limits: RateLimits,
    watch_times: WatchTimes,
    connections: OpenConnections,
) -> whep.Admit:
    async def admit(request: Request) -> Admission:
        known, address = None, address_of(request)
        with suppress(Unauthorized):  # a bad identity is none: the clip was for everybody
            known = await visitors.known_login(request)
        await limits.count_act("join", known.person.id if known else None, address)
        if known is None:
            return STRANGER
        watched = partial(watch_times.add_seconds, known.person.id)
        return Admission(watched, partial(connections.holding, known.login))

    return admit


def _viewing(
    services: Services, access: Access, relays: Relays, sessions: ViewerSessions, admit: whep.Admit
) -> list[Operation]:
    """WebRTC: of single clips, and of a whole feed."""
    find, settings = access.find_clip, services.settings
    replays = Replays(services.blobs)
    source = feed_session.sources(find, relays.find_live, replays)
    ice_servers = IceServers(settings.ice_servers, settings.turn_secret, time.time)
    watching = whep.Whep(
        find, relays.find_live, sessions, replays, services.blobs, ice_servers, admit
    )
    return [
        *whep.operations(watching),
        *feed_session.operations(feed_session.FeedSession(sessions, source)),
        *extensions.operations(sessions),
    ]


def _sockets(
    services: Services,
    visitors: Visitors,
    limits: RateLimits,
    presence: PresenceTracker,
    actions: Actions,
    access: Access,
    connections: OpenConnections,
) -> Sockets:
    async def identify(websocket: WebSocket) -> Person:
        try:
            visitor = await visitors.meet_visitor(websocket)
        except Forbidden as error:  # such as a player on another page: it may follow its clip
            websocket.state.only_reads = str(error)
            return visitors.make_stranger()
        websocket.state.new, websocket.state.login = visitor.new, visitor.login
        return visitor.person

    async def allow(websocket: WebSocket, person: Person, said: Like | PostComment) -> None:
        if only_reads := getattr(websocket.state, "only_reads", None):
            raise Forbidden(only_reads)
        address = address_of(websocket)
        if websocket.state.new:
            await visitors.count_guest(address)
            websocket.state.new = False
        await limits.count_act("write", person.id, address)
        if isinstance(said, Like) and said.on:
            await visitors.check_like(person, address, said.clip)

    def attend(websocket: WebSocket, close: Callable[[], None]) -> AbstractContextManager[None]:
        return connections.holding(getattr(websocket.state, "login", NOBODY), close)

    return Sockets(
        identify=identify,
        attend=attend,
        allow=allow,
        admit=access.check_may_follow,
        store=services.store,
        topics=services.topics,
        presence=presence,
        actions=actions,
        capacity=services.settings.sockets,
        per_address=services.settings.sockets_per_address,
        household=lambda websocket: household_of(address_of(websocket)),
    )


async def _announce(pool: Pool) -> None:
    """Say in the log when the first clip can be drawn."""
    if not pool.has_own_workers:
        return
    try:
        await pool.wait_ready()
    except RenderFailed as error:
        log.error("no clip can be drawn: %s", error)
    else:
        log.info("ready", extra={"model": pool.info and pool.info.model})
