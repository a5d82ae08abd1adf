"""Coverage of lines by module, from the tests of ``make quick``; modules that decide have a floor.

    python scripts/coverage_floor.py [coverage.json]

A module of the server decides, and does nothing else, when it has no ``async def``, is no program
and imports nothing that reaches the world: it can be tested without a process, so at least 95 % of
its lines are run by such tests. Prints the modules below that, and ends with 1 if one of those is
among them.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

FLOOR = 95.0
WORLD = {
    *("asyncio", "av", "c2pa", "diffusers", "http", "httpx", "obstore", "os", "psutil", "redis"),
    *("shutil", "signal", "socket", "sqlite3", "ssl", "starlette", "subprocess", "tempfile"),
    *("threading", "torch", "transformers", "uvicorn", "uvloop", "websockets"),
}
HOLDS_MODEL = "phosphene.render.worker.diffusers.model"
"""What imports it draws with a pipeline of diffusers, which only tests marked ``model`` load."""


def imported(tree: ast.Module) -> Iterator[str]:
    """Top-level names of what a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
            yield node.module


def decides(path: Path) -> bool:
    """Whether a module decides and does nothing else."""
    tree = ast.parse(path.read_text())
    waits = any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree))
    return (
        not waits and path.stem != "__main__" and (WORLD | {HOLDS_MODEL}).isdisjoint(imported(tree))
    )


def main(report: Path) -> int:
    files = json.loads(report.read_text())["files"]
    deciding = {name for name in files if decides(Path(name))}
    low = {
        name: found["summary"]["percent_covered"]
        for name, found in sorted(files.items())
        if found["summary"]["percent_covered"] < FLOOR
    }
    for name, percent in low.items():
        missed = files[name]["missing_lines"]
        lines = " ".join(map(str, missed)) if name in deciding else f"{len(missed)} lines"
        print(f"{percent:5.1f} % {'decides' if name in deciding else '       '} {name}: {lines}")
    missed = deciding & low.keys()
    print(
        f"{len(deciding)} of {len(files)} modules decide, {len(missed)} of them have less than that"
    )
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(Path(*(sys.argv[1:] or ["coverage.json"]))))
