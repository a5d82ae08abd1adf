"""Write deploy/locks: every package that an install needs, one release each, with its hashes.

    .venv/bin/python scripts/lock.py        # after `make test`, with uv on the PATH

They are the releases that the tests ran with, those of this environment, resolved by uv for all
platforms and Pythons at once. torch and what only its CUDA build brings are left out: which build
is right depends on the machine, and each build has hashes of its own.
"""

import re
import subprocess
import sys
import tempfile
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
LOCKS: Final = ROOT / "deploy" / "locks"
EXTRAS: Final[dict[str, tuple[str, ...]]] = {
    "instance": (),
    "worker": ("models",),
    "feed": ("feed",),
    "likeness": ("likeness",),
    "meaning": ("meaning",),
    "s3": ("s3",),
}
BESIDE: Final = {"feed", "likeness", "meaning", "s3"}
"""Locks that are installed beside one of the others, and hold only what no instance has."""
OF_TORCH: Final = re.compile(r"(torch|triton|(nvidia|cuda)-[\w-]+)==")
MACHINE: Final = re.compile(r"://|--index|--find-links|--extra-index|(?<![\w-])/\w")
HEAD: Final = "# Written by scripts/lock.py: do not edit.\n"


def main() -> int:
    LOCKS.mkdir(exist_ok=True)
    base: list[str] = []
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as tested:
        tested.writelines(f"{one.name}=={one.version}\n" for one in distributions() if fits(one))
        tested.flush()
        for name, extras in EXTRAS.items():
            found = list(filter(is_ours, blocks(resolve(extras, tested.name))))
            base = base or found
            kept = [block for block in found if block not in base] if name in BESIDE else found
            text = HEAD + "".join(kept)
            if said := MACHINE.search(text):
                print(f"{name}: {said.group()!r} says where this was made", file=sys.stderr)
                return 1
            (LOCKS / f"{name}.txt").write_text(text)
    return 0


def fits(one: Distribution) -> bool:
    """Whether the package index has it: neither ourselves nor a build of torch."""
    return one.name != "phosphene" and "+" not in one.version


def resolve(extras: tuple[str, ...], constraints: str) -> str:
    """The requirements with hashes that uv finds for the package with those extras."""
    return subprocess.run(
        [
            *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--constraints", constraints),
            *("--universal", "--generate-hashes", "--python-version", "3.11"),
            *("--no-annotate", "--no-header"),  # and no addresses of an index, as by default
            *(part for extra in extras for part in ("--extra", extra)),
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def blocks(text: str) -> list[str]:
    """One requirement with its hashes each."""
    return re.findall(r"^\S.*(?:\n[ \t]+.*)*\n", text, re.MULTILINE)


def is_ours(block: str) -> bool:
    """Whether it is neither torch nor of its CUDA build."""
    return OF_TORCH.match(block) is None


if __name__ == "__main__":
    sys.exit(main())
