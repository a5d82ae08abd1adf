import pytest

from phosphene.meaning import load_encoder as loading


def test_where_it_is_not_installed_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PACKAGE", "no_such_package")
    assert loading.load_encoder() is None
