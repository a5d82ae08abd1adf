"""A look at a fleet from outside, for ``phosphene doctor``: Redis, its workers, the blob store."""

import asyncio
import os
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final

import msgspec
from msgspec import Struct
from redis import Redis
from redis.exceptions import RedisError

from phosphene.fleet import names
from phosphene.fleet.blob_messages import (
    INLINE_LIMIT,
    BlobMessages,
    Undeliverable,
    open_blob_messages,
)
from phosphene.fleet.heartbeat import decode, spoken_by
from phosphene.render import messages

# Major version of Redis that takes a deleted entry out of what is pending.
LEAST: Final = 7

# Three beats: whoever lives has beaten then.
WATCH_S: Final = 3 * names.BEAT_S
TIMEOUT_S: Final = 1.0


class FleetView(Struct, frozen=True):
    """Redis' version, and what its workers say of themselves in a line each; ``fit`` says whether
    all of them can be understood."""

    version: str
    workers: tuple[str, ...]
    fit: bool = True

    @property
    def is_supported(self) -> bool:
        return int(self.version.partition(".")[0]) >= LEAST


def view_fleet(url: str) -> FleetView:
    """Watch a Redis for a moment. Raises OSError: it does not answer, or not as Redis does."""
    client = Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    try:
        info: Any = client.info("server")
        heard = _watch(client)
    except (RedisError, OSError) as error:
        raise OSError(str(error)) from error
    finally:
        client.close()
    lines = {fields[b"w"]: _line(fields) for fields in heard}
    fit = all(messages.understand_each_other(*spoken_by(fields)) for fields in heard)
    return FleetView(str(info["redis_version"]), tuple(sorted(set(lines.values()))), fit)


def try_blob_store(where: str) -> None:
    """Put something into a blob store and take it out. Raises BadInput or Undeliverable."""
    asyncio.run(_round_trip(open_blob_messages(where)))


async def _round_trip(blobs: BlobMessages) -> None:
    # The smallest body that goes by the store and not in the message.
    body = os.urandom(INLINE_LIMIT + 1)
    fields = await blobs.pack_body(body)
    if await blobs.unpack_body({b"p": str(fields["p"]).encode()}) != body:
        raise Undeliverable(f"{blobs.where} gives back something else")


def _watch(client: Redis) -> list[Mapping[bytes, bytes]]:
    seconds, micros = client.time()
    last, heard = f"{seconds * 1000 + micros // 1000}-0", []
    end = monotonic() + WATCH_S
    while (left := end - monotonic()) > 0:
        found: Any = client.xread({names.BEATS: last}, block=max(1, int(left * 1000)))
        for _, entries in found or ():
            last = entries[-1][0]
            heard += [fields for _, fields in entries]
    return heard


def _line(fields: Mapping[bytes, bytes]) -> str:
    name, spoken = fields[b"name"].decode(), spoken_by(fields)
    if not messages.understand_each_other(*spoken):
        return f"{name} (speaks version {spoken[0]} of the messages, this is {messages.WIRE})"
    try:
        beat = decode(fields[b"d"])
    except msgspec.MsgspecError:
        return f"{name} (cannot be understood)"
    ending = ", draining" if beat.draining else ""
    return f"{name} ({beat.model} on {beat.ready.device}{ending})"
