"""The recipes of CONTRIBUTING.md do what it says, run as they stand there."""

import importlib
import io
import re
import subprocess
import sys
import tomllib
from contextlib import aclosing
from pathlib import Path
from types import ModuleType

import av
import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.operation import routes
from phosphene.render.diffusers_families import PIPELINES
from phosphene.social.protocol import MessageFormat
from phosphene.social.topic import EncodedEvent
from tests.stream.viewer import GOP, Encoder, a_clip, encode

TEXT = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text()
SNIPPETS: list[tuple[str, str]] = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)


def snippet(beginning: str, kind: str = "python") -> str:
    """The one snippet of that kind that begins so."""
    (found,) = [body for of, body in SNIPPETS if of == kind and body.startswith(beginning)]
    return found


def module(name: str, beginning: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The snippet as a module of that name."""
    (folder / f"{name}.py").write_text(snippet(beginning))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module(name)


def install(folder: Path) -> None:
    """Put the package there as an installer does: its module, its metadata, its entry points."""
    said = tomllib.loads(snippet("[build-system]", "toml"))
    about = folder / f"{said['project']['name']}-{said['project']['version']}.dist-info"
    about.mkdir()
    name, version = said["project"]["name"], said["project"]["version"]
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    points = [
        f"[{group}]\n" + "".join(f"{one} = {value}\n" for one, value in entries.items())
        for group, entries in said["project"]["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("\n".join(points))
    (folder / "dawn.py").write_text(snippet("# dawn.py"))


def test_every_snippet_is_run_here() -> None:
    begun = [body.split("\n")[0] for kind, body in SNIPPETS if kind in {"python", "toml"}]
    assert begun == [
        "# dawn.py",
        "[build-system]",
        "# a row of server/render/diffusers_families.py",
        "# in server/events.py",
        "# server/stream/annexb.py",
    ]


@pytest.mark.process
def test_the_renderer_draws_a_clip_by_the_command_that_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parent.parent}")
    (line,) = re.findall(r"^phosphene (render .*--model dawn .*)$", TEXT, re.MULTILINE)
    command = line.replace('"a dawn"', "dawn").split()
    monkeypatch.setenv("PHOSPHENE_DATA", str(tmp_path / "data"))
    subprocess.run(
        [sys.executable, "-m", "phosphene", *command, "--seconds", "1"], cwd=tmp_path, check=True
    )
    with av.open(str(tmp_path / "dawn.mp4")) as film:
        lights = [frame.to_ndarray()[:1024].mean() for frame in film.decode(video=0)]
    assert len(lights) == 24
    assert lights[-1] > lights[0] + 100


def test_the_row_is_that_of_wan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = module("row", "# a row", tmp_path, monkeypatch)
    assert found.wan in PIPELINES


def test_the_event_is_one_for_clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = module("happening", "# in server/events.py", tmp_path, monkeypatch)
    event = found.Applauded("a", 7)
    told = msgspec.json.decode(EncodedEvent("clip:a", 3, event).encoded_as(MessageFormat.JSON))
    assert told["event"] == {"type": "applauded", "clip": "a", "claps": 7}


@pytest.mark.asyncio
async def test_the_protocol_grows_with_the_log_and_counts_its_viewers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    annexb = module("annexb", "# server/stream/annexb.py", tmp_path, monkeypatch)
    encoder = Encoder(units := encode(GOP + 3), {})
    encoder.make(0, GOP + 1)
    async with aclosing(annexb.units_of(encoder.live)) as reading:
        assert await anext(reading) == units[GOP].data
        assert encoder.live.audience.count == 1
        encoder.make(GOP + 1, GOP + 3)
        encoder.live.close()
        assert [data async for data in reading] == [unit.data for unit in units[GOP + 1 :]]
    assert encoder.live.audience.count == 0


@pytest.mark.asyncio
async def test_the_protocol_answers_over_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    annexb = module("annexb", "# server/stream/annexb.py", tmp_path, monkeypatch)
    encoder = Encoder(encode(GOP + 3), {})
    encoder.make(0, GOP + 3)
    encoder.live.close()

    async def find(request: Request, clip_id: str) -> Clip:
        if clip_id == "none":
            raise NotFound("no such clip")
        return a_clip(clip_id, status="done" if clip_id == "done" else "live")

    operations = annexb.operations(find, lambda clip: encoder.live)
    transport = httpx.ASGITransport(Starlette(routes=routes(operations)))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
        answer = await http.get("/v1/clips/a/annexb")
        with av.open(io.BytesIO(answer.content), "r", format="h264") as film:
            assert len(list(film.decode(video=0))) == 3
        assert answer.headers["access-control-allow-origin"] == "*"
        assert (await http.get("/v1/clips/none/annexb")).status_code == 404
        done = await http.get("/v1/clips/done/annexb")
        assert done.headers["location"] == "/v1/clips/done/video.mp4"
