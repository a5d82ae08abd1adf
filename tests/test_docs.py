"""What the documents say is there."""

import re
from pathlib import Path

import pytest

from server.metrics import Metrics
from server.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_setting_is_in_the_readme_with_its_default(name: str) -> None:
    kind, default = Settings.__annotations__[name], getattr(Settings(), name)
    shown = "empty" if default == "" else f"`{default!r}`"
    assert f"| `{name}` | {shown} | {kind.__metadata__[0].description} |" in README


@pytest.mark.parametrize("room", [path.name for path in (ROOT / "server").iterdir()])
def test_every_room_is_on_the_map(room: str) -> None:
    if room not in {"__init__.py", "__main__.py", "__pycache__"}:
        assert room.removesuffix(".py") in ARCHITECTURE


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_files_that_a_document_names_are_there(document: str) -> None:
    text = (ROOT / document).read_text()
    named = re.findall(r"`((?:server|client_demo|training|tests|bench)/[\w./]+)`", text)
    linked = re.findall(r"\]\((?!https?:|#)([\w./]+)\)", text)
    assert named or linked
    for path in [*named, *linked]:
        if "NAME" not in path:
            assert (ROOT / path).exists(), path


def test_metrics_have_names_of_their_own() -> None:
    names = Metrics().names()
    assert names
    assert all(name.startswith("phosphene_") for name in names)
    assert len(names) == len(set(names))


def test_make_targets_that_the_readme_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
