"""Tells whoever answers for a CDN which films it is to forget."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import msgspec

from phosphene.blobs.blobs import Blobs
from phosphene.settings import Settings
from phosphene.store.blob_move_store import BlobMoveStore
from phosphene.store.holder import LeaseHolder
from phosphene.studio.blob_mover import BlobMover, Purge
from phosphene.trust.origins import origin_of
from phosphene.trust.public_network import NotReached, OutboundClient

PATIENCE_S: Final = 5.0


@asynccontextmanager
async def open_blob_mover(
    settings: Settings, holder: LeaseHolder, moves: BlobMoveStore, blobs: Blobs
) -> AsyncIterator[BlobMover]:
    """The mover of an instance, whose ``run`` is to run meanwhile."""
    async with _open_purge(settings) as purge:
        yield BlobMover(holder, moves, blobs, purge)


@asynccontextmanager
async def _open_purge(settings: Settings) -> AsyncIterator[Purge]:
    """What posts the paths and the addresses of films to ``purge_url``; nothing where that is not
    set. Raises NotReached: they were not taken."""
    to, base = settings.purge_url, settings.films_url.rstrip("/")
    if not to:
        yield _forget_nothing
        return
    headers = {"Content-Type": "application/json"}
    if settings.purge_token:
        headers["Authorization"] = f"Bearer {settings.purge_token}"
    # The operator named it: it may well be private.
    async with OutboundClient([origin_of(to) or to], PATIENCE_S) as client:

        async def purge(names: Sequence[str]) -> None:
            answer = await client.post(to, headers, msgspec.json.encode(purge_body(base, names)))
            if not 200 <= answer.status < 300:
                raise NotReached(f"purge_url answers {answer.status}")

        yield purge


def purge_body(base: str, names: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Films of these names as CDNs call them: by path, or by address. Pure."""
    path = urlsplit(base).path
    return {
        "paths": [f"{path}/{name}" for name in names],
        "urls": [f"{base}/{name}" for name in names],
    }


async def _forget_nothing(names: Sequence[str]) -> None:
    """There is no cache that could be told."""
