import importlib
import sys
from pathlib import Path

import pytest

from phosphene.render.worker.late_module import LateModule


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LateModule:
    """Stands for a package that is slow to import."""
    package = tmp_path / "slow_package"
    package.mkdir()
    (package / "__init__.py").write_text("known, other = 'the package', 'imported'")
    (package / "part.py").write_text("value = 3")
    monkeypatch.syspath_prepend(tmp_path)
    module = LateModule("slow_package", known="late")
    monkeypatch.setitem(sys.modules, "slow_package", module)
    monkeypatch.delitem(sys.modules, "slow_package.part", raising=False)
    return module


def test_what_is_known_of_a_module_imports_nothing(late: LateModule) -> None:
    namespace = dict[str, object]()
    exec("from slow_package import known", namespace)
    assert namespace["known"] == "late"
    assert not hasattr(late, "__file__")
    assert sys.modules["slow_package"] is late


def test_what_is_not_known_imports_it(late: LateModule) -> None:
    assert (late.other, late.other) == ("imported", "imported")
    assert importlib.import_module("slow_package").known == "the package"
    with pytest.raises(AttributeError, match="nothing"):
        _ = late.nothing


def test_its_parts_can_be_imported(late: LateModule) -> None:
    assert importlib.import_module("slow_package.part").value == 3
