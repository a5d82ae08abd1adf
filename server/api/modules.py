"""The page's JavaScript as other pages get it: parts put together to one script, without a build.

``client_demo/protocol/`` is modules that import each other; its ``index.js`` lists them in an order
in which each comes after those that it uses. ``/client.js`` is all of them as one module, and
``/player.js`` holds those that the player needs, so that the protocol is written once.
"""

import hashlib
import json
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.page_words import SAID, PageWords
from phosphene.language import LANGUAGES
from phosphene.operation import Operation
from phosphene.web import is_known

PROTOCOL = "protocol"
SHARED = ("backoff.js", "socket.js", "whep.js")
"""Parts of the protocol that the player is made of; where the server is it knows by itself."""
PARTS = (
    "words.js",
    "skin.js",
    "following.js",
    "bridge.js",
    "made.js",
    "element.js",
    "media.js",
)
"""The player's own."""
SCRIPT = "text/javascript"
YEAR = "public, max-age=31536000, immutable"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w.-]+";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)
# What is for readers of the source: a third of the player's bytes, compressed.
_COMMENT = re.compile(
    r"^ *(?:/\*\*.*?\*/|//[^\n]*)?\n|/\*\* @[^\n]*?\*/ ?|(?<=[;,]) // [^\n]*$",
    re.MULTILINE | re.DOTALL,
)
_INDENT = re.compile(r"^ +", re.MULTILINE)
_LISTED = re.compile(r'^export \* from "\./([\w.-]+)";\n', re.MULTILINE)


def client_module(client: Path) -> str:
    """The whole of ``/client.js``, from the folder of the page's files."""
    index = (client / PROTOCOL / "index.js").read_text()
    parts = "\n".join(_part(client, name) for name in _LISTED.findall(index))
    return _LISTED.sub("", index) + "\n" + parts


def player_script(client: Path) -> str:
    """The whole script of ``<phosphene-player>``, in a scope of its own. It has its words in every
    language and chooses itself: caches of others' networks that keep a script regard no header."""
    shared = [_EXPORT.sub("", _part(client, name)) for name in SHARED]
    words, *own = [(client / "embed" / name).read_text() for name in PARTS]
    usage, rest = words.split("*/\n", 1)
    script = _INDENT.sub("", _COMMENT.sub("", "\n".join((rest, *shared, *own))))
    spoken = [PageWords(client, language) for language in LANGUAGES]

    def put(found: re.Match[str]) -> str:
        messages = [words.find_message(found[2], "the player") for words in spoken]
        return f"{found[1]}({json.dumps(messages, ensure_ascii=False)}"

    script = SAID.sub(put, script)
    return f"{usage}*/\n(() => {{\n{script}}})();\n"


class Scripts:
    """``client`` is the folder of the page's files."""

    def __init__(self, client: Path) -> None:
        self._player = player_script(client).encode()
        self._module = client_module(client).encode()
        self._version = hashlib.blake2b(self._module, digest_size=8).hexdigest()
        self._types = (client / PROTOCOL / "client.d.ts").read_bytes()

    async def serve_player(self, request: Request) -> Response:
        """``/player.js``."""
        headers = {"Cache-Control": "public, max-age=300"}
        return Response(self._player, headers=headers, media_type=SCRIPT)

    async def serve_client_module(self, request: Request) -> Response:
        """``/client.js``: asked for each time, and sent where it has changed; under its version
        (``?v=``) it may be kept for a year."""
        kept = request.query_params.get("v") == self._version
        # Weak: it is one version, in whatever encoding.
        headers = {"ETag": f'W/"{self._version}"', "Cache-Control": YEAR if kept else "no-cache"}
        if is_known(request.headers.get("if-none-match", ""), f'"{self._version}"'):
            return Response(status_code=304, headers=headers)
        return Response(self._module, headers=headers, media_type=SCRIPT)

    async def serve_type_declarations(self, request: Request) -> Response:
        """``/client.d.ts``."""
        return Response(self._types, media_type="text/plain")

    def operations(self) -> list[Operation]:
        """What the document names of these."""
        return [
            Operation(
                method="GET",
                path="/player.js",
                summary="The script of <phosphene-player>",
                name="read_player",
                endpoint=self.serve_player,
                answer=str,
                answer_type=SCRIPT,
            ),
            Operation(
                method="GET",
                path="/client.js",
                summary="The protocol for browsers as an ES module",
                name="read_client",
                endpoint=self.serve_client_module,
                answer=str,
                answer_type=SCRIPT,
                also=(304,),
            ),
            Operation(
                method="GET",
                path="/client.d.ts",
                summary="Its types, for TypeScript",
                name="read_client_types",
                endpoint=self.serve_type_declarations,
                answer=str,
                answer_type="text/plain",
            ),
        ]


def _part(client: Path, name: str) -> str:
    return _IMPORT.sub("", (client / PROTOCOL / name).read_text())
