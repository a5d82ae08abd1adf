"""The directions of flow: who may import whom, checked on the syntax tree."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SERVER = ROOT / "server"
LOW = {
    "model",
    "schemas",
    "status",
    "mux",
    "errors",
    "log",
    "settings",
    "ids",
    "blobs",
    "usage",
    "text",
    "web",
    "cors",
    "operation",
    "window",
    "rate_limit",
    "logs",
    "metrics",
    "boundary",
    "lifecycle",
    "scratch",
}
MAY_IMPORT = {
    "store": LOW,
    "bus": LOW,
    "children": LOW,
    "render": LOW | {"children"},
    "stream": LOW | {"bus"},
    "social": LOW | {"store", "bus"},
    "feed": LOW,
    "trust": LOW | {"bus"},
    "fleet": LOW | {"bus", "children", "render"},
    "people": LOW | {"store", "bus", "trust"},
    "studio": LOW | {"store", "bus", "render", "stream", "social", "feed", "trust"},
    "api": LOW
    | {"store", "bus", "render", "stream", "social", "feed", "trust", "studio", "people"},
    "app": LOW
    | {"store", "bus", "render", "stream", "social", "feed", "trust", "studio", "api", "people"}
    | {"fleet", "gauges", "instance_files"},
    "instance_files": LOW | {"fleet", "render", "store", "trust"},
    "gauges": LOW | {"bus", "fleet", "render", "social", "stream", "studio"},
    "client": LOW | {"social"},
    "cli": LOW | {"client"} | {"store", "render", "social", "trust", "app", "fleet"},
    "__main__": LOW | {"cli"},
}
LOW_ORDER = [
    "scratch",
    "model",
    "schemas",
    "status",
    "mux",
    "errors",
    "log",
    "ids",
    "text",
    "window",
    "rate_limit",
    "boundary",
    "lifecycle",
    "settings",
    "logs",
    "metrics",
    "blobs",
    "usage",
    "web",
    "cors",
    "operation",
]
ONLY_IN: dict[str, tuple[str, ...]] = {
    "torch": ("render/worker/",),
    "diffusers": ("render/worker/",),
    "numpy": ("render/worker/",),
    "safetensors": ("render/worker/",),
    "transformers": ("render/worker/",),
    "huggingface_hub": ("render/worker/",),
    "aiortc": ("stream/webrtc/", "client/"),
    "aioice": ("stream/webrtc/",),
    "sqlite3": ("store/",),
    "redis": ("bus/", "fleet/"),
    "obstore": ("fleet/",),
    "c2pa": ("trust/",),
    "uvicorn": ("social/", "cli/"),
}

DEPTH = 10
"""Modules on the longest way down: starlette has 8, litestar 14."""

PROTOCOLS = {"webrtc", "hls"}
"""Rooms of the stream, each for one way to watch."""


def sources() -> list[Path]:
    return sorted(SERVER.rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where things live"
            assert node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(SERVER).parts[0].removesuffix(".py")


def ours(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "phosphene" and len(parts) > 1 else None


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(SERVER)))
def test_imports_only_flow_downwards(path: Path) -> None:
    here = room(path)
    allowed = MAY_IMPORT.get(here)
    if allowed is None and here in LOW_ORDER:
        allowed = set(LOW_ORDER[: LOW_ORDER.index(here)])
    for name in imports(ast.parse(path.read_text())):
        target = ours(name)
        if target in {None, here, "__version__"}:
            continue
        assert allowed is not None, f"{here} is in no list"
        assert target in allowed, f"{here} must not import {name}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(SERVER)))
def test_heavy_libraries_stay_in_their_room(path: Path) -> None:
    for name in imports(ast.parse(path.read_text())):
        rooms = ONLY_IN.get(name.split(".")[0])
        if rooms:
            folder = path.parent.relative_to(SERVER).as_posix() + "/"
            assert folder.startswith(rooms), f"{name} belongs to {rooms}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(SERVER)))
def test_imports_are_at_the_top_and_nothing_is_global(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Global), f"global in line {node.lineno}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inside, f"import inside {node.name}"
    assert "TYPE_CHECKING" not in path.read_text()


def graph() -> dict[str, set[str]]:
    names = {
        ".".join(("phosphene", *path.relative_to(SERVER).with_suffix("").parts)).removesuffix(
            ".__init__"
        ): path
        for path in sources()
    }
    edges: dict[str, set[str]] = {}
    for name, path in names.items():
        found = {
            target
            for full in imports(ast.parse(path.read_text()))
            for target in (full, full.rpartition(".")[0])
            if target in names and target != name
        }
        edges[name] = found - {"phosphene"}
    return edges


def test_the_package_has_one_name() -> None:
    """`server` is a folder; who imported it by that name too would hold every class twice."""
    rooms = ("server", "tests", "bench", "training", "scripts", "docs", "examples")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    for path in paths:
        for name in imports(ast.parse(path.read_text())):
            assert name.split(".")[0] not in {"server", "client_demo"}, f"{path} imports {name}"


def test_no_circles() -> None:
    edges, done = graph(), set[str]()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in done:
            for target in edges[name]:
                visit(target, (*above, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def test_the_way_down_is_short() -> None:
    """Who reads a module reads what it imports, and so on: a module imports what it uses, and not
    who happens to hold that."""
    edges = graph()

    @cache
    def longest(name: str) -> tuple[str, ...]:
        below = max(map(longest, edges[name]), key=len, default=())
        return (name, *below)

    deepest = max(map(longest, edges), key=len)
    assert len(deepest) <= DEPTH, " -> ".join(deepest)


def test_a_protocol_of_the_stream_knows_no_other() -> None:
    """What WebRTC and HLS both know lies above them, and knows neither."""
    for name, targets in graph().items():
        if name.startswith("phosphene.stream."):
            protocol = name.split(".")[2] if name.split(".")[2] in PROTOCOLS else None
            for target in targets:
                others = PROTOCOLS - {protocol}
                assert not target.startswith(tuple(f"phosphene.stream.{one}." for one in others)), (
                    f"{name} must not import {target}"
                )


def test_the_instance_never_sees_the_worker_side() -> None:
    edges, reached, todo = graph(), set[str](), ["phosphene.__main__"]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += edges[name]
    assert not [name for name in reached if name.startswith("phosphene.render.worker.")]
    assert sys.version_info >= (3, 11)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(SERVER)))
def test_no_task_is_bare_and_every_broad_except_is_a_boundary_of_the_document(path: Path) -> None:
    name, document = str(path.relative_to(SERVER)), (ROOT / "ARCHITECTURE.md").read_text()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            bare = node.value.id == "asyncio" and node.attr in {"create_task", "ensure_future"}
            assert not bare, f"line {node.lineno}: who awaits this task?"
        if isinstance(node, ast.ExceptHandler) and catches_all(node):
            assert f"`{name}`" in document, f"line {node.lineno} is a boundary without a name"


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether it catches what nobody thought of and does not raise it again as it is."""
    broad = handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}
    )
    last = handler.body[-1]
    return broad and not (isinstance(last, ast.Raise) and last.exc is None)
