"""The scripts that other pages use, put together of their parts."""

import gzip
import re
from pathlib import Path

import httpx
import pytest

from phosphene.api.modules import PARTS, SHARED, client_module, player_script

CLIENT = Path(__file__).parents[2] / "client_demo"
PROTOCOL = CLIENT / "protocol"
LARGEST_PLAYER, LARGEST_CLIENT = 12_000, 10_000
LISTED = re.findall(r'from "./([\w.]+)"', (PROTOCOL / "index.js").read_text())
OTHER = {"Origin": "https://other.example"}


def imports(part: str) -> list[str]:
    return re.findall(
        r'^import .* from "./([\w.]+)";$', (PROTOCOL / part).read_text(), re.MULTILINE
    )


def test_the_player_is_one_small_script() -> None:
    script = player_script(CLIENT)
    assert len(gzip.compress(script.encode())) < LARGEST_PLAYER
    assert sorted(PARTS) == sorted(path.name for path in (CLIENT / "embed").glob("*.js"))
    assert {name for part in SHARED for name in imports(part)} <= {"home.js", *SHARED}
    assert script.startswith("/**\n * <phosphene-player clip=")
    for forbidden in ("import ", "import(", "localStorage", "sessionStorage", "document.cookie"):
        assert forbidden not in script, forbidden
    assert not re.search(r"^export", script, re.MULTILINE)


def test_the_client_is_one_small_module_of_every_part() -> None:
    module = client_module(CLIENT)
    assert len(gzip.compress(module.encode())) < LARGEST_CLIENT
    assert sorted([*LISTED, "index.js"]) == sorted(path.name for path in PROTOCOL.glob("*.js"))
    assert not re.search(r"^import|from \"\./", module, re.MULTILINE)
    names = re.findall(
        r"^export (?:async )?(?:function\*?|class|const) (\w+)", module, re.MULTILINE
    )
    assert {"Api", "Problem", "Socket", "Social", "follow", "WhepViewer", "Channel"} <= set(names)


@pytest.mark.parametrize("part", LISTED)
def test_a_part_uses_only_those_before_it(part: str) -> None:
    assert set(imports(part)) <= set(LISTED[: LISTED.index(part)])


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/player.js", "/client.js"])
async def test_a_script_may_be_used_by_any_page(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path, headers=OTHER)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.asyncio
async def test_the_module_is_sent_where_it_has_changed_and_kept_under_its_version(
    http: httpx.AsyncClient,
) -> None:
    first = await http.get("/client.js")
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    again = await http.get("/client.js", headers=OTHER | {"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["access-control-allow-origin"] == "*"
    version = etag.removeprefix("W/").strip('"')
    kept = await http.get(f"/client.js?v={version}")
    assert "immutable" in kept.headers["cache-control"]
    assert kept.content == first.content
    older = await http.get("/client.js?v=0")
    assert older.headers["cache-control"] == "no-cache"


@pytest.mark.asyncio
async def test_the_types_of_the_module_are_there(http: httpx.AsyncClient) -> None:
    types = (await http.get("/client.d.ts")).text
    for name in re.findall(r"^export class (\w+)", client_module(CLIENT), re.MULTILINE):
        assert f"export class {name}" in types
