"""Routes for other people's pages: the player, its page for frames, oEmbed, the clip's page."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from phosphene.api.access import Access
from phosphene.api.feet import imprinted
from phosphene.api.pages import page_headers
from phosphene.api.sharing import Video, as_xml, clip_in, head, known, oembed
from phosphene.errors import BadInput, Forbidden, NotFound, NotOffered, Unauthorized, Withheld
from phosphene.language import LANGUAGE, VARIES, say
from phosphene.model import Clip, Page
from phosphene.operation import Operation
from phosphene.stream.files import TokenQuery
from phosphene.trust.embed_tokens import EmbedClaims, EmbedTokens
from phosphene.trust.origins import origin_of
from phosphene.web import answer, read_query

HTML = "text/html"
# Empty too: ``?loop`` alone is on, as an attribute of HTML is.
ON = {"1", "true", "yes", "on", ""}
# Within this and not refused: consumers send ``maxwidth=`` empty or as large as they like, and an
# answer 400 costs the page its card.
MOST_PIXELS = 10_000
FRAME_S = 24 * 3600
"""How long the page in a frame may ask for a private clip without being opened again."""


_NUMBER = r"[+-]?([0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9}|inf)"
Pixels = Annotated[str, Meta(pattern=rf"^[ \t]*({_NUMBER}(px)?)?[ \t]*$(?!\n)")]
"""As consumers write them; what is too large or too small is brought within what makes sense."""


class EmbedQuery(Struct, frozen=True):
    """oEmbed's parameters: ``url`` is the address of a clip's page, the sizes are CSS pixels."""

    url: str
    maxwidth: Pixels = ""
    maxheight: Pixels = ""
    format: str = "json"


class FrameQuery(TokenQuery, frozen=True):
    """How the player in a frame behaves: 0 switches off."""

    autoplay: str = "1"
    muted: str = "1"
    loop: str = "1"
    controls: str = "1"


class HomeQuery(Struct, frozen=True):
    """The clip that the page shows first, and the sheet that it opens over it."""

    clip: str = ""
    sheet: str = ""


class Embeds:
    """``pages`` is what the page of the instance is in each language, before a clip is named in its
    head; ``first_page`` gives the clips that somebody new sees first, ``instance_urls`` where the
    player may be led."""

    def __init__(
        self,
        pages: Mapping[str, str],
        access: Access,
        tokens: EmbedTokens,
        first_page: Callable[[Request], Awaitable[Page | None]],
        instance_urls: Callable[[], Sequence[str]],
    ) -> None:
        self._pages = pages
        self._instance_urls = instance_urls
        self._first_page = first_page
        self._access = access
        self._tokens = tokens

    async def index(self, request: Request) -> Response:
        """The page; that of a clip tells other sites what it is."""
        text = imprinted(self._pages[LANGUAGE.get()])
        clip_id = request.query_params.get("clip")
        if clip_id:
            try:
                clip = await self._access.find_clip(request, clip_id)
                text = with_head(text, clip, self._access.base_url(request))
            except (NotFound, Unauthorized, Forbidden, Withheld):
                pass  # the page itself says that there is no such clip
        elif (page := await self._first_page(request)) and page.clips:
            text = with_clips(text, page)
        return HTMLResponse(text, headers=page_headers())

    async def frame(self, request: Request) -> Response:
        """``/embed/ID``: the player as a page for frames, with its own policy."""
        clip_id, query = request.path_params["clip"], request.query_params
        base, token, status, ancestors = (
            self._access.base_url(request),
            query.get("token"),
            200,
            "*",
        )
        try:
            _, claims = await self._access.find_for_frame(request, clip_id)
            if claims and claims.origins:
                token, ancestors = self._within(base, claims), " ".join(claims.origins)
        except (NotFound, Unauthorized, Forbidden, Withheld) as error:
            status = error.status  # the player in it says so to people
        headers = embed_headers(base, ancestors, self._instance_urls())
        return HTMLResponse(frame_page(clip_id, query, token), status, headers)

    def _within(self, base: str, claims: EmbedClaims) -> str:
        """The token of the frame's own requests: within a sandbox their origin is null."""
        # A token of the frame's own, since the one that opened it is for the page around it; and a
        # short one, since it stands in the frame's address.
        ends = min(claims.expires_at, int(time.time()) + FRAME_S)
        return self._tokens.issue_token(
            EmbedClaims(claims.clip, ends, (origin_of(base) or base, "null"))
        )

    async def read_oembed(self, request: Request) -> Response:
        """``/oembed``."""
        query = read_query(request, EmbedQuery)
        wanted = query.format.strip().lower() or "json"
        if wanted not in {"json", "xml"}:
            # 501 and, below, 401 are oEmbed's own statuses for these (oembed.com, errors).
            raise NotOffered(f"no oEmbed as {query.format} here: ask for json or xml")
        base = self._access.base_url(request)
        clip = await self._access.find_clip(request, clip_in(query.url, base))
        if clip.status in {"failed", "cancelled"}:
            raise NotFound(f"there is nothing to embed: the clip is {clip.status}")
        if clip.visibility == "private":
            raise Unauthorized("a private clip is shown by the code that its token comes with")
        video = oembed(clip, base, pixels(query.maxwidth), pixels(query.maxheight))
        if wanted == "xml":
            return Response(as_xml(video), media_type="text/xml")
        return answer(known(video))

    def operations(self) -> list[Operation]:
        """What the document names of these."""
        return [
            Operation(
                method="GET",
                path="/oembed",
                summary="oEmbed of a clip's page",
                endpoint=self.read_oembed,
                answer=Video,
                query=EmbedQuery,
                errors=(400, 401, 403, 404, 501),
            ),
            Operation(
                method="GET",
                path="/",
                summary="The page",
                name="read_page",
                endpoint=self.index,
                query=HomeQuery,
                answer=str,
                answer_type=HTML,
                shared=False,
            ),
            Operation(
                method="GET",
                path="/embed/{clip}",
                summary="The player as a page for frames",
                name="read_frame",
                endpoint=self.frame,
                query=FrameQuery,
                answer=str,
                answer_type=HTML,
                told=(401, 403, 404, 410),
                shared=False,
            ),
        ]


