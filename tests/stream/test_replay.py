from pathlib import Path

import pytest

from phosphene.blobs.folder import Directory
from phosphene.errors import NotFound
from phosphene.mux import mp4
from phosphene.stream.replay import Replay, Replays
from phosphene.units import Unit
from tests.stream.viewer import FPS, a_clip


@pytest.mark.asyncio
async def test_a_file_is_read_once(units: list[Unit], tmp_path: Path) -> None:
    blobs = Directory(tmp_path)
    name = await blobs.put(mp4([unit.data for unit in units], FPS), ".mp4")
    clip = a_clip(status="done", sha256=name.removesuffix(".mp4"))
    replays = Replays(blobs)
    assert await replays.get_replay(clip) is await replays.get_replay(clip)
    with pytest.raises(NotFound):
        await replays.get_replay(a_clip("b", status="done", sha256="0" * 64))


@pytest.mark.asyncio
async def test_a_showing_begins_at_once_and_ends(units: list[Unit]) -> None:
    replay = Replay(a_clip(), units[:4])
    live, other = replay.start_showing(), replay.start_showing()
    assert [unit.pts for unit in live.units.items] == [0]
    async with replay.keep_playing(live):
        assert [unit.pts async for unit in live.units.read()] == [0, 1, 2, 3]
    assert live.units.closed
    assert len(other.units.items) == 1
