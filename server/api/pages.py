"""The client's files."""

import re
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from phosphene.api.bundle import Bundle
from phosphene.api.modules import SCRIPT, YEAR
from phosphene.api.page_words import PageWords
from phosphene.language import LANGUAGE, VARIES
from phosphene.web import JSON

BUNDLED = re.compile(r"((?:page|later)(?:\.[a-z]+)?)\.([0-9a-f]{16})\.(css|js|js\.map)")
TYPES = {"css": "text/css", "js": SCRIPT, "js.map": JSON}

FILLED = {"index.html": "text/html", "manifest.webmanifest": "application/manifest+json"}
"""Files with words of a language."""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self' ws: wss:; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "same-origin",
    "Vary": VARIES,
}


def page_headers() -> dict[str, str]:
    """Headers of a page in the language of the request."""
    return _HEADERS | {"Content-Language": LANGUAGE.get()}


class Files(StaticFiles):
    """The client's files; browsers ask each time whether theirs is still the right one, but for
    those of the bundle, whose names are their versions."""

    def __init__(self, directory: Path, page: Bundle) -> None:
        super().__init__(directory=directory)
        self._folder = directory
        self._page = page

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path in FILLED:
            return self._filled(path)
        found = BUNDLED.fullmatch(path)
        if found and self._name(found) in self._page.files:
            return self._bundled(found, "gzip" in Headers(scope=scope).get("Accept-Encoding", ""))
        return await super().get_response(path, scope)

    def _bundled(self, found: re.Match[str], packed: bool) -> Response:
        asked, version, name = found[2], self._page.version, self._name(found)
        headers = {"Cache-Control": YEAR, "Vary": "Accept-Encoding"}
        if asked != version:
            # Of an instance of another release behind the same address: its page gets our files,
            # under its names in them too, so that no module is loaded twice.
            headers["Cache-Control"] = "no-cache"
            file = self._page.files[name].replace(version.encode(), asked.encode())
            return Response(file, headers=headers, media_type=TYPES[found[3]])
        if packed:
            headers["Content-Encoding"] = "gzip"
        file = self._page.packed[name] if packed else self._page.files[name]
        return Response(file, headers=headers, media_type=TYPES[found[3]])

    def _name(self, found: re.Match[str]) -> str:
        return f"{found[1]}.{self._page.version}.{found[3]}"

    def _filled(self, path: str) -> Response:
        """A file with its words, as it is by now."""
        text = (self._folder / path).read_text(encoding="utf-8")
        words = PageWords(self._folder, LANGUAGE.get())
        text = words.fill(text) if path.endswith(".html") else words.fill_json(text)
        told = {"Cache-Control": "no-cache", "Content-Language": LANGUAGE.get(), "Vary": VARIES}
        return Response(text, headers=told, media_type=FILLED[path])

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Pages:
    """``client`` is the folder of the page's files."""

    def __init__(self, client: Path, page: Bundle) -> None:
        self._files = Files(client, page)

    def files(self) -> Mount:
        """The client's files."""
        return Mount("/client", self._files)
