"""The client's files, and the words of the model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from phosphene.errors import Busy
from phosphene.operation import Operation
from phosphene.render.messages import Ready
from phosphene.web import answer

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
    """The client's files; browsers ask each time whether theirs is still the right one."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Pages:
    """``info`` is what the worker said when it was ready, or None."""

    def __init__(
        self,
        client: Path,
        info: Callable[[], Ready | None],
    ) -> None:
        self._client = client
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
        files = Files(directory=self._client)
        return Mount("/client", GZipMiddleware(files, minimum_size=500))
