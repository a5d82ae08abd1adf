"""What a file is: by its manifest, else by the mark of its pictures, else by what they look like.

Of a clip that is not public nothing is told but that it was made here. It knows no studio, no
store and no prompt: what it needs of clips is handed in.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.trust.provenance import State
from phosphene.trust.watermark_words import WatermarkWords
from phosphene.verification.examiner import Examination, Examiner

# PDQ's own bound; unrelated pictures differ in 128, and less than 90 of them in none of 10^9 pairs.
NEAR: Final = 31
"""Bits of 256 that two pictures of one clip differ in at most."""
SCANNED: Final = 2000
"""Clips whose hashes are compared at a time."""
SUFFIXES: Final = (".mp4", ".jpg", ".webp")

Found = Literal["public", "hidden", "withdrawn", "unknown"]
"""``hidden``: made here, and no more is told. ``withdrawn``: made here, and withheld, removed, or
never among its clips (``phosphene render``)."""
By = Literal["file", "manifest", "watermark", "likeness", "address"]
"""``file``: the very bytes; ``likeness``: pictures that look like it."""


class FingerprintOf(Protocol):
    """A clip and perceptual hashes of its pictures (see ``store.fingerprints``)."""

    @property
    def clip(self) -> str: ...

    @property
    def hashes(self) -> bytes: ...


class Verification(Struct, frozen=True, kw_only=True):
    """``clip``: of what is public. ``manifest``: what the file says of itself; None of an
    address, and of what is known by its bytes."""

    found: Found
    by: By | None = None
    manifest: State | None = None
    clip: Clip | None = None


NOTHING: Final = Verification(found="unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipLookup:
    """How clips are found: by a file that belongs to one, by the number in a mark, and page by page
    by what they look like. ``get_clip`` raises NotFound."""

    get_clip: Callable[[str], Awaitable[Clip]]
    find_clip_of_blob: Callable[[str], Awaitable[str | None]]
    list_marked: Callable[[int], Awaitable[Sequence[FingerprintOf]]]
    list_fingerprints: Callable[[str, int], Awaitable[Sequence[FingerprintOf]]]


class Verifier:
    """Says what files and addresses are."""

    def __init__(self, examiner: Examiner, words: WatermarkWords, lookup: ClipLookup) -> None:
        self._examiner = examiner
        self._words = words
        self._lookup = lookup

    async def verify_file(self, data: bytes, asker: str) -> Verification:
        """``asker``: whose turn it is. Raises Unusable: there is no picture in it; Busy."""
        # The very bytes need no process.
        if (same := await self._find_file(data)) is not None:
            return same
        async with self._examiner.examine_file(data, asker) as seen:
            return replace(await self._find(seen), manifest=seen.found.manifest.state)

    async def verify_clip(self, clip_id: str) -> Verification:
        """What a clip of this site is, by its address."""
        try:
            clip = await self._lookup.get_clip(clip_id)
        except NotFound:
            return NOTHING
        # Whoever guesses ids learns nothing of what is not for everybody.
        return _told(clip, "address") if clip.visibility == "public" else NOTHING

    async def _find_file(self, data: bytes) -> Verification | None:
        """What belongs to a clip as it is; of files that are its own the hash is the name."""
        # 20 MB take 20 ms.
        digest = (await asyncio.to_thread(hashlib.sha256, data)).hexdigest()
        for suffix in SUFFIXES:
            if clip_id := await self._lookup.find_clip_of_blob(digest + suffix):
                return await self._tell([clip_id], "file")
        return None

    async def _find(self, seen: Examination) -> Verification:
        manifest = seen.found.manifest
        if manifest.state == "trusted":
            signed = () if manifest.word is None else (manifest.word,)
            told = await self._find_marked(signed, "manifest")
            # Of a release that made no marks: whose clip it was nobody can tell by it.
            return told or Verification(found="hidden", by="manifest")
        told = await self._find_marked(seen.found.words, "watermark")
        return told or await self._find_alike(seen)

    async def _find_marked(self, words: Sequence[int], by: By) -> Verification | None:
        """By the first of the words that is one of ours."""
        marks = (self._words.mark_id_in(word) for word in words)
        mark = next((one for one in marks if one is not None), None)
        if mark is None:
            return None
        return await self._tell([one.clip for one in await self._lookup.list_marked(mark)], by)

    async def _find_alike(self, seen: Examination) -> Verification:
        after, best = "", (NEAR + 1, "")
        # All of them, page by page: 100,000 clips are 32 MB of hashes, and no index of 256 bits is
        # worth its writes for what is asked ten times a minute.
        while some := await self._lookup.list_fingerprints(after, SCANNED):
            apart = await seen.hash_distances([one.hashes for one in some])
            best = min(best, *zip(apart, (one.clip for one in some), strict=True))
            after = some[-1].clip
        return await self._tell([best[1]], "likeness") if best[1] else NOTHING

    async def _tell(self, clip_ids: Sequence[str], by: By) -> Verification:
        """Of a mark that two clips share by chance, both are meant: the newest is told."""
        for clip_id in sorted(clip_ids, reverse=True):
            try:
                return _told(await self._lookup.get_clip(clip_id), by)
            except NotFound:
                continue
        return Verification(found="withdrawn", by=by)


def _told(clip: Clip, by: By) -> Verification:
    if clip.withheld:
        return Verification(found="withdrawn", by=by)
    if clip.visibility != "public":
        return Verification(found="hidden", by=by)
    return Verification(found="public", by=by, clip=clip)
