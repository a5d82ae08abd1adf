"""What holds for all tests: which of them start processes, and what is shown when one fails.

``make quick`` runs the tests without the markers ``process``, ``model`` and ``slow``, ``make test``
all but ``breadth``. A test has the first two by what it uses (a fixture that is a server or a
browser), by its folder, or by its file's ``pytestmark``; one that starts a process unmarked fails,
so that ``make quick`` stays quick.
"""

import gc
import inspect
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from itertools import accumulate
from pathlib import Path

import httpx
import ifaddr  # noqa: F401  it asks ldconfig as it is imported, which is no process of a test
import pytest
from hypothesis import HealthCheck, settings

from phosphene.render.worker.late_module import leave_out_packages
from tests.forked_workers import pytest_addoption, pytest_runtestloop  # noqa: F401  hooks
from tests.seaweed import bucket, service  # noqa: F401  fixtures
from tests.support import Instance

# Threads of torch that wait for each other are busy. Said before a conftest further down imports
# torch, which it does before `pytest_configure` where files are named: 71 pictures took 121 s of
# CPU on two loaded cores instead of 5.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Where it is installed, as it comes here with scikit-image, diffusers imports it for 1.4 s of CPU;
# nothing of the package needs it.
sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]

# What tests write outlives no loss of power: in memory nothing waits for a disk's fsync (75 tests
# of the store took 4 s, or 9 beside others who wrote). A container may give its memory 64 MB.
MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2**31:
    os.environ.setdefault("TMPDIR", str(MEMORY))
    tempfile.tempdir = None  # asked for before this file was read

# Nothing here asks a server whose certificate an authority signed: each client of HTTP would else
# read those of 140 authorities, for 22 ms of CPU, and the tests make more than a thousand. (Without
# any, obstore refuses to start.)
os.environ["SSL_CERT_FILE"] = str(Path(__file__).with_name("authority.pem"))
os.environ.pop("SSL_CERT_DIR", None)

