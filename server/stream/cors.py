"""Players on any page may watch: CORS headers on every answer of this room, problems included."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from server.errors import PhospheneError
from server.web import problem

Endpoint = Callable[[Request], Awaitable[Response]]

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Location, ETag, Link, Retry-After, Accept-Ranges, Content-Range, Content-Length"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}


def for_all(endpoint: Endpoint) -> Endpoint:
    """The same endpoint with CORS headers on what it answers and on the problems it raises."""

    async def shared(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except PhospheneError as error:
            response = problem(error)
        response.headers.update(CORS)
        return response

    shared.__name__ = endpoint.__name__
    return shared


def preflight(methods: str, **more: str) -> Response:
    """The answer to OPTIONS; ``more`` names further headers with underscores for hyphens."""
    headers = PREFLIGHT | {"Allow": methods, "Access-Control-Allow-Methods": methods}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return Response(status_code=204, headers=headers)
