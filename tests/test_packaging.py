"""What is declared is what is imported, what is locked is what is declared, and deploy/ names only
settings and metrics that there are."""

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from sys import stdlib_module_names

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from phosphene import __version__
from phosphene.metrics import Metrics
from phosphene.settings import PREFIX, Settings, load

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OURS = {"phosphene"}


def requirements(*extras: str) -> dict[str, Requirement]:
    """By name, of the package with those extras."""
    listed = list(PROJECT["dependencies"])
    for extra in extras:
        listed += PROJECT["optional-dependencies"][extra]
    found = [Requirement(one) for one in listed]
    return {canonicalize_name(one.name): one for one in found}


SIDES = {
    "feed/ranker/": "feed",
    "meaning/": "meaning",
    "blobs/bucket.py": "s3",
    "store/postgres": "postgres",
    "likeness/worker/": "likeness",
    "render/worker/": "worker",
    "verification/worker/": "worker",
    "watermark/": "worker",
}


def side_of(path: Path) -> str:
    """Which extra a module needs; instance: none."""
    within = path.relative_to(ROOT).as_posix()
    return next((side for part, side in SIDES.items() if part in within), "instance")


def imported(side: str) -> set[str]:
    """The distributions that the modules of one side import."""
    provided = packages_distributions()
    names = set[str]()
    for path in (ROOT / "server").rglob("*.py"):
        if side_of(path) == side:
            names |= set(modules(ast.parse(path.read_text())))
    foreign = names - OURS - set(stdlib_module_names)
    return {canonicalize_name(provided[name][0]) for name in foreign}


def modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize(
    ("side", "extras"),
    [
        ("instance", ()),
        ("worker", ("worker", "models")),
        ("feed", ("feed",)),
        ("meaning", ("meaning",)),
        ("likeness", ("likeness",)),
        ("s3", ("s3",)),
        ("postgres", ("postgres",)),
    ],
)
def test_modules_import_only_what_their_extras_declare(side: str, extras: tuple[str, ...]) -> None:
    assert imported(side) <= set(requirements(*extras))


@pytest.mark.process
def test_an_instance_without_the_s3_extra_says_what_a_bucket_needs(tmp_path: Path) -> None:
    for entry in Path(sysconfig.get_path("platlib")).iterdir():
        if not entry.name.startswith("obstore"):
            (tmp_path / entry.name).symlink_to(entry)
    command = ["serve", "--workers", "0", "--data", str(tmp_path / "data")]
    bucket = ["--redis-url", "redis://127.0.0.1:1", "--blobs", "s3://bucket/there"]
    source = f"import sys; sys.path[:0] = {[str(ROOT), str(tmp_path)]}; import phosphene.app; "
    source += f"from phosphene.__main__ import main; sys.exit(main({command + bucket}))"
    ended = subprocess.run(
        [sys.executable, "-S", "-c", source], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "blobs: s3:// needs obstore: pip install 'phosphene[s3]'" in ended.stderr


def locked(name: str) -> dict[str, list[str]]:
    """Versions by package."""
    text = (DEPLOY / "locks" / f"{name}.txt").read_text()
    found: dict[str, list[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE):
        found.setdefault(canonicalize_name(package), []).append(version)
    return found


@pytest.mark.parametrize(("lock", "extras"), [("instance", ()), ("worker", ("worker", "models"))])
def test_a_lock_holds_all_that_is_declared_within_its_range(
    lock: str, extras: tuple[str, ...]
) -> None:
    versions = locked(lock)
    for name, wanted in requirements(*extras).items():
        if name not in {"phosphene", "torch"}:
            assert name in versions, "run scripts/lock.py"
            assert all(map(wanted.specifier.contains, versions[name])), (
                f"{name}: run scripts/lock.py"
            )


@pytest.mark.parametrize("extra", ["feed", "likeness", "s3"])
def test_the_lock_of_what_comes_beside_holds_what_the_instance_has_not(extra: str) -> None:
    instance, beside = locked("instance"), locked(extra)
    for wanted in map(Requirement, PROJECT["optional-dependencies"][extra]):
        found = beside[canonicalize_name(wanted.name)]
        assert all(map(wanted.specifier.contains, found)), "run scripts/lock.py"
    assert not set(beside) & set(instance)


@pytest.mark.parametrize("lock", ["instance", "worker", "feed", "likeness", "s3"])
def test_a_lock_has_hashes_and_does_not_say_where_it_was_made(lock: str) -> None:
    lines = (DEPLOY / "locks" / f"{lock}.txt").read_text().splitlines()[1:]
    for line in lines:
        assert re.fullmatch(r"[\w.-]+==\S+( ; [^\\]+)? \\|    --hash=sha256:\w{64}( \\)?", line), (
            line
        )


@pytest.mark.parametrize("file", ["Containerfile", "compose.yaml", "phosphene.service"])
def test_settings_that_deploy_names_are_there(file: str) -> None:
    text = (DEPLOY / file).read_text()
    given = re.findall(rf'{PREFIX}(\w+)(?:=|: *)"?([\w.]+)?', text)
    assert given
    for name, value in given:
        assert name.lower() in Settings.__struct_fields__
        if value:
            load({f"{PREFIX}{name}": value})


def test_metrics_that_alerts_name_are_there() -> None:
    text = (DEPLOY / "prometheus" / "alerts.yaml").read_text()
    source = "".join(path.read_text() for path in (ROOT / "server").rglob("*.py"))
    families = Metrics().metric_names()
    for name in set(re.findall(r"phosphene_(\w+)", text)):
        plain = re.sub(r"_(total|bucket|sum|count)$", "", name)
        assert f"phosphene_{plain}" in families or f'"{plain}"' in source, name


def test_the_version_is_in_one_place() -> None:
    assert PROJECT["dynamic"] == ["version"]
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()
    assert f"## {__version__}" in (ROOT / "UPGRADING.md").read_text()
