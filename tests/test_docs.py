"""What the documents say is there."""

import ast
import re
from pathlib import Path

import pytest

from bench.__main__ import benches
from phosphene.__main__ import main
from phosphene.metrics import Metrics
from phosphene.settings import Settings

ROOT = Path(__file__).parent.parent
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()


def sources() -> list[Path]:
    """Every module of ours."""
    rooms = ("server", "tests", "bench", "training", "scripts", "docs")
    return [path for room in rooms for path in (ROOT / room).rglob("*.py")]


DOCUMENTS = (
    *sorted(path for path in ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / room / "README.md" for room in ("client_demo", "deploy", "examples", "training")),
)
# What a recipe has the reader make.
MADE = ("/dawn.py",)
SOURCES = (*(f"/{path.relative_to(ROOT)}" for path in sources()), *MADE)
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


def test_every_module_and_style_of_the_page_is_on_its_map() -> None:
    page = ROOT / "client_demo"
    named = set(re.findall(r"`([\w-]+\.(?:js|css))`", (page / "README.md").read_text()))
    assert named == {path.name for path in (*page.glob("*.js"), *page.glob("*.css"))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_names_are_there(document: Path) -> None:
    text = document.read_text()
    for path in re.findall(
        r"`((?:server|client_demo|training|tests|bench|docs|examples|scripts)/[\w./-]+)`", text
    ):
        assert "NAME" in path or "/runs/" in path or (ROOT / path).exists(), path
    for path in re.findall(r"`([\w/]+\.py)`", text):
        assert any(one.endswith(f"/{path}") for one in SOURCES), path
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
def test_modules_that_a_document_runs_are_there_and_know_the_options(document: Path) -> None:
    command = r"python -m ((?:bench|training|tests|phosphene)[\w.]*)([^`#|\n]*)"
    for module, rest in re.findall(command, document.read_text()):
        path = ROOT / module.replace(".", "/")
        alone = path.with_suffix(".py")
        path = alone if alone.exists() else path / "__main__.py"
        assert path.exists(), module
        for option in re.findall(r"--[a-z][a-z-]*", rest):
            assert f'"{option}"' in path.read_text(), f"{module} {option}"


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "ARCHITECTURE.md", "docs/design-fleet.md"])
def test_types_that_a_document_names_are_there(name: str) -> None:
    defined = "".join(path.read_text() for path in (ROOT / "server").rglob("*.py"))
    for kind in set(re.findall(r"`([A-Z][a-z]+(?:[A-Z]\w*)?)`", (ROOT / name).read_text())):
        assert re.search(rf"^(class )?{kind}\b", defined, re.MULTILINE), kind


def test_metrics_that_a_document_names_are_there() -> None:
    families = Metrics().metric_names()
    source = "".join(path.read_text() for path in (ROOT / "server").rglob("*.py"))
    for document in (ROOT / "docs").glob("*.md"):
        for name in set(re.findall(r"`phosphene_(\w+[a-z])`", document.read_text())):
            plain = re.sub(r"_(total|bucket|sum|count)$", "", name)
            assert f"phosphene_{plain}" in families or f'"{plain}"' in source, name


def test_the_first_pages_stay_short() -> None:
    assert len(README.split()) <= README_WORDS
    assert len(ARCHITECTURE.split()) <= ARCHITECTURE_WORDS


def test_metrics_have_names_of_their_own() -> None:
    names = Metrics().metric_names()
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


def blocks(kind: str) -> list[str]:
    """The code of that kind in all documents."""
    texts = [path.read_text() for path in DOCUMENTS]
    return [body for text in texts for body in re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)]


def imported_names() -> list[tuple[str, str]]:
    """Module and name of each import of ours in the snippets of the documents."""
    snippets = [
        body
        for path in DOCUMENTS
        for body in re.findall(r"```python\n(.*?)```", path.read_text(), re.S)
    ]
    return [
        (node.module, alias.name)
        for body in snippets
        for node in ast.walk(ast.parse(body))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("phosphene.")
        for alias in node.names
        if node.module
    ]


@pytest.mark.parametrize(("module", "name"), imported_names())
def test_what_a_snippet_imports_is_there(module: str, name: str) -> None:
    path = ROOT / module.replace(".", "/")
    source = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
    there = rf"^(class {name}\b|(async )?def {name}\b|{name}\b.*=|from .* import {name} as {name}$)"
    assert re.search(there, source, re.MULTILINE)


def option_lines() -> list[str]:
    """The commands of the documents, each on one line and without what stands for more."""
    blocks = [
        body
        for path in DOCUMENTS
        for body in re.findall(r"```sh\n(.*?)```", path.read_text(), re.S)
    ]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.partition(" #")[0] for line in lines if re.search(r"\bphosphene [a-z]+ ", line)]


@pytest.mark.parametrize("line", option_lines())
def test_options_that_a_document_gives_are_spelled_whole(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command, what = re.findall(r"\bphosphene ([a-z]+) ?([a-z]*)", line)[0]
    for given in ((command, "--help"), (command, what, "--help")):
        with pytest.raises(SystemExit):
            main(given)
    known = set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out))
    assert set(re.findall(r"(?<=[\s\[])--[a-z][a-z-]*", line)) <= known


def test_an_option_that_is_not_spelled_whole_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["worker", "--redis", "redis://127.0.0.1"])
    assert "unrecognized arguments: --redis" in capsys.readouterr().err
