"""What is told of a file, by what was seen in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.store.fingerprints import Fingerprint
from phosphene.trust.provenance import ManifestVerdict, State
from phosphene.trust.watermark_words import WatermarkWords
from phosphene.verification.examiner import Examination, Examiner
from phosphene.verification.messages import Examined
from phosphene.verification.verifier import NEAR, ClipLookup, Verification, Verifier
from tests.store.making import a_clip

pytestmark = pytest.mark.asyncio


class Seen(Examination):
    """An examination that saw what it is told; hashes are as far apart as their first byte says."""

    def __init__(self, found: Examined) -> None:
        self.found = found

    async def hash_distances(self, kept: Sequence[bytes]) -> Sequence[int]:
        return [one[0] for one in kept]


class Told(Examiner):
    def __init__(self, found: Examined) -> None:
        self._found = found

    @asynccontextmanager
    async def examine_file(self, data: bytes, asker: str) -> AsyncIterator[Examination]:
        yield Seen(self._found)


def seen(
    state: State = "missing", word: int | None = None, words: tuple[int, ...] = ()
) -> Examined:
    return Examined(manifest=ManifestVerdict(state=state, word=word), words=words)


@pytest.fixture
def words(tmp_path: Path) -> WatermarkWords:
    return WatermarkWords(tmp_path, 0.6)


def verifier(words: WatermarkWords, found: Examined, *clips: Clip, apart: int = 255) -> Verifier:
    kept = {one.id: one for one in clips}

    async def get_clip(clip_id: str) -> Clip:
        if clip_id not in kept:
            raise NotFound("gone")
        return kept[clip_id]

    async def find_clip_of_blob(blob: str) -> str | None:
        return None

    async def list_marked(mark: int) -> Sequence[Fingerprint]:
        return [Fingerprint(one, b"") for one in kept if words.id_of(one) == mark]

    async def list_fingerprints(after: str, most: int) -> Sequence[Fingerprint]:
        return [Fingerprint(one, bytes([apart])) for one in sorted(kept) if one > after][:most]

    lookup = ClipLookup(
        get_clip=get_clip,
        find_clip_of_blob=find_clip_of_blob,
        list_marked=list_marked,
        list_fingerprints=list_fingerprints,
    )
    return Verifier(Told(found), words, lookup)


async def test_a_mark_finds_its_clip_among_what_was_read(words: WatermarkWords) -> None:
    clip = a_clip("one")
    word = words.word_of_clip(clip.id)
    found = await verifier(words, seen(words=(word ^ 4, word)), clip).verify_file(b"x", "somebody")
    assert found == Verification(found="public", by="watermark", manifest="missing", clip=clip)


async def test_of_what_is_not_public_nothing_else_is_told(words: WatermarkWords) -> None:
    for visibility in ("private", "unlisted"):
        clip = replace(a_clip("one"), visibility=visibility)
        word = words.word_of_clip(clip.id)
        found = await verifier(words, seen(words=(word,)), clip).verify_file(b"x", "somebody")
        assert found == Verification(found="hidden", by="watermark", manifest="missing")
        by_address = await verifier(words, seen(), clip).verify_clip(clip.id)
        assert by_address == await verifier(words, seen()).verify_clip("never there")


async def test_what_was_removed_or_withheld_is_withdrawn(words: WatermarkWords) -> None:
    word = words.word_of_clip("one")
    gone = await verifier(words, seen(words=(word,))).verify_file(b"x", "somebody")
    clip = replace(a_clip("one"), withheld=True)
    held = await verifier(words, seen(words=(words.word_of_clip(clip.id),)), clip).verify_file(
        b"x", "somebody"
    )
    assert gone == held == Verification(found="withdrawn", by="watermark", manifest="missing")


async def test_only_a_manifest_that_is_trusted_is_believed(words: WatermarkWords) -> None:
    clip = a_clip("one")
    word = words.word_of_clip(clip.id)
    trusted = await verifier(words, seen("trusted", word), clip).verify_file(b"x", "somebody")
    assert (trusted.found, trusted.by) == ("public", "manifest")
    for state in ("untrusted", "invalid"):
        found = await verifier(words, seen(state, word), clip).verify_file(b"x", "somebody")
        assert found == Verification(found="unknown", manifest=state)


@pytest.mark.parametrize(("apart", "found"), [(NEAR, "public"), (NEAR + 1, "unknown")])
async def test_else_what_looks_like_it_is_named(
    words: WatermarkWords, apart: int, found: str
) -> None:
    told = await verifier(words, seen(), a_clip("one"), apart=apart).verify_file(b"x", "somebody")
    assert told.found == found
    assert told.by == ("likeness" if found == "public" else None)
