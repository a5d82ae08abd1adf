"""The application: what exists, who is given what, and in which order it opens and closes."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from importlib import resources
from pathlib import Path

from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from server import __version__
from server.api import problems
from server.api.access import Access
from server.api.allowed import AllowedOrigins
from server.api.audience import CountSent, WatchTimes
from server.api.bounds import Bounds
from server.api.clips import Clips
from server.api.documents import documented
from server.api.embeds import Embeds
from server.api.feed import Feed
from server.api.health import HealthChecks
from server.api.loop_time import LoopTime
from server.api.operating import Operating
from server.api.pages import Nosniff, Pages
from server.api.people import People
from server.api.request_ids import RequestIds
from server.api.steering import Steering
from server.api.tokens import Tokens
from server.api.visitors import Visitors, address_of
from server.blobs import Directory
from server.boundary import keep_running
from server.bus.bus import Bus
from server.bus.redis import open_bus
from server.errors import BadInput, Forbidden, PhospheneError, RenderFailed, Unauthorized
from server.fleet.blob_messages import check_store, store_of
from server.fleet.fleet import Fleet, open_fleet
from server.lifecycle import Lifecycle
from server.metrics import Metrics, Values
from server.model import Person
from server.operation import Operation, routes
from server.render.dispatch.command import worker_command
from server.render.dispatch.pool import Pool, open_pool
from server.settings import Settings
from server.social.actions import Actions
from server.social.presence import Presence
from server.social.protocol import Like, Say
from server.social.rpc import Asking
from server.social.socket import Sockets, socket_route
from server.social.topics import Topics
from server.store.holder import open_holder
from server.store.readers import check_file
from server.store.sqlite import open_store
from server.stream import files
from server.stream.hls import routes as hls
from server.stream.hls.packager import Packagers, open_packagers
from server.stream.live import LiveClips
from server.stream.relay import Relays, open_relays
from server.stream.replay import Replays
from server.stream.webrtc import extensions, feed_session, whep
from server.stream.webrtc.ice_servers import IceServers
from server.stream.webrtc.sessions import ViewerSessions, Watched, open_sessions
from server.stream.webrtc.statistics import GAUGES, Read
from server.stream.webrtc.whip import WhipTarget, open_pushes
from server.studio.housekeeper import Housekeeper
from server.studio.services import Rooms
from server.studio.studio import Studio
from server.trust.embed_tokens import EmbedTokens
from server.trust.identity import Identities, load_key
from server.trust.limits import Limits, origin
from server.trust.operators import Operators
from server.trust.origins import Origins
from server.trust.rules import Rules, load_rules
from server.trust.signing import Signer
from server.usage import Usage
from server.web import on_crash, on_error

log = logging.getLogger("phosphene")


class Ground(Struct, frozen=True, kw_only=True):
    """What an instance finds in its data folder and its rule file."""

    data: Path
    blobs: Directory
    signer: Signer
    identities: Identities
    tokens: EmbedTokens
    operators: Operators
    origins: Origins
    rules: Rules
    worker: Sequence[str]


def create_app(settings: Settings, found: Ground | None = None) -> Starlette:
    """The ASGI application of one instance, on what lies in its files; everything lives within its
    lifespan, of which ``state.lifecycle`` tells whoever runs it; he tells
    ``state.metrics`` of the lag of his loop.

    Raises:
        BadInput: the data folder, the keys, the rules or the model cannot be used.
    """
    on, metrics, lifecycle = found or ground(settings), Metrics(), Lifecycle()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with lifecycle.lasting(), open_instance(settings, on, metrics, lifecycle) as opened:
            app.router.routes.extend(opened)
            with lifecycle.open():
                yield

    app = Starlette(
        lifespan=lifespan,
        middleware=[
            Middleware(RequestIds),
            Middleware(LoopTime, metrics.held),
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


def ground(settings: Settings) -> Ground:
    """What lies in files, read before anything is opened. Raises BadInput."""
    data = Path(settings.data)
    try:
        data.mkdir(parents=True, exist_ok=True)
        if settings.redis_url:
            check_store(store_of(settings))
        check_file(data / "phosphene.db")
        key = load_key(data / "identity.key")
        return Ground(
            data=data,
            blobs=Directory(data / "blobs"),
            signer=Signer(
                data,
                __version__,
                time.time,
                chain=Path(settings.certificate) if settings.certificate else None,
                tsa_url=settings.tsa_url,
            ),
            identities=Identities(key),
            tokens=EmbedTokens(key),
            operators=Operators(settings.operator_token, key),
            origins=Origins(settings.allowed_origins.split()),
            rules=load_rules(settings.rules or None),
            worker=worker_command(settings),
        )
    except OSError as error:
        raise BadInput(f"the data folder {data} cannot be used: {error.strerror}") from None


@asynccontextmanager
async def open_instance(
    settings: Settings, on: Ground, metrics: Metrics, lifecycle: Lifecycle
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
        bus = await stack.enter_async_context(open_bus(settings.redis_url, incarnation))
        holder = await stack.enter_async_context(
            open_holder(store, time.time, settings.lease, alone=not bus.shared)
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
        rooms = Rooms(
            settings=settings,
            store=store,
            holder=holder,
            topics=topics,
            bus=bus,
            asking=Asking(bus, time.time),
            pool=pool,
            stage=live_clips,
            blobs=on.blobs,
            usage=Usage(settings.data_budget),
            signer=on.signer,
            rules=on.rules,
            metrics=metrics,
            lifecycle=lifecycle,
        )
        presence = Presence(topics, bus)
        limits = Limits(bus, settings)
        visitors = Visitors(on.identities, store, on.origins, limits)
        watch_times = WatchTimes(store, visitors)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        studio = Studio(rooms, tasks)
        housekeeper = Housekeeper(
            store, on.blobs, rooms.usage, settings, studio.finish_removal, time.time
        )
        beside = [
            tasks.create_task(keep_running(part, work), name=part)
            for part, work in (
                ("topics", topics.run),
                ("presence", presence.run),
                ("audience", watch_times.run),
                ("asking", partial(rooms.asking.run, studio.answer)),
                ("redactor", studio.redact),
                ("housekeeper", housekeeper.run),
                ("takeovers", studio.take_over),
                ("announcing", partial(_announce, pool)),
            )
        ]
        await studio.recover()
        log.info("serving", extra={"instance": name})
        lifecycle.at_stop(sessions.send_away, partial(studio.finish, settings.stop_grace))
        try:
            if fleet is not None:
                _watch_fleet(rooms.metrics, fleet)
            yield _routes(
                rooms,
                studio,
                on,
                bus,
                presence,
                relays,
                packagers,
                sessions,
                limits,
                visitors,
                watch_times,
            )
        finally:
            if not lifecycle.stopping:
                lifecycle.begin_stop()
                await lifecycle.finish_work()
            studio.cut_off()
            sessions.end_all()
            for task in beside:
                task.cancel()


def _routes(
    rooms: Rooms,
    studio: Studio,
    on: Ground,
    bus: Bus,
    presence: Presence,
    relays: Relays,
    packagers: Packagers,
    sessions: ViewerSessions,
    limits: Limits,
    visitors: Visitors,
    watch_times: WatchTimes,
) -> list[BaseRoute]:
    """Every route of the instance."""
    settings, store = rooms.settings, rooms.store

    access = Access(store, visitors, on.tokens, settings.public_url)
    actions = Actions(store, rooms.topics, time.time)
    sockets = _sockets(rooms, visitors, limits, presence, actions, access)
    client = Path(str(resources.files("client_demo")))
    embeds = Embeds(client, access, on.tokens)
    pages = Pages(client, lambda: rooms.pool.info)
    health = HealthChecks(rooms.lifecycle, store, lambda: rooms.pool.unready, rooms.usage, on.data)
    clips = Clips(studio, store, actions, limits, visitors, access)
    operating = Operating(
        name=settings.instance or f"{settings.host}:{settings.port}",
        version=__version__,
        operators=on.operators,
        metrics=rooms.metrics,
        pool=rooms.pool,
        topics=rooms.topics,
        stage=rooms.stage,
        census=lambda: (sessions.viewer_count, sockets.open),
        studio=studio,
    )
    operations = [
        *clips.operations(),
        *Steering(studio, limits, visitors, access).operations(),
        *Tokens(store, access, on.tokens, limits, visitors).operations(),
        *Feed(store, visitors).operations(),
        *People(store, limits, visitors).operations(),
        *embeds.operations(),
        *pages.operations(),
        *problems.operations(),
        *health.operations(),
        *operating.operations(),
        *_viewing(rooms, access, relays, sessions, _joining(visitors, limits, watch_times)),
        *hls.operations(access.find, packagers, rooms.blobs, settings.bitrate),
        *files.operations(
            access.find, rooms.blobs, [Middleware(CountSent, watch_times.add_file_share)]
        ),
    ]
    _watch(rooms, studio, sessions, sockets, bus)
    return [
        socket_route("/v1/socket", sockets),
        *routes(documented(operations, __version__, limits.described())),
        pages.files(),
    ]


def _joining(visitors: Visitors, limits: Limits, watch_times: WatchTimes) -> whep.Admit:
    async def admit(request: Request) -> Watched:
        person, address = None, address_of(request)
        with suppress(Unauthorized):  # a bad identity is none: the clip was for everybody
            person = await visitors.known(request)
        await limits.spend("join", person.id if person else None, address)
        return partial(watch_times.add_seconds, person.id) if person else lambda seconds: None

    return admit


def _viewing(
    rooms: Rooms, access: Access, relays: Relays, sessions: ViewerSessions, admit: whep.Admit
) -> list[Operation]:
    """WebRTC: of single clips, and of a whole feed."""
    find, settings = access.find, rooms.settings
    replays = Replays(rooms.blobs)
    source = feed_session.sources(find, relays.find_live, replays)
    ice_servers = IceServers(settings.ice_servers, settings.turn_secret, time.time)
    watching = whep.Whep(find, relays.find_live, sessions, replays, rooms.blobs, ice_servers, admit)
    return [
        *whep.operations(watching),
        *feed_session.operations(watching, feed_session.FeedSession(sessions, source)),
        *extensions.operations(sessions),
    ]


def _sockets(
    rooms: Rooms,
    visitors: Visitors,
    limits: Limits,
    presence: Presence,
    actions: Actions,
    access: Access,
) -> Sockets:
    async def identify(websocket: WebSocket) -> Person:
        try:
            visitor = await visitors.meet(websocket)
        except Forbidden as error:  # such as a player on another page: it may follow its clip
            websocket.state.only_reads = str(error)
            return visitors.stranger()
        websocket.state.new = visitor.new
        return visitor.person

    async def allow(websocket: WebSocket, person: Person, said: Like | Say) -> None:
        if only_reads := getattr(websocket.state, "only_reads", None):
            raise Forbidden(only_reads)
        address = address_of(websocket)
        if websocket.state.new:
            await visitors.count_guest(address)
            websocket.state.new = False
        await limits.spend("write", person.id, address)
        if isinstance(said, Like) and said.on:
            await visitors.check_like(person, address, said.clip)

    return Sockets(
        identify=identify,
        allow=allow,
        admit=access.follow,
        store=rooms.store,
        topics=rooms.topics,
        presence=presence,
        actions=actions,
        capacity=rooms.settings.sockets,
        per_address=rooms.settings.sockets_per_address,
        household=lambda websocket: origin(address_of(websocket)),
    )


def _watch(
    rooms: Rooms, studio: Studio, sessions: ViewerSessions, sockets: Sockets, bus: Bus
) -> None:
    """Gauges and counters over the rooms."""
    watch = rooms.metrics.watch
    count = partial(watch, counts=True)
    watch("viewers", "WebRTC viewers of this instance", lambda: sessions.viewer_count)
    watch("sockets", "WebSockets of this instance", lambda: sockets.open)
    watch("clips_on_air", "Clips drawn here now", lambda: len(rooms.stage.live_ids))
    watch("clips_busy", "Clips queued or drawn here", lambda: studio.busy)
    watch("worker_ready", "1 when a render worker is ready", lambda: float(rooms.pool.ready))
    watch("data_used_bytes", "Bytes in the data folder", lambda: rooms.usage.used)
    watch("data_budget_bytes", "Bytes that it may hold", lambda: rooms.usage.budget)
    watch("bus_up", "1 when the bus answers", lambda: float(bus.up))
    count("units_sent", "Encoded pictures sent to viewers", lambda: sessions.units_sent)
    count("sessions_opened", "WebRTC sessions", lambda: sessions.sessions_total)
    count("sessions_broken", "Sessions that an error ended", lambda: sessions.sessions_broken)
    count("keyframe_requests", "PLI and FIR", lambda: sessions.keyframe_requests)
    _watch_model(rooms.metrics, rooms.pool)
    for name, description, read in GAUGES:
        watch(name, description, partial(_of_viewers, sessions, read))


def _watch_fleet(metrics: Metrics, fleet: Fleet) -> None:
    """Gauges and a counter over workers of other machines."""
    watch = metrics.watch
    watch("fleet_up", "1 when Redis answers the fleet", lambda: float(not fleet.away))
    watch("remote_workers", "Workers of other machines", lambda: len(fleet.workers))
    watch("remote_room", "Clips that they would take", fleet.room)
    watch("remote_clips", "Clips that they have, of all instances", lambda: fleet.clips)
    watch("remote_offers", "Clips offered to them that none took yet", lambda: fleet.offers)
    watch(
        "remote_workers_lost",
        "Times that one of them was lost",
        lambda: fleet.lost,
        counts=True,
    )


def _watch_model(metrics: Metrics, pool: Pool) -> None:
    """What the model of this instance does."""

    def waiting() -> Values:
        return {(pool.info.model,): pool.waiting} if pool.info else {}

    def passes() -> Values:
        return {key: one.count for key, one in pool.passes.items()}

    def seconds() -> Values:
        return {key: one.seconds for key, one in pool.passes.items()}

    each, shared = metrics.watch_each, ("model", "clips")
    each("clips_waiting", "Clips that no worker has taken yet", ("model",), waiting)
    each("passes", "Forward passes, by how many clips shared them", shared, passes, counts=True)
    each("pass_seconds", "Seconds of those passes", shared, seconds, counts=True)


def _of_viewers(sessions: ViewerSessions, read: Read) -> float:
    return read(sessions.statistics)


async def _announce(pool: Pool) -> None:
    """Say in the log when the first clip can be drawn."""
    if not pool.draws:
        return
    try:
        await pool.wait_ready()
    except RenderFailed as error:
        log.error("no clip can be drawn: %s", error)
    else:
        log.info("ready", extra={"model": pool.info and pool.info.model})
