"""Pages of another origin: a folder behind a server of its own, and those in examples/."""

import functools
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support import drain, wait_for_line

EXAMPLES = Path(__file__).parents[2] / "examples"
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET", "ENETUNREACH")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The address of a server for the files in ``folder``."""
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def examples(folder: Path) -> Iterator[str]:
    """The address of the pages in examples/, installed in ``folder`` as their README says.

    Skips the test where that cannot be done: without Node, or without a way to the npm registry.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("the players of others come from npm, and it is not installed")
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("node_modules"))
    command = [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if any(sign in done.stderr for sign in UNREACHABLE):
        pytest.skip("the players of others come from npm, and its registry cannot be reached")
    assert done.returncode == 0, done.stderr
    with subprocess.Popen(
        [node, "server.js"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PORT": "0"},
    ) as process:
        assert process.stdout
        try:
            yield wait_for_line(drain(process.stdout), "Examples are on ", 20.0).split()[3]
        finally:
            process.terminate()
            process.wait()
