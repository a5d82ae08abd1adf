"""What an operator is told of other weights: a store's file, and no server."""

import time
from pathlib import Path

import pytest

from phosphene.__main__ import main
from phosphene.store.sqlite import open_store
from tests.store.making import EVE, a_clip

pytestmark = pytest.mark.slow


@pytest.mark.asyncio
async def test_it_says_what_other_weights_would_have_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = time.time()
    async with open_store(tmp_path / "phosphene.db", "one", time.time) as store:
        for number in range(14):
            await store.add_clip(a_clip(f"c{number}", status="done", created_at=now - number))
        for number, watched_ms in enumerate((9000, 300, 12_000)):
            await store.reactions.add_reaction(EVE.id, f"c{number}", "watch", watched_ms)
    weights = tmp_path / "weights.toml"
    weights.write_text("[terms]\nfresh = 0\n")
    assert main(["feed", "replay", "--data", str(tmp_path), "--weights", str(weights)]) == 0
    told = capsys.readouterr().out
    assert "3 clips were shown by the feed in the last 7 days" in told
    assert "left at once" in told
    (fresh,) = [line for line in told.splitlines() if "fresh" in line]
    assert "+0.000" in fresh


def test_a_folder_without_an_instance_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feed", "replay", "--data", str(tmp_path), "--weights", ""]) == 1
    assert "name the data folder of an instance" in capsys.readouterr().err
