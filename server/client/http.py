"""HTTP with typed bodies and answers, problems as exceptions, and requests that may come twice."""

import asyncio
import itertools
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx2
import msgspec
from msgspec import Struct

from phosphene import __version__
from phosphene.client.problems import Unreachable, read_problem
from phosphene.client.retry_delay import retry_s
from phosphene.errors import BadInput, PhospheneError

T = TypeVar("T")
JSON: Final = "application/json"
SAFE: Final = frozenset({"GET", "PUT", "PATCH", "DELETE"})
"""Methods that do the same when they come twice; a POST does with an Idempotency-Key."""


class Asked(Struct, frozen=True, kw_only=True):
    """One request. ``key``: its Idempotency-Key; ``once``: the second would do something else;
    ``timeout_s``: so long an answer may take, where that is more than others may."""

    method: str
    path: str
    body: bytes | None = None
    body_type: str = JSON
    query: Mapping[str, Any] = {}
    key: str = ""
    once: bool = False
    timeout_s: float | None = None

    @property
    def repeatable(self) -> bool:
        return not self.once and (self.method in SAFE or bool(self.key))

    def headers(self, token: str) -> dict[str, str]:
        found = {"Authorization": f"Bearer {token}"} if token else {}
        found |= {"Idempotency-Key": self.key} if self.key else {}
        return found | ({"Content-Type": self.body_type} if self.body is not None else {})


class Http:
    """Requests to one server; ``token`` says whose they are, empty: nobody's. What may come twice
    is tried again for ``patience_s`` seconds while there is no answer, or one that says to wait."""

    def __init__(self, server: str, token: str, patience_s: float, timeout_s: float) -> None:
        self.server = _address(server)
        self.token = token
        self._patience_s = patience_s
        self._client = httpx2.AsyncClient(
            base_url=self.server,
            timeout=timeout_s,
            headers={"User-Agent": f"phosphene-client/{__version__}"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def read(self, asked: Asked, kind: type[T]) -> T:
        """The answer as ``kind``. Raises Unreachable, and what the server's problem says."""
        answer = await self.send(asked)
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unreachable(
                f"{self.server}{asked.path} gave no {kind.__name__}: {error}"
            ) from None

    async def send(self, asked: Asked) -> httpx2.Response:
        """A good answer, whole. Raises like ``read``."""
        gives_up = time.monotonic() + self._patience_s
        for attempt in itertools.count():
            try:
                return await self._once(asked)
            except PhospheneError as error:
                wait_s = retry_s(error, attempt, random.random())
                # Whether what got no answer was done nobody knows; what was refused was not.
                unknown = isinstance(error, Unreachable) and error.sent
                if wait_s is None or (unknown and not asked.repeatable):
                    raise
                if time.monotonic() + wait_s > gives_up:
                    raise
                await asyncio.sleep(wait_s)
        raise AssertionError("a count ends")

    async def save_file(self, asked: Asked, file: Path) -> None:
        """The answer's bytes as a file, which is there whole or not at all. Raises like ``read``,
        and OSError."""
        # Beside it, so that the last step is a rename within one file system.
        part = file.with_name(f".{file.name}.part")
        try:
            part.write_bytes((await self.send(asked)).content)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)

    async def _once(self, asked: Asked) -> httpx2.Response:
        query = {name: one for name, one in asked.query.items() if one not in {None, ""}}
        try:
            # The identity is the token's alone: a cookie would hide its loss.
            self._client.cookies.clear()
            answer = await self._client.request(
                asked.method,
                asked.path,
                content=asked.body,
                params=query,
                headers=asked.headers(self.token),
                timeout=asked.timeout_s or httpx2.USE_CLIENT_DEFAULT,
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            said = str(error) or type(error).__name__
            # Where no connection came about the server got nothing, and even what must not be done
            # twice may be tried again.
            sent = not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
            raise Unreachable(f"{self.server} does not answer: {said}", sent=sent) from None
        if answer.is_success:
            return answer
        raise read_problem(answer.content) or _foreign(answer)


def _address(server: str) -> str:
    """Raises BadInput."""
    try:
        parts = urlsplit(server)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(f"{server!r} is no address of a server, such as http://127.0.0.1:8000")
    return server.rstrip("/")


def _foreign(answer: httpx2.Response) -> PhospheneError:
    """An answer that is no problem document: of a proxy, or of another program."""
    said = f"{answer.request.url} answers {answer.status_code} {answer.reason_phrase}"
    return Unreachable(said) if answer.status_code >= 500 else PhospheneError(said)
