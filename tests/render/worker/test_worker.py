import io
import re
from pathlib import Path

import av
import pytest

from phosphene.errors import BadInput, RenderFailed
from phosphene.render import messages
from phosphene.render.dispatch.command import worker_command
from phosphene.render.dispatch.worker_handle import WorkerLimits
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.render.worker.embedded.scene import from_latents
from phosphene.settings import Settings
from tests.render.worker.embedded import toy
from tests.render.worker.test_session import files, order

pytestmark = pytest.mark.process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole model, small and with random weights."""
    return toy.save(tmp_path)


@pytest.mark.breadth
@pytest.mark.asyncio
async def test_the_worker_draws_with_the_model_of_a_folder_and_its_world(tmp_path: Path) -> None:
    world = toy.another()
    folder = toy.save(tmp_path, world)
    async with open_pool(Settings(model=str(folder), worker_threads=1)) as pool:
        await pool.wait_ready()
        assert pool.info is not None
        assert pool.info.vocabulary == world.values
        prompt = order(text="a tram over the hills", live=False)
        heard: list[messages.Answer] = [answer async for answer in pool.render_clip(prompt)]
        info = pool.info
    assert isinstance(heard[-1], messages.Done)
    with av.open(io.BytesIO(files(heard)["video"].data), "r") as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height) == (info.width, info.height)
        assert stream.frames == info.fps
    slots = from_latents(files(heard)["latents"].data, world).slots
    assert slots["colour"] in ("grey", "gold", "teal")


@pytest.mark.asyncio
async def test_with_a_broken_model_the_worker_says_why_and_has_imported_what_it_needs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("phosphene.render.dispatch.pool.MOST_FAILED_STARTS", 1)
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    (folder / "words.safetensors").write_bytes(b"no words")
    settings = Settings(model=str(folder), worker_threads=1)
    async with open_pool(settings, limits=WorkerLimits(stop=0.5)) as pool:
        with pytest.raises(RenderFailed, match=f"{folder} cannot be loaded"):
            await pool.wait_ready()
    said = capfd.readouterr().err
    assert f"{folder} cannot be loaded" in said
    imported = set(re.findall(r"\| +([\w.]+)$", said, re.MULTILINE))
    assert {"torch", "phosphene.render.worker.embedded.renderer"} <= imported
    unneeded = {"accelerate", "scipy.stats", "sympy", "torch._dynamo.config", "transformers.models"}
    assert not imported & unneeded


def test_a_folder_without_a_model_is_refused_before_any_start(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="model_index"):
        worker_command(Settings(model=str(tmp_path)))
