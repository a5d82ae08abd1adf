"""``/sw.js``: the service worker, with the names of the files that it keeps of this release."""

import hashlib
from pathlib import Path
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.bundle import Bundle, Names, plain_lines
from phosphene.api.modules import SCRIPT
from phosphene.language import LANGUAGE, LANGUAGES, VARIES
from phosphene.operation import Operation
from phosphene.web import is_known

ICONS: Final = ("favicon.svg", "icons/any-192.png")


def worker_script(client: Path, page: Bundle, language: str) -> str:
    """The whole script, in which each release and language has bytes of its own: so that browsers
    see that there is another one."""
    names = Names(page.version, language)
    files = [f"/client/{name}" for name in (names.style, names.page, names.later, *ICONS)]
    shell = {"version": page.version, "language": language, "files": files}
    source = (client / "sw.js").read_text(encoding="utf-8")
    lines = (text for _, text in plain_lines(source))
    return "\n".join((f"self.SHELL = {msgspec.json.encode(shell).decode()};", *lines))


class ServiceWorker:
    """``client`` is the folder of the page's files."""

    def __init__(self, client: Path, page: Bundle) -> None:
        self._scripts = {name: worker_script(client, page, name).encode() for name in LANGUAGES}

    async def serve_service_worker(self, request: Request) -> Response:
        """``/sw.js``, at the root because it may answer for nothing above its own folder."""
        language = LANGUAGE.get()
        script = self._scripts[language]
        tag = hashlib.blake2b(script, digest_size=8).hexdigest()
        headers = {
            # Asked for again with each visit: an old one would keep an old page.
            "Cache-Control": "no-cache",
            "Vary": VARIES,
            "ETag": f'W/"{tag}"',
        }
        if is_known(request.headers.get("if-none-match", ""), f'"{tag}"'):
            return Response(status_code=304, headers=headers)
        return Response(script, headers=headers, media_type=SCRIPT)

    def operations(self) -> list[Operation]:
        """What the document names of it."""
        return [
            Operation(
                method="GET",
                path="/sw.js",
                summary="The service worker of the page",
                endpoint=self.serve_service_worker,
                answer=str,
                answer_type=SCRIPT,
                also=(304,),
            ),
        ]
