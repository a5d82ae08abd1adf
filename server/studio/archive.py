"""The files of finished clips: signed, kept under the hash of what is in them, and forgotten."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import PurePath

import msgspec

from phosphene.blobs.blobs import Audience, Blobs, audience_of
from phosphene.errors import BadInput, NotFound
from phosphene.model import Clip, Recipe
from phosphene.render import messages
from phosphene.render.dispatch.recipe import finished_recipe
from phosphene.store.store import Store
from phosphene.stream.birth import birth
from phosphene.stream.live import LiveClip
from phosphene.studio.active_clip import ActiveClip
from phosphene.studio.blob_names import SUFFIXES
from phosphene.trust.provenance import verify
from phosphene.trust.signing import Signer

log = logging.getLogger("phosphene.studio")

Sign = Callable[[bytes], Awaitable[bytes]]


class Archive:
    """``births``: whether what viewers saw of a clip is kept; ``word_of`` gives the word of the
    mark of a clip's pictures."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        signer: Signer,
        word_of: Callable[[str], int],
        *,
        births: bool,
    ) -> None:
        self._word_of = word_of
        self._store = store
        self._blobs = blobs
        self._signer = signer
        self._births = births

    async def keep_files(self, active: ActiveClip, live: LiveClip, done: messages.Done) -> Clip:
        """Sign and keep what came of a clip; the clip that is done. Raises OSError."""
        clip, blobs = active.clip, self._blobs
        assert clip.recipe is not None
        recipe = finished_recipe(clip.recipe, done, active.files["latents"].data)
        sign = await self._signing(clip, recipe, self._word_of(clip.id))
        # Together, as each is signed in a thread of its own: a viewer waits at the end of the run
        # for the file that the page turns to.
        video, small, born, poster, preview = await asyncio.gather(
            sign(active.files["video"].data),
            self._half(active, sign),
            self._birth(active, live, sign),
            self._still(active, "poster"),
            self._still(active, "preview"),
        )
        files = {kind: data for kind, data in (("half", small), ("birth", born)) if data}
        files |= {"poster": poster, "preview": preview, "latents": active.files["latents"].data}
        audience = audience_of(clip)
        await blobs.put(video, SUFFIXES["video"], audience)
        kept = [blobs.put(data, SUFFIXES[kind], audience) for kind, data in files.items()]
        names = dict(zip(files, await asyncio.gather(*kept), strict=True))
        at = f"/v1/clips/{clip.id}"
        return msgspec.structs.replace(
            clip,
            recipe=recipe,
            status="done",
            finished_at=time.time(),
            video_url=f"{at}/video.mp4",
            half_url=f"{at}/half.mp4" if small else None,
            poster_url=f"{at}/poster.jpg",
            preview_url=f"{at}/preview.webp",
            birth_url=f"{at}/birth.mp4" if born else None,
            sha256=hashlib.sha256(video).hexdigest(),
            **names,
        )

    async def redact_clip(self, clip: Clip) -> Clip:
        """The finished clip with its files signed anew, over what its parent is now; one that is
        not public, or gone, it hides.

        Raises:
            NotFound, BadInput: its video is gone, or damaged. OSError.
        """
        assert clip.recipe is not None
        assert clip.sha256 is not None
        # Of earlier releases no picture has a mark, and none may be said to.
        film = await self._blobs.get(clip.sha256 + SUFFIXES["video"])
        word = (await asyncio.to_thread(verify, film, "")).word
        sign, audience = await self._signing(clip, clip.recipe, word), audience_of(clip)
        video = await self._signed(sign, clip.sha256 + SUFFIXES["video"], audience)
        half, birth = [
            await self._signed_if_whole(sign, name, audience) for name in (clip.half, clip.birth)
        ]
        signed = msgspec.structs.replace(clip, sha256=PurePath(video).stem, half=half, birth=birth)
        parent = await self._public_parent(clip.id)
        if parent is None:
            return self._signer.hide_family(signed)
        return msgspec.structs.replace(signed, root=parent.root or parent.id)

    async def _signed(self, sign: Sign, name: str, audience: Audience) -> str:
        """The name of a signed copy of a blob."""
        signed = await sign(await self._blobs.get(name))
        return await self._blobs.put(signed, PurePath(name).suffix, audience)

    async def _signed_if_whole(
        self, sign: Sign, name: str | None, audience: Audience
    ) -> str | None:
        """The same of a file that a clip can do without; None where it is gone, or damaged."""
        try:
            return await self._signed(sign, name, audience) if name else None
        except (NotFound, BadInput):
            return None

    async def _still(self, active: ActiveClip, kind: str) -> bytes:
        """The poster, or the preview, signed as well."""
        made = active.files[kind]
        word = self._word_of(active.clip.id)
        try:
            return await self._signer.sign_picture(made.data, made.media_type, word)
        except BadInput as error:  # no reason to lose a clip
            log.warning("the %s of clip %s is not signed: %s", kind, active.clip.id, error)
            return made.data

    async def _half(self, active: ActiveClip, sign: Sign) -> bytes | None:
        """The small video; workers of earlier releases make none."""
        made = active.files.get("half")
        return await sign(made.data) if made else None

    async def _birth(self, active: ActiveClip, live: LiveClip, sign: Sign) -> bytes | None:
        """What its viewers saw, if that is kept."""
        if not self._births:
            return None
        units = tuple(live.units.items)
        return await sign(await asyncio.to_thread(birth, units, live.fps))

    async def _signing(self, clip: Clip, recipe: Recipe, word: int | None) -> Sign:
        """What signs the files of a clip: over the manifest of its parent while that is public,
        else over a name that says nothing."""
        above = await self._public_parent(clip.id)
        parent = await self._video_of(above) if above else None
        return partial(
            self._signer.sign_file,
            recipe=recipe,
            title=clip.text,
            parent=parent,
            license=clip.license,
            word=word,
        )

    async def _public_parent(self, clip_id: str) -> Clip | None:
        """The clip that one goes on from, while everybody may see it."""
        try:
            above = await self._store.parent_of(clip_id)  # the clip itself may hide it
            parent = await self._store.get_clip(above) if above else None
        except NotFound:  # gone
            return None
        return parent if parent and parent.visibility == "public" else None

    async def _video_of(self, clip: Clip) -> bytes | None:
        """Its signed file."""
        try:
            return await self._blobs.get(clip.sha256 + SUFFIXES["video"]) if clip.sha256 else None
        except (NotFound, FileNotFoundError):  # going at this moment
            return None