def pixels(text: str) -> int | None:
    """A limit in CSS pixels as consumers write it, within what makes sense; None without one.
    Raises BadInput: it is no number."""
    if not text.strip():
        return None
    try:
        return int(min(MOST_PIXELS, max(1.0, float(text.strip().removesuffix("px")))))
    except ValueError:
        raise BadInput("maxwidth and maxheight are numbers of pixels") from None


def with_head(page: str, clip: Clip, base: str) -> str:
    """The page with the clip's name as its title, the tags of ``head``, and its picture asked for
    at once."""
    before, _, rest = page.partition("<title>")
    title = f"<title>{escape(clip.text)} · Phosphene"
    page = before + title + rest[rest.index("</title>") :]
    tags = head(clip, base)
    return page.replace("</head>", f"{tags}{_picture(clip)}</head>", 1)


def with_clips(page: str, clips: Page) -> str:
    """The page with the first clips of a feed in it, as ``POST /v1/feed`` would answer."""
    # No end of the element can stand in it.
    told = msgspec.json.encode(clips).decode().replace("<", "\\u003c")
    block = f'<script type="application/json" id="first-clips">{told}</script>\n'
    return page.replace("</head>", f"{_picture(clips.clips[0])}{block}</head>", 1)


def _picture(clip: Clip) -> str:
    """It is what one sees first, and would else wait for the scripts and two answers."""
    if not clip.poster_url:
        return ""
    # As the picture itself asks, or it would be fetched twice.
    hint = 'rel="preload" as="image" crossorigin fetchpriority="high"'
    return f'<link {hint} href="{escape(clip.poster_url)}">\n'


def frame_page(clip_id: str, query: Any, token: str | None) -> str:
    """The page that holds only the player; ``autoplay``, ``loop``, ``controls`` and ``muted``
    may be 0 in the query, and ``token`` opens a private clip."""
    flags = [
        name
        for name in ("autoplay", "muted", "loop", "controls")
        if query.get(name, "1").lower() in ON
    ]
    opened = f' token="{escape(token)}"' if token else ""
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE.get()}">\n<head>\n<meta charset="utf-8">\n'
        "<title>Phosphene</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="dark">\n'
        '<link rel="icon" href="/client/favicon.svg" type="image/svg+xml">\n'
        '<link rel="stylesheet" href="/client/embed/page.css">\n'
        '<script src="/player.js"></script>\n</head>\n<body>\n<main>\n'
        f"<h1>{say('A clip of Phosphene')}</h1>\n"
        f'<phosphene-player clip="{escape(clip_id)}"{opened} bridge {" ".join(flags)}>'
        "</phosphene-player>\n</main>\n</body>\n</html>\n"
    )


def embed_headers(base: str, ancestors: str, elsewhere: Sequence[str] = ()) -> dict[str, str]:
    """Headers of the page for frames, whose player may be led ``elsewhere``. ``'self'`` is said by
    name too: within a sandbox the page has no origin of its own."""
    sockets, others = base.replace("http", "ws", 1), "".join(f" {one}" for one in elsewhere)
    directives = {
        "default-src": "'none'",
        "script-src": f"'self' {base}",
        "style-src": f"'self' {base}",
        "img-src": f"'self' {base}",
        "media-src": f"'self' {base} blob:{others}",
        "connect-src": f"'self' {base} {sockets}{others}",
        "base-uri": "'none'",
        "form-action": "'none'",
        # X-Frame-Options knows no list of origins (RFC 7034).
        "frame-ancestors": ancestors,
    }
    return {
        "Content-Security-Policy": "; ".join(" ".join(one) for one in directives.items()),
        "Cache-Control": "no-cache",
        "Content-Language": LANGUAGE.get(),
        "Vary": VARIES,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
