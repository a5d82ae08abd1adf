"""Words of a clip that is not public, or gone, are in no file of those that go on from it."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from importlib import resources
from math import inf
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.blobs.folder import Directory
from phosphene.events import ClipFinished
from phosphene.model import Clip, Visibility
from phosphene.render import messages
from phosphene.render.dispatch.queue import ClipQueue
from phosphene.render.schedule import Asker
from phosphene.store.held_lease import Lease
from phosphene.store.leases import lease_of
from phosphene.store.store import Store
from phosphene.stream.live import LiveClip
from phosphene.stream.simulated_viewer import SimulatedViewer
from phosphene.studio.active_clip import ActiveClip
from phosphene.studio.archive import Archive
from phosphene.studio.redactor import Redactor
from phosphene.trust.provenance import verify
from phosphene.trust.signing import Signer
from tests.store.making import a_clip, a_store
from tests.trust.test_signing import RECIPE, mp4

pytestmark = pytest.mark.asyncio
SECRET = "zanzibarsecret"


class Studio:
    """What finishes clips and forgets them, over real files."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.store = store
        self._folder = folder
        self.blobs = Directory(folder / "blobs")
        self.signer = Signer(folder, "1", time.time)
        self.archive = Archive(store, self.blobs, self.signer, lambda clip_id: 7, births=False)
        self.redactor = Redactor(store, self.blobs.delete_all, self.archive)

    async def draw(
        self,
        clip_id: str,
        text: str,
        parent: str | None = None,
        visibility: Visibility = "public",
    ) -> None:
        """A clip from its prompt to its files; what viewers saw of it is signed alike."""
        clip = replace(a_clip(clip_id, status="live", parent=parent), text=text)
        recipe = replace(RECIPE, text=text, parent=parent, origin=parent)
        clip = replace(clip, visibility=visibility, recipe=recipe)
        await self.store.add_clip(clip)
        done = await self.archive.keep_files(making(clip), live(clip_id), DONE)
        assert done.sha256 is not None
        birth = await self.blobs.get(f"{done.sha256}.mp4")
        done = replace(done, birth=await self.blobs.put(birth + bytes(8), ".mp4"))
        await self.store.change_clip(done, ClipFinished(done))

    async def remove(self, clip_id: str) -> None:
        """As the studio removes it."""
        removal = await self.store.remove_clip(clip_id)
        await self.blobs.delete_all(removal.blobs)

    async def files(self, clip_id: str) -> list[bytes]:
        """Those that hold a manifest."""
        clip = await self.store.get_clip(clip_id)
        assert clip.half is not None
        assert clip.birth is not None
        names = (f"{clip.sha256}.mp4", clip.half, clip.birth)
        return [await self.blobs.get(name) for name in names]

    def kept(self) -> list[Path]:
        """Every file."""
        return list(self._folder.glob("blobs/*"))

    async def redact(self) -> int:
        """Everything that waits; how many clips that were."""
        count = 0
        while await self.redactor.redact_next():
            count += 1
        return count


DONE = messages.Done(clip="", frames=24, render_s=1.0)


def making(clip: Clip) -> ActiveClip:
    shade = sum(clip.id.encode()) % 200
    files = {
        "video": mp4(shade),
        "half": mp4(shade + 1),
        "poster": b"p",
        "preview": b"w",
        "latents": b"l",
    }
    return ActiveClip(
        clip,
        0.0,
        SimulatedViewer(24),
        Lease(lease_of(clip.id), 1, inf, lambda: None),
        ClipQueue().keep_place(Asker(clip.author.id)),
        files={kind: messages.Artifact(clip.id, kind, "", data) for kind, data in files.items()},
    )


def live(clip_id: str) -> LiveClip:
    return LiveClip(clip_id, width=64, height=64, fps=24, ask_keyframe=lambda: None)


@pytest_asyncio.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with a_store(tmp_path / "x.db") as store:
        yield Studio(tmp_path, store)


@pytest.mark.slow
@pytest.mark.parametrize("visibility", ["private", "unlisted"])
async def test_a_public_remix_says_nothing_of_a_parent_that_is_not_public(
    studio: Studio, visibility: Visibility
) -> None:
    await studio.draw("a", SECRET, visibility=visibility)
    await studio.draw("b", "my own words", "a")
    for file in await studio.files("b"):
        assert SECRET.encode() not in file
        assert verify(file, studio.signer.anchors).generations == 1


