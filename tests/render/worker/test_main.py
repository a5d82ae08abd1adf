"""Renderers of other packages, as the worker loads them."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from phosphene.errors import BadInput
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.preflight import RENDERERS
from phosphene.render.worker.__main__ import load_installed


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError: .*nowhere_to_be_found"),
        ("", "AttributeError: .*load"),
        ("def load(options):\n    raise RuntimeError('no weights')", "RuntimeError: no weights"),
        ("def load(options):\n    return 1, 2", "TypeError: faulty:load gives no Ready"),
        ("def load(options):\n    return None", "TypeError"),
    ],
)
def test_however_a_renderer_of_another_package_fails_the_operator_is_told(
    code: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "faulty.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "faulty", raising=False)
    entry = EntryPoint("dusk", "faulty:load", RENDERERS)
    with pytest.raises(BadInput, match=f"the renderer dusk cannot be loaded: {reason}"):
        load_installed(entry, ModelOptions(model="dusk"))
