"""The files of finished clips: signed, kept under the hash of what is in them, and forgotten."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import msgspec

from server.model import Clip
from server.render import wire
from server.render.recipe import whole
from server.stream.birth import birth
from server.stream.live import Live
from server.studio.rooms import Making, Rooms

SUFFIXES = {
    "video": ".mp4",
    "birth": ".mp4",
    "poster": ".jpg",
    "preview": ".webp",
    "latents": ".safetensors",
}


class Archive:
    """Needs of the rooms the blobs, the signer and the settings."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def keep(self, making: Making, live: Live, done: wire.Done, parent: Clip | None) -> Clip:
        """Sign and keep what came of a clip; the clip that is done. Raises OSError."""
        clip, blobs = making.clip, self._rooms.blobs
        assert clip.recipe is not None
        recipe = whole(clip.recipe, done, making.files["latents"].data)
        above = await self._video(parent)
        sign = partial(self._rooms.signer.sign, recipe=recipe, title=clip.text, parent=above)
        video, born = await asyncio.gather(
            sign(making.files["video"].data), self._birth(making, live, sign)
        )
        await blobs.put(video, SUFFIXES["video"])
        files = {"birth": born} if born else {}
        files |= {kind: making.files[kind].data for kind in ("poster", "preview", "latents")}
        names = {kind: await blobs.put(data, SUFFIXES[kind]) for kind, data in files.items()}
        at = f"/v1/clips/{clip.id}"
        return msgspec.structs.replace(
            clip,
            recipe=recipe,
            status="done",
            finished_at=time.time(),
            video_url=f"{at}/video.mp4",
            poster_url=f"{at}/poster.jpg",
            preview_url=f"{at}/preview.webp",
            birth_url=f"{at}/birth.mp4" if born else None,
            sha256=hashlib.sha256(video).hexdigest(),
            **names,
        )

    async def forget(self, names: Sequence[str]) -> None:
        """Delete the files of a clip that was removed."""
        for name in names:
            await self._rooms.blobs.delete(name)

    async def _birth(
        self, making: Making, live: Live, sign: Callable[[bytes], Awaitable[bytes]]
    ) -> bytes | None:
        """What its viewers saw, if that is kept."""
        if not self._rooms.settings.births:
            return None
        units, video = tuple(live.units.items), making.files["video"].data
        return await sign(await asyncio.to_thread(birth, units, live.fps, video))

    async def _video(self, clip: Clip | None) -> bytes | None:
        """The signed file of a finished clip."""
        if clip is None or clip.sha256 is None:
            return None
        return await self._rooms.blobs.get(clip.sha256 + SUFFIXES["video"])
