"""What the documents say is there."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import benches
from server.metrics import Metrics
from server.settings import Settings
from server.store.schema import connect, migrate

ROOT = Path(__file__).parent.parent
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
DOCUMENTS = (
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
)
README_WORDS, ARCHITECTURE_WORDS = 700, 1600


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    kind, default = Settings.__annotations__[name], getattr(Settings(), name)
    shown = "empty" if default == "" else f"`{default!r}`"
    assert f"| `{name}` | {shown} | {kind.__metadata__[0].description} |" in SETTINGS


@pytest.mark.parametrize("room", [path.name for path in (ROOT / "server").iterdir()])
def test_every_room_is_on_the_map(room: str) -> None:
    if room not in {"__init__.py", "__main__.py", "__pycache__"}:
        assert room.removesuffix(".py") in ARCHITECTURE


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_names_are_there(document: Path) -> None:
    text = document.read_text()
    for path in re.findall(
        r"`((?:server|client_demo|training|tests|bench|docs|examples|scripts)/[\w./-]+)`", text
    ):
        assert "NAME" in path or (ROOT / path).exists(), path
    for path in re.findall(r"\]\((?!https?:|#)([\w./-]+)(?:#[\w-]+)?\)", text):
        assert (document.parent / path).exists(), path


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_into_a_document_meet_a_heading(document: Path) -> None:
    for path, anchor in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", document.read_text()):
        target = document.parent / path if path else document
        assert anchor in headings(target.read_text()), f"{path}#{anchor}"


def headings(text: str) -> set[str]:
    """The anchors that GitHub makes of a document's headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_every_page_can_be_reached(document: Path) -> None:
    assert f"docs/{document.name}" in README + ARCHITECTURE


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_modules_that_a_document_runs_are_there(document: Path) -> None:
    for module in re.findall(r"python -m ((?:bench|training|server)[\w.]*)", document.read_text()):
        path = ROOT / module.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists(), module


def test_the_first_pages_stay_short() -> None:
    assert len(README.split()) <= README_WORDS
    assert len(ARCHITECTURE.split()) <= ARCHITECTURE_WORDS


@pytest.mark.process
def test_the_backup_command_makes_a_whole_copy_of_a_database_in_use(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "backup").mkdir()
    text = (ROOT / "docs" / "operating.md").read_text()
    (command,) = re.findall(r"^python3( -c .+)$", text, re.MULTILINE)
    writer = connect(tmp_path / "data" / "phosphene.db")
    epoch = migrate(writer)  # it is in the log, and not yet in the file
    subprocess.run(f"{sys.executable}{command}", shell=True, cwd=tmp_path, check=True)
    copy = sqlite3.connect(tmp_path / "backup" / "phosphene.db")
    assert copy.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone() == (epoch,)
    copy.close()
    writer.close()


def test_metrics_have_names_of_their_own() -> None:
    names = Metrics().names()
    assert names
    assert all(name.startswith("phosphene_") for name in names)
    assert len(names) == len(set(names))


def test_make_targets_that_the_documents_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for document in DOCUMENTS:
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(), re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_bench_with_a_command_is_listed_with_what_it_measures() -> None:
    listed = dict(benches())
    assert "python -m bench.join" in listed
    assert all("``" not in what and len(what) > 20 for what in listed.values())
