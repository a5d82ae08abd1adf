"""What pages of other origins may do: read everything, and write with a token that they hold.

Every answer below /v1 may be read from anywhere, but without credentials: a browser gives no page
an answer with ``*`` to a request that carried cookies (Fetch, 3.3.5), and who writes without a
token of their own is refused by the request's origin (``trust/origins``).
"""

from typing import Final

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASKED: Final = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Range",
    "X-Request-Id",
)
"""Headers that a page may send."""
TOLD: Final = (
    "Location",
    "ETag",
    "Link",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "Accept-Ranges",
    "Content-Range",
    "Content-Length",
    "X-Request-Id",
)
"""Headers of an answer that it may read."""
# As long as Firefox keeps one; Chromium stops at two hours whatever is said.
PREFLIGHT_S: Final = 86400

CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ", ".join(TOLD),
    # Isolated pages (COEP: require-corp) show films of other origins only with this.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def preflight(methods: str) -> dict[str, str]:
    """Headers of the answer to OPTIONS."""
    return {
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": ", ".join(ASKED),
        "Access-Control-Max-Age": str(PREFLIGHT_S),
    }
