"""The house in figures: size, depth, names, comments, documents, and what a request walks through.

    python scripts/measure.py [--flows]

With ``--flows`` an instance is opened in this process and three requests are followed. A module
counts once in each.
"""

import argparse
import ast
import asyncio
import io
import sqlite3
import statistics
import sys
import tempfile
import threading
import tokenize
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from phosphene.__main__ import COMMANDS  # noqa: E402  a script beside the packages
from phosphene.app import create_app  # noqa: E402
from phosphene.settings import Settings  # noqa: E402

SERVER = ROOT / "server"
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
START_S = 2.0
"""Until what an instance does at its start is over."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def files() -> list[Path]:
    return sorted(SERVER.rglob("*.py"))


def module(path: Path) -> str:
    return ".".join(("phosphene", *path.relative_to(SERVER).with_suffix("").parts))


def functions() -> list[int]:
    """Lines of every function."""
    return [
        (node.end_lineno or 0) - node.lineno + 1
        for path in files()
        for node in ast.walk(parsed(path))
        if isinstance(node, Function)
    ]


def imports(path: Path, known: set[str]) -> Iterator[str]:
    """Modules of ours that a module imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield from (name for name in (inner, node.module) if name in known)


def depth() -> int:
    """Modules on the longest way down."""
    known = {module(path): path for path in files()}
    by_name = {f"phosphene.cli.{one}" for one in COMMANDS.values()}

    @cache
    def below(name: str) -> int:
        found = set(imports(known[name], set(known)))
        return 1 + max(
            map(below, found | by_name if name == "phosphene.__main__" else found), default=0
        )

    return max(map(below, known))


def public_methods() -> list[str]:
    return [
        node.name
        for path in files()
        for owner in ast.walk(parsed(path))
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, Function) and not node.name.startswith("_")
    ]


def ambiguous_classes() -> dict[str, list[str]]:
    """Public class names that two modules define."""
    owners: dict[str, list[str]] = defaultdict(list)
    for path in files():
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                owners[node.name].append(module(path))
    return {name: found for name, found in sorted(owners.items()) if len(found) > 1}


def comments() -> tuple[int, int]:
    """Lines with a comment, and lines that are not blank."""
    commented = lines = 0
    for path in files():
        text = path.read_text()
        lines += sum(bool(line.strip()) for line in text.splitlines())
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        commented += len({one.start[0] for one in tokens if one.type == tokenize.COMMENT})
    return commented, lines


def table() -> Iterator[tuple[str, str]]:
    lengths, methods, (said, lines) = functions(), public_methods(), comments()
    single = sum("_" not in name for name in methods)
    yield "files, lines", f"{len(files())}, {lines}"
    yield "functions: median, longest", f"{statistics.median(lengths):.0f}, {max(lengths)} lines"
    yield "depth of the import graph", str(depth())
    yield "public methods of one word", f"{100 * single / len(methods):.0f} % of {len(methods)}"
    yield "class names with two meanings", ", ".join(ambiguous_classes()) or "none"
    yield "lines with a comment", f"{100 * said / lines:.1f} %"
    for name in DOCUMENTS:
        yield f"words of {name}", str(len((ROOT / name).read_text().split()))


class Walk:
    """The modules of ours that calls go through, in all threads, while it is entered."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self._over = False

    def __enter__(self) -> "Walk":
        threading.setprofile(self._look)
        sys.setprofile(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True  # threads that were begun meanwhile keep their profile
        sys.setprofile(None)
        threading.setprofile(None)

    def _look(self, frame: FrameType, event: str, _: Any) -> None:
        name = frame.f_globals.get("__name__", "")
        if event == "call" and name.startswith("phosphene.") and not self._over:
            self.modules.add(name)


@asynccontextmanager
async def opened(folder: str, workers: int) -> AsyncIterator[httpx.AsyncClient]:
    """An instance in this process, and somebody who has an identity there."""
    app = create_app(Settings(data=folder, spares=0, workers=workers))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client,
    ):
        token = (await client.get("/v1/me")).json()["token"]
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {token}"
        # Somebody who has been here: the first request of a guest walks more, and once.
        assert (await client.get("/v1/me")).status_code == 200
        yield client


async def walks() -> dict[str, set[str]]:
    """What three requests go through: a prompt is followed until its file is kept."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        async with opened(folder, workers=1) as client:
            while (await client.get("/readyz")).status_code != 200:  # noqa: ASYNC110  from outside
                await asyncio.sleep(0.5)
            with Walk() as walk:
                prompt = {"text": "a red fox in the forest", "seconds": 1}
                clip = (await client.post("/v1/clips", json=prompt)).json()["id"]
                await until_done(Path(folder) / "phosphene.db", clip)
            found["modules of a prompt to its file"] = walk.modules
        async with opened(folder, workers=0) as client:
            await asyncio.sleep(START_S)
            with Walk() as walk:
                assert (await client.put(f"/v1/clips/{clip}/like")).status_code == 200
            found["modules of a like"] = walk.modules
            with Walk() as walk:
                assert (await client.get("/v1/feed")).status_code == 200
            found["modules of a page of the feed"] = walk.modules
    return found


async def until_done(database: Path, clip: str) -> None:
    """Read beside the instance, so that nothing of it is walked through for the question."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT status FROM clips WHERE id = ?"
        while connection.execute(query, (clip,)).fetchone() != ("done",):  # noqa: ASYNC110  as above
            await asyncio.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flows", action="store_true")
    given = parser.parse_args()
    rows = list(table())
    if given.flows:
        for name, modules in asyncio.run(walks()).items():
            rows.append((name, f"{len(modules)} modules: {', '.join(sorted(modules))}"))
    for name, figure in rows:
        print(f"{name:34} {figure}")


if __name__ == "__main__":
    main()
