"""The whole OpenAPI document against a running instance, by schemathesis: 0 failures."""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from phosphene.ids import new_id
from phosphene.model import Clip, Person, Status
from phosphene.store.sqlite import open_store
from tests.support import Instance, instance

FOLDER = Path(__file__).parent
MANY = 1_000_000
LIMITS = ("prompts", "writes", "deletes", "joins", "handles", "guests")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=20, help="random cases per operation")
    options.add_argument("--seed", type=int)
    given = options.parse_args()
    return check(given.cases, given.seed, "examples,coverage,fuzzing")


def check(cases: int, seed: int | None, phases: str, paths: str = "^/") -> int:
    """Call every route, of those whose paths match, of an instance without workers; what
    schemathesis ends with, 0 is good."""
    limits: dict[str, Any] = {f"{kind}_per_minute": MANY for kind in LIMITS}
    with (
        tempfile.TemporaryDirectory() as data,
        instance(Path(data), workers=0, operator_token="secret", **limits) as server,
    ):
        clips = asyncio.run(add_clips(Path(data), server))
        return run(server, clips, cases, seed, phases, paths)


async def add_clips(data: Path, server: Instance) -> list[str]:
    """A live and a failed clip of somebody, and a queued one of who asks."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        me = (await http.get("/v1/me")).json()
    clips: list[tuple[Status, Person]] = [
        ("live", Person("author", "author")),
        ("failed", Person("author", "author")),
        ("queued", Person(**me["person"])),
    ]
    ids = []
    async with open_store(data / "phosphene.db", "contract", time.time) as store:
        for status, author in clips:
            ids.append(new_id(time.time()))
            await store.add_clip(
                Clip(
                    id=ids[-1],
                    author=author,
                    text="a red fox",
                    seconds=3,
                    status=status,
                    created_at=time.time(),
                    root=ids[-1],
                )
            )
    return ids


def run(
    server: Instance, clips: list[str], cases: int, seed: int | None, phases: str, paths: str
) -> int:
    command = [str(Path(sys.executable).parent / "st")]
    command += ["--config-file", str(FOLDER / "contract.toml"), "run"]
    command += [f"{server.url}/v1/openapi.json", "--continue-on-failure", "--warnings", "off"]
    command += ["--phases", phases, "-n", str(cases), "--include-path-regex", paths]
    command += ["--seed", str(seed)] if seed is not None else []
    hooks = {
        "SCHEMATHESIS_HOOKS": "tests.soak.contract_hooks",
        "PHOSPHENE_TEST_CLIPS": " ".join(clips),
    }
    return subprocess.run(command, env=os.environ | hooks, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
