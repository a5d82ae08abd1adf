"""The client's files, and the words of the model."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from phosphene.api.bundle import Bundle
from phosphene.api.modules import SCRIPT, YEAR
from phosphene.errors import Busy
from phosphene.operation import Operation
from phosphene.render.messages import Ready
from phosphene.web import JSON, answer

BUNDLED = re.compile(r"(page|later)\.([0-9a-f]{16})\.(css|js|js\.map)")
TYPES = {"css": "text/css", "js": SCRIPT, "js.map": JSON}

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self' ws: wss:; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "same-origin",
}


class Vocabulary(Struct, frozen=True):
    """Words that the model can draw, per slot; ``forks`` says whether it goes on from a clip."""

    model: str
    slots: dict[str, tuple[str, ...]]
    forks: bool = False


class Files(StaticFiles):
    """The client's files; browsers ask each time whether theirs is still the right one, but for
    those of the bundle, whose names are their versions."""

    def __init__(self, directory: Path, page: Bundle) -> None:
        super().__init__(directory=directory)
        self._page = page
        self._small = {name: gzip.compress(file, 9) for name, file in page.files.items()}

    async def get_response(self, path: str, scope: Scope) -> Response:
        if found := BUNDLED.fullmatch(path):
            return self._bundled(found, "gzip" in Headers(scope=scope).get("Accept-Encoding", ""))
        return await super().get_response(path, scope)

    def _bundled(self, found: re.Match[str], packed: bool) -> Response:
        asked, version = found[2], self._page.version
        name = f"{found[1]}.{version}.{found[3]}"
        headers = {"Cache-Control": YEAR, "Vary": "Accept-Encoding"}
        if asked != version:
            # Of an instance of another release behind the same address: its page gets our files,
            # under its names in them too, so that no module is loaded twice.
            headers["Cache-Control"] = "no-cache"
            file = self._page.files[name].replace(version.encode(), asked.encode())
            return Response(file, headers=headers, media_type=TYPES[found[3]])
        if packed:
            headers["Content-Encoding"] = "gzip"
        file = self._small[name] if packed else self._page.files[name]
        return Response(file, headers=headers, media_type=TYPES[found[3]])

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Pages:
    """``info`` is what the worker said when it was ready, or None."""

    def __init__(
        self,
        client: Path,
        page: Bundle,
        info: Callable[[], Ready | None],
    ) -> None:
        self._files = Files(client, page)
        self._info = info

    async def read_vocabulary(self, request: Request) -> Response:
        info = self._info()
        if info is None:
            raise Busy("the model is still loading", 2.0)
        return answer(Vocabulary(info.model, info.vocabulary, info.forks))

    def operations(self) -> list[Operation]:
        """What the document names of these."""
        return [
            Operation(
                method="GET",
                path="/v1/vocabulary",
                summary="Words that the model can draw",
                endpoint=self.read_vocabulary,
                answer=Vocabulary,
                errors=(503,),
            ),
        ]

    def files(self) -> Mount:
        """The client's files."""
        return Mount("/client", self._files)