STARTED = {"browser", "lent", "playwright", "redis", "server", "service"}
FOLDERS = {
    **{"e2e": "process", "flows": "process", "soak": "process", "training": "model"},
    # Light or not, they import all of diffusers and transformers: 8 s of CPU.
    "render/worker/diffusers": "slow",
}
"""The marker of all tests of a folder. Where they are left out their files are not read either."""
TESTS = Path(__file__).parent
STARTS = {"os.fork", "os.posix_spawn", "subprocess.Popen", "tests.forked"}  # audit events
QUICK = pytest.StashKey[bool]()
LONG = {
    **{"e2e/test_page.py": 20, "flows/test_embedded.py": 12, "e2e/test_embedded.py": 20},
    **{"e2e/test_people.py": 17, "e2e/test_manners.py": 16, "e2e/test_reports.py": 13},
    **{"render/worker/diffusers/test_renderer.py": 18, "e2e/test_presence.py": 12},
    **{"render/dispatch/test_pool.py": 12, "e2e/test_installed.py": 11, "e2e/test_player.py": 10},
    **{"flows/test_fleet.py": 10, "store/test_plans.py": 4, "e2e/test_library.py": 10},
    **{"render/worker/embedded/test_renderer.py": 10, "trust/test_prompt_reader_process.py": 9},
    **{"fleet/test_fleet.py": 9, "trust/test_policy.py": 9, "api/test_documents.py": 8},
    **{"e2e/test_axe.py": 8, "e2e/test_absence.py": 8, "e2e/test_limits.py": 8},
    **{"render/worker/diffusers/test_portraits.py": 8, "api/test_lists.py": 8},
    **{"render/worker/embedded/test_compositor.py": 8, "flows/test_takeover.py": 8},
    **{"e2e/test_opening.py": 7, "e2e/test_profile_address.py": 7, "e2e/test_languages.py": 7},
    **{"e2e/test_account.py": 6, "e2e/test_feed_controls.py": 6, "e2e/test_shelf.py": 6},
    **{"watermark/test_reading.py": 6, "api/test_identity.py": 6, "store/test_postgres.py": 6},
    **{"client/test_document.py": 6, "e2e/test_reading.py": 5, "e2e/test_refusals.py": 5},
    **{"api/test_importing.py": 5, "api/test_accounts.py": 5, "flows/test_instances.py": 5},
    **{"render/worker/embedded/test_together.py": 5, "test_packaging.py": 5},
    **{"training/test_world.py": 5, "render/worker/test_worker.py": 5, "cli/test_rules.py": 5},
    **{"e2e/test_finder.py": 5, "e2e/test_leaving.py": 5, "flows/test_postgres.py": 5},
    **{"verification/test_examiner.py": 5, "flows/test_site_learner.py": 5},
    **{"feed/test_feed_learner.py": 4, "likeness/worker/test_camera_check.py": 4},
    **{"test_imports.py": 4, "cli/test_commands.py": 4, "training/test_train.py": 4},
    **{"training/test_judge.py": 4, "render/worker/test_session.py": 4},
    **{"likeness/test_face_checker.py": 4, "test_contributing.py": 4},
    **{"trust/test_misspelling.py": 4, "render/worker/embedded/synth/test_synthesizer.py": 4},
}
"""Files below ``tests`` that take the most CPU, with what they start, in seconds of two
busy cores; all others take three, or less."""


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is looked through for garbage before all tests are known."""
    gc.disable()
    # No test of a property looks at the clock: beside others on two cores Hypothesis made 4 inputs
    # in 3.9 s and called that a failure. The same inputs each time: a failure can be had again.
    settings.register_profile(
        "here", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("here")
    wait_for_requests()
    config.stash[QUICK] = False
    if leaves_out(config, "slow"):
        leave_out_packages()

    def heed(event: str, _: tuple[object, ...]) -> None:
        if event in STARTS and config.stash[QUICK]:
            raise AssertionError("a test that starts a process is marked with pytest.mark.process")

    sys.addaudithook(heed)


def wait_for_requests() -> None:
    """A request may take as long as its test. httpx gives each 5 s of its own, and a route that
    starts a process (0.5 s) took that long beside a program that trains: what hangs is said by the
    watch."""
    limits = inspect.signature(httpx.get).parameters["timeout"].default  # of all that it sends
    limits.connect = limits.read = limits.write = limits.pool = None


def leaves_out(config: pytest.Config, marker: str) -> bool:
    return f"not {marker}" in config.option.markexpr


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not collection_path.is_relative_to(TESTS):
        return None
    marker = FOLDERS.get(str(collection_path.relative_to(TESTS)))
    return True if marker and leaves_out(config, marker) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folders = {str(folder) for folder in item.path.relative_to(TESTS).parents}
        for folder in folders & FOLDERS.keys():
            item.add_marker(FOLDERS[folder])
        if STARTED.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.process)
    mix_files(items)


def pytest_collection_finish() -> None:
    """Modules and 5,000 tests stay until the end: looked through for garbage 30 times they cost
    12 of the 94 s of CPU of ``make quick``. What tests make is looked through after 50,000 objects
    and not after 700: 6 % less of 700 tests."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
    let_torch_propagate()


def let_torch_propagate() -> None:
    """pytest hears each logger that does not propagate by a handler of its own, put on and taken
    off six times for every test: torch has some sixty, which cost 2 of 10 ms of CPU of a test."""
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger) and logger.name.partition(".")[0] == "torch":
            logger.propagate = True


def mix_files(items: list[pytest.Item]) -> None:
    """The longest files first, so that none is left alone at the end, and those whose servers are
    waited for beside those that compute: of what only waits, all workers would wait at once."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    root = items[0].config.rootpath if items else Path()
    weight = {path: LONG.get(str(path.relative_to(root / "tests")), 1) for path in files}
    rank: dict[Path, float] = {}
    for waits in (True, False):
        kind = [path for path in files if has_marker(files[path], "process") is waits]
        kind.sort(key=lambda path: -weight[path])
        before = accumulate((weight[path] for path in kind), initial=0)
        total = sum(weight[path] for path in kind)
        rank |= {path: done / total for path, done in zip(kind, before, strict=False)}
    items.sort(key=lambda item: rank[item.path])


def has_marker(items: list[pytest.Item], name: str) -> bool:
    return any(item.get_closest_marker(name) for item in items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    item.config.stash[QUICK] = item.get_closest_marker("process") is None
    try:
        return (yield)
    finally:
        item.config.stash[QUICK] = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The log of every instance that a failed test was given by a fixture."""
    report = yield
    if report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Instance):
                    report.sections.append((f"log of the instance {name}", "".join(one.logs)))
    return report
