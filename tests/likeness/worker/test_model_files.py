import pytest

from phosphene.errors import BadInput
from phosphene.likeness.worker import model_files
from phosphene.likeness.worker.model_files import MESH, SHA256, model_file


@pytest.mark.parametrize("name", SHA256)
def test_each_model_is_there_as_it_was_reviewed_and_noticed(name: str) -> None:
    notice = (model_file(name).parent / "NOTICE").read_text()
    assert f"== {name}:" in notice
    assert SHA256[name] in notice


def test_another_file_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHA256, MESH, "0" * 64)
    with pytest.raises(BadInput, match="not the file that was reviewed"):
        model_file(MESH)
    monkeypatch.setitem(model_files.SHA256, "none.onnx", "0" * 64)
    with pytest.raises(BadInput, match="cannot be read"):
        model_file("none.onnx")
