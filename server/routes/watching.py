"""Routes of viewers: WebRTC, HLS, files, and the pages that play them."""

import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.requests import Request

from phosphene.api.access import Access
from phosphene.api.audience import CountSent, joining
from phosphene.api.embeds import Embeds
from phosphene.api.profile_page import ProfilePage
from phosphene.api.visitors import address_of
from phosphene.instance_files import InstanceFiles
from phosphene.model import Clip, Page
from phosphene.operation import Operation
from phosphene.routes.callers import Callers
from phosphene.store.sqlite import SqliteStore
from phosphene.stream import files
from phosphene.stream.hls import routes as hls
from phosphene.stream.instance_routing import InstanceRouting
from phosphene.stream.replay import Replays
from phosphene.stream.webrtc import extensions, feed_session, whep
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.streams import Streams
from phosphene.studio.downloads import Downloads
from phosphene.studio.services import Services
from phosphene.trust.rate_limits import household_of
from phosphene.visible_mark.film_marker import FilmMarker


def page_routes(
    store: SqliteStore,
    pages: Mapping[str, str],
    on: InstanceFiles,
    callers: Callers,
    access: Access,
    first_page: Callable[[Request], Awaitable[Page | None]],
    routing: InstanceRouting,
) -> list[Operation]:
    """The page, of a clip or of a person, and the player for pages of others."""
    known, base = callers.visitors.known_person, access.base_url
    profiles = ProfilePage(pages, store.people, store.get_clip, known, base)
    embeds = Embeds(pages, access, on.tokens, first_page, lambda: routing.urls)
    return [*embeds.operations(), *profiles.operations()]


def watching_routes(
    services: Services, store: SqliteStore, access: Access, streams: Streams, callers: Callers
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
    media_server, routing = streams.media_server, streams.routing
    whep_redirects = media_server.redirect_whep, routing.redirect_viewer
    watching = whep.Whep(
        *(find, find_live, sessions, replays, blobs, ice_servers, admit, files_sent),
        whep_redirects,
        routing.own_address,
    )
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
            (media_server.redirect_hls, routing.redirect_viewer),
        ),
        *files.operations(
            find,
            services.blobs,
            streams.transfers,
            _preparing(services, store),
            [Middleware(CountSent, callers.watch_times.add_file_share)],
        ),
    ]


def _preparing(services: Services, store: SqliteStore) -> files.Prepare:
    """What makes the film that one downloads, at its first download."""
    # Not by which address somebody asked for it: they would choose what stands in everybody's file.
    site = urlsplit(services.settings.public_url).hostname or ""
    downloads = Downloads(
        store.get_clip,
        store.downloads.keep_download,
        services.blobs,
        services.delete_blobs,
        services.signer,
        FilmMarker(site).mark_film,
    )

    async def prepare(request: Request, clip: Clip) -> Clip:
        return await downloads.ready_clip(clip, household_of(address_of(request)))

    return prepare
