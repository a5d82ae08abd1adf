"""What people download: made once, signed over the film that it was made of, and gone with it."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.errors import Busy, NotFound
from phosphene.model import Clip
from phosphene.reports import Decider, NewDecision
from phosphene.store.references import blobs_of
from phosphene.studio.downloads import Downloads
from phosphene.trust.provenance import verify
from phosphene.visible_mark.worker.marking import marked_film
from tests.store.making import a_store
from tests.studio.test_redactor import SECRET, Studio

pytestmark = pytest.mark.asyncio


class Shop:
    """Downloads over real files and a real encoder, each of whose uses is counted."""

    def __init__(self, studio: Studio, patience_s: float = 60.0) -> None:
        self.studio = studio
        self.encodes = 0
        self._begun = asyncio.Condition()
        self.open = asyncio.Event()
        self.open.set()
        store = studio.store
        self.downloads = Downloads(
            store.get_clip,
            store.downloads.keep_download,  # type: ignore[attr-defined]
            studio.blobs,
            studio.blobs.delete_all,
            studio.signer,
            self._mark,
            patience_s,
        )

    async def _mark(self, film: bytes, asker: str) -> bytes:
        async with self._begun:
            self.encodes += 1
            self._begun.notify_all()
        await self.open.wait()
        if asker == "unlucky":
            raise Busy("others wait", 1.0)
        return await asyncio.to_thread(marked_film, film, "clips.example")

    async def wait_for_encode(self, number: int) -> None:
        async with self._begun:
            await self._begun.wait_for(lambda: self.encodes == number)

    async def ready(self, clip_id: str, asker: str = "somebody") -> Clip:
        return await self.downloads.ready_clip(await self.studio.store.get_clip(clip_id), asker)

    async def file(self, clip_id: str) -> bytes:
        name = (await self.ready(clip_id)).download
        assert name is not None
        return await self.studio.blobs.get(name)


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with a_store(tmp_path / "x.db", clock=time.time) as store:
        yield Shop(Studio(tmp_path, store))


async def test_two_at_once_make_one_film_which_stays(shop: Shop) -> None:
    await shop.studio.draw("a", "a whale")
    shop.open.clear()
    asked = [asyncio.create_task(shop.file("a")) for _ in range(3)]
    await shop.wait_for_encode(1)
    shop.open.set()
    first, *others = await asyncio.gather(*asked)
    assert others == [first, first]
    assert await shop.file("a") == first
    assert shop.encodes == 1


async def test_one_that_was_lost_is_made_anew(shop: Shop) -> None:
    await shop.studio.draw("a", "a whale")
    lost = (await shop.ready("a")).download
    assert lost is not None
    await shop.studio.blobs.delete_blob(lost)
    await asyncio.gather(*(shop.file("a") for _ in range(3)))
    assert await shop.file("a")
    assert shop.encodes == 2


async def test_it_says_of_which_film_it_was_made_and_by_what(shop: Shop) -> None:
    await shop.studio.draw("a", "a whale")
    said = verify(await shop.file("a"), shop.studio.signer.anchors)
    assert (said.state, said.made_by_a_model, said.word) == ("trusted", True, 7)
    assert (said.title, said.parents, said.recipe) == ("a whale", ("a",), None)
    assert [one.text for one in said.ancestors] == ["a whale"]
    changed = bytearray(await shop.file("a"))
    changed[-1] ^= 1
    assert verify(bytes(changed), shop.studio.signer.anchors).state == "invalid"


async def test_who_is_refused_keeps_nobody_else_from_it(shop: Shop) -> None:
    await shop.studio.draw("a", "a whale")
    with pytest.raises(Busy):
        await shop.ready("a", "unlucky")
    assert (await shop.ready("a")).download is not None


async def test_nobody_waits_for_ever_for_who_asked_before(shop: Shop) -> None:
    await shop.studio.draw("a", "a whale")
    hasty = Shop(shop.studio, patience_s=0.0)
    hasty.open.clear()
    first = asyncio.create_task(hasty.ready("a"))
    await hasty.wait_for_encode(1)
    with pytest.raises(Busy):
        await hasty.ready("a")
    hasty.open.set()
    assert (await first).download is not None
    assert (await hasty.ready("a")).download is not None


async def test_it_goes_with_its_clip_also_while_it_is_made(shop: Shop) -> None:
    await shop.studio.draw("a", "a whale")
    await shop.file("a")
    await shop.studio.remove("a")
    await shop.studio.draw("b", "a whale")
    shop.open.clear()
    making = asyncio.create_task(shop.ready("b"))
    await shop.wait_for_encode(2)
    await shop.studio.remove("b")
    shop.open.set()
    with pytest.raises(NotFound):
        await making
    assert shop.studio.kept() == []


async def test_what_another_instance_hides_while_it_is_made_is_for_nobody(
    shop: Shop, tmp_path: Path
) -> None:
    await shop.studio.draw("a", "a whale")
    shop.open.clear()
    making = asyncio.create_task(shop.ready("a"))
    await shop.wait_for_encode(1)
    async with a_store(tmp_path / "x.db", "two", time.time) as other:
        await other.moderation.decide(NewDecision("clip", "a", "hide"), Decider(None, "operator"))
        shop.open.set()
        made = await making
        moves = {one.blob: one.audience for one in await other.blob_moves.list_moves(9)}
    assert made.withheld
    assert made.download is not None
    assert moves[made.download] == "withheld"


async def test_words_of_a_parent_that_is_gone_are_in_no_download(shop: Shop) -> None:
    await shop.studio.draw("a", SECRET)
    await shop.studio.draw("b", "my own words", "a")
    assert SECRET.encode() in await shop.file("b")
    before = set(shop.studio.kept())
    await shop.studio.remove("a")
    assert await shop.studio.redact() == 1
    assert all(SECRET.encode() not in one.read_bytes() for one in shop.studio.kept())
    assert len(set(shop.studio.kept()) - before) == 3  # the film, its half size and its birth
    assert SECRET.encode() not in await shop.file("b")
    # A film that was marked before it was signed anew is not kept.
    clip = await shop.studio.store.get_clip("b")
    late = await shop.studio.blobs.put(b"late", ".mp4")
    keep = shop.studio.store.downloads.keep_download  # type: ignore[attr-defined]
    stale = replace(clip, sha256="0" * 64)
    assert await keep(stale, late) == (late,)
    assert clip.download in blobs_of(clip)