@pytest.mark.slow
async def test_what_an_earlier_release_told_of_a_hidden_parent_is_taken_back(
    studio: Studio, tmp_path: Path
) -> None:
    """Its clips and its log name the parent; the migration has them wait for a redaction."""
    await studio.draw("unlisted-parent", SECRET, visibility="unlisted")
    await studio.draw("b", "child", "unlisted-parent")
    await studio.draw("c", "grandchild", "b")
    script = resources.files("phosphene.store").joinpath("0013_hidden_parents.sql").read_text()
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.executescript(script)
    assert await studio.redact() == 2
    child, grandchild = [await studio.store.get_clip(clip) for clip in "bc"]
    hidden = studio.signer.hidden_name("unlisted-parent")
    assert (child.parent, child.root) == (hidden, hidden)
    assert child.recipe is not None
    assert (child.recipe.parent, child.recipe.origin) == (hidden, None)
    assert (grandchild.parent, grandchild.root) == ("b", hidden)
    log = [
        event
        for topic in ("feed", "clip:b", "clip:c")
        for event in await studio.store.list_events(topic, after=0, limit=99)
    ]
    assert len(log) > 6
    assert not [one for one in log if "unlisted-parent" in str(one)]
    # The store knows it still: the family is found, and its words leave when it is removed.
    assert await studio.store.parent_of("b") == "unlisted-parent"
    anna = child.author.id
    found = {one.id: one.parent for one in await studio.store.list_lineage("c", anna)}
    assert found == {"unlisted-parent": None, "b": "unlisted-parent", "c": "b"}


@pytest.mark.slow
async def test_when_a_clip_is_removed_its_words_leave_its_whole_family(studio: Studio) -> None:
    await studio.draw("a", SECRET)
    await studio.draw("b", "child", "a")
    await studio.draw("c", "grandchild", "b")
    await studio.draw("d", "nobody's", None)
    before = {clip: await studio.files(clip) for clip in "bcd"}
    assert all(SECRET.encode() in file for clip in "bc" for file in before[clip])
    await studio.remove("a")
    assert await studio.redact() == 2
    for clip, generations in (("b", 1), ("c", 2)):
        for file in await studio.files(clip):
            assert SECRET.encode() not in file
            verdict = verify(file, studio.signer.anchors)
            assert (verdict.state, verdict.generations) == ("trusted", generations)
    assert await studio.files("d") == before["d"]
    kept = b"".join(p.read_bytes() for p in studio.kept())
    assert SECRET.encode() not in kept


async def test_a_child_that_was_being_drawn_is_signed_anew_when_it_is_done(studio: Studio) -> None:
    await studio.draw("a", SECRET)
    child = replace(a_clip("b", status="live", parent="a"), recipe=replace(RECIPE, parent="a"))
    await studio.store.add_clip(child)
    done = await studio.archive.keep_files(making(child), live("b"), DONE)
    await studio.remove("a")
    assert await studio.redact() == 0
    await studio.store.change_clip(done, ClipFinished(done))
    assert await studio.redact() == 1
    video = await studio.blobs.get(f"{(await studio.store.get_clip('b')).sha256}.mp4")
    assert SECRET.encode() not in video


async def test_a_grandchild_that_was_begun_before_its_parent_was_redacted(studio: Studio) -> None:
    await studio.draw("a", SECRET)
    await studio.draw("b", "child", "a")
    await studio.remove("a")
    await studio.draw("c", "grandchild", "b")
    assert await studio.redact() == 2
    assert all(SECRET.encode() not in file for file in await studio.files("c"))


async def test_of_two_instances_that_sign_at_once_one_leaves_no_file_behind(
    studio: Studio,
) -> None:
    await studio.draw("a", SECRET)
    await studio.draw("b", "child", "a")
    await studio.remove("a")
    clip = await studio.store.get_clip("b")
    first, second = await studio.archive.redact_clip(clip), await studio.archive.redact_clip(clip)
    for signed in (first, second):
        await studio.blobs.delete_all(await studio.store.finish_redaction(clip, signed))
    kept = await studio.store.get_clip("b")
    assert (kept.sha256, kept.half, kept.birth) == (first.sha256, first.half, first.birth)
    await studio.files("b")
    videos = [p for p in studio.kept() if p.suffix == ".mp4"]
    assert len(videos) == 3


async def test_a_file_beside_the_video_that_is_gone_or_damaged_keeps_no_words(
    studio: Studio,
) -> None:
    await studio.draw("a", SECRET)
    await studio.draw("b", "child", "a")
    await studio.draw("c", "other child", "a")
    for clip_id, birth in (("b", "gone.mp4"), ("c", await studio.blobs.put(b"junk", ".mp4"))):
        clip = await studio.store.get_clip(clip_id)
        await studio.store.finish_redaction(clip, replace(clip, birth=birth))
    await studio.remove("a")
    assert await studio.redact() == 2
    for clip_id in "bc":
        clip = await studio.store.get_clip(clip_id)
        assert clip.birth is None
        assert SECRET.encode() not in await studio.blobs.get(f"{clip.sha256}.mp4")


async def test_a_child_without_its_file_holds_up_nobody(studio: Studio) -> None:
    await studio.draw("a", SECRET)
    await studio.draw("b", "child", "a")
    await studio.draw("c", "other child", "a")
    await studio.blobs.delete_blob(f"{(await studio.store.get_clip('b')).sha256}.mp4")
    await studio.remove("a")
    await studio.redact()
    assert all(SECRET.encode() not in file for file in await studio.files("c"))
