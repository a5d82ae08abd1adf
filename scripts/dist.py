"""Build dist/*.whl, and try it where nothing of this folder is: `make dist`.

The wheel is installed with the packages of deploy/locks/instance.txt, hashes checked, into an empty
environment in a temporary folder, and started from another one, without workers: it must serve the
page, its scripts and the document of the API, and stop when it is told to.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Final
from urllib.request import urlopen
from zipfile import ZipFile

ROOT: Final = Path(__file__).parent.parent
LOCK: Final = ROOT / "deploy" / "locks" / "instance.txt"
PACKAGES: Final = {"phosphene"}
PAGES: Final = (
    "/",
    "/client/main.js",
    "/player.js",
    "/client.js",
    "/client.d.ts",
    "/v1/openapi.json",
    "/metrics",
    "/healthz",
)


def main() -> int:
    wheel = build()
    check_names(wheel)
    with tempfile.TemporaryDirectory(prefix="phosphene-dist-") as folder:
        python = install(wheel, Path(folder) / "environment")
        elsewhere = Path(folder) / "elsewhere"
        elsewhere.mkdir()
        serve(python, elsewhere)
    print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.1f} MB, serves")
    return 0


def build() -> Path:
    """The wheel, made from a copy of the files that git knows: setuptools would else pack what an
    earlier build left in build/."""
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    with tempfile.TemporaryDirectory(prefix="phosphene-build-") as folder:
        source, made = Path(folder) / "source", Path(folder) / "made"
        for name in filter(None, listed.split("\0")):
            if os.path.lexists(ROOT / name) and not name.startswith(("tests/", "training/")):
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, source / name, follow_symlinks=False)
        run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(made), str(source))
        (wheel,) = made.glob("*.whl")
        (ROOT / "dist").mkdir(exist_ok=True)
        return Path(shutil.copy(wheel, ROOT / "dist"))


def check_names(wheel: Path) -> None:
    """Raises SystemExit when the wheel claims a name for itself that nobody expects."""
    with ZipFile(wheel) as opened:
        tops = {name.split("/")[0] for name in opened.namelist()}
    if strange := {top for top in tops if not top.endswith(".dist-info")} ^ PACKAGES:
        sys.exit(f"the wheel should hold {sorted(PACKAGES)}; not so: {sorted(strange)}")


def install(wheel: Path, environment: Path) -> Path:
    """The Python of an environment that holds the wheel and what an instance needs."""
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    pip = (str(python), "-m", "pip", "install", "-q", "--no-deps")
    run(*pip, "--require-hashes", "-r", str(LOCK))
    run(*pip, str(wheel))
    run(str(python), "-m", "pip", "check")
    return python


def serve(python: Path, folder: Path) -> None:
    """Start an instance in ``folder``, ask for its pages, and end it."""
    command = (str(python.with_name("phosphene")), "serve", "--workers", "0", "--port", "0")
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            url = heard(process, r"Phosphene is on (\S+)")
            heard(process, r'("message":"serving")')
            for page in PAGES:
                with urlopen(url + page, timeout=10) as answer:
                    assert answer.read(), page
        finally:
            process.terminate()
            process.communicate(timeout=30)
    # uvicorn raises the signal again once all is closed, so that its parent sees what ended it.
    if process.returncode != -signal.SIGTERM:
        sys.exit(f"the instance ended with status {process.returncode}")


def heard(process: "subprocess.Popen[str]", pattern: str) -> str:
    """What the pattern's group matches in the next line of the log that it fits."""
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(pattern, line):
            return found.group(1)
    sys.exit("the instance ended: " + "".join(said))


def run(*command: str) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
