"""Viewers of a clip on air are led to whom it is better watched at (WHEP: RFC 9725, 4.5)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from phosphene.model import Clip

HERE: Final = "here"
"""A query parameter: this server itself is asked, as by a player that had no luck there."""

Redirect = Callable[[Request, Clip], Awaitable[Response | None]]
"""The answer that leads a viewer away; None: they are answered here."""


async def lead_away(request: Request, clip: Clip, redirects: Sequence[Redirect]) -> Response | None:
    """The answer of the first of ``redirects`` that has one for who is to watch a clip on air."""
    # Whoever was led here stays: no two servers send a viewer back and forth.
    if clip.status != "live" or HERE in request.query_params:
        return None
    for redirect in redirects:
        if led := await redirect(request, clip):
            return led
    return None


def redirect_to(url: str) -> Response:
    """307, so that an offer is made again there."""
    # Kept by nobody: in a second it may be there no more.
    return Response(status_code=307, headers={"Location": url, "Cache-Control": "no-store"})
