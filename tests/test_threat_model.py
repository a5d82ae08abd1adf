"""The threat model names tests that there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "threat-model.md").read_text())


def test_every_threat_names_a_test() -> None:
    rows = re.findall(r"^\| (?!who \||-)", (ROOT / "docs" / "threat-model.md").read_text(), re.M)
    assert len(rows) == len(NAMED) > 15


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_the_test_is_there(file: str, test: str) -> None:
    assert re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text(), re.MULTILINE)
