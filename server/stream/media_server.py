"""Viewers of a clip that is pushed to a media server are led there, and back when it is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

PLACE: Final = "{clip}"
HERE: Final = "here"
"""A query parameter: this server itself is asked, as by a player that had no luck there."""


class MediaServer:
    """Where a media server shows what is pushed to it: ``whep_url`` and ``hls_url`` hold ``{clip}``
    in the place of a clip's id, and are empty where it has no such address."""

    def __init__(self, whep_url: str = "", hls_url: str = "") -> None:
        self._whep_url = whep_url
        self._hls_url = hls_url
        self._shown: set[str] = set()

    @contextmanager
    def showing(self, clip_id: str) -> Iterator[None]:
        """While a clip arrives there."""
        self._shown.add(clip_id)
        try:
            yield
        finally:
            self._shown.discard(clip_id)

    def redirect_whep(self, request: Request, clip_id: str) -> Response | None:
        """The answer to an offer that is to be made there (RFC 9725, 4.5); None: it is answered
        here."""
        return self._redirect(request, clip_id, self._whep_url)

    def redirect_hls(self, request: Request, clip_id: str) -> Response | None:
        """The same for who asks for a playlist."""
        return self._redirect(request, clip_id, self._hls_url)

    def _redirect(self, request: Request, clip_id: str, template: str) -> Response | None:
        if not template or clip_id not in self._shown or HERE in request.query_params:
            return None
        url = template.replace(PLACE, quote(clip_id, safe=""))
        # Kept by nobody: in a second it may be there no more.
        return Response(status_code=307, headers={"Location": url, "Cache-Control": "no-store"})
