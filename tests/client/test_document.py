"""docs/client.md, run as it stands there, but for the server's address."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from phosphene.client import Client
from tests.client.page import a_page
from tests.support import Instance

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "client.md").read_text()
pytestmark = pytest.mark.process
ADDRESS = "http://127.0.0.1:8000"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("snippet", blocks("python"), ids=range(len(blocks("python"))))
def test_python_runs_as_printed(
    snippet: str, server: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ADDRESS in snippet
    exec(compile(snippet.replace(ADDRESS, server.url), "docs/client.md", "exec"), {})
    said = capsys.readouterr().out
    assert re.search(r"^\['a red fox in the forest'|^\d+ \d+ \d+$", said, re.MULTILINE), said


@pytest.mark.asyncio
async def test_javascript_runs_as_printed_in_a_page_of_another_origin(server: Instance) -> None:
    (module,) = blocks("js")
    async with Client(server.url) as client:
        await client.read_me()
        module = module.replace(ADDRESS, server.url).replace('"TOKEN"', f'"{client.token}"')
    async with a_page() as page:
        said = list[str]()
        page.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
        page.on("pageerror", lambda one: said.append(f"error: {one}"))
        await page.set_content("<video muted></video>")
        async with page.expect_console_message(lambda one: one.text.endswith("video.mp4")):
            await page.add_script_tag(content=module, type="module")
        await page.wait_for_function("document.querySelector('video').srcObject")
    assert not [one for one in said if one.startswith("error: ")]


def test_the_shell_runs_as_printed(server: Instance, tmp_path: Path) -> None:
    (script,) = blocks("sh")
    assert ADDRESS in script
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-euc", script.replace(ADDRESS, server.url)],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1 like"
    assert (tmp_path / "fox.mp4").read_bytes()[4:8] == b"ftyp"
