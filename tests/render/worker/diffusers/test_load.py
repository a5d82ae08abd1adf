"""A model by its name, or why not."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.errors import BadInput
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.worker.diffusers.load import fingerprint, load
from tests.render.worker.diffusers.conftest import Loaded, Model


def test_what_the_worker_says_of_a_model(loaded: Loaded, model: Model) -> None:
    renderer = loaded("wan")
    assert renderer.name == "tiny-wan"
    assert renderer.fingerprint == fingerprint(model("wan"))
    assert renderer.fps == 16
    assert renderer.height > renderer.width


def test_a_fingerprint_tells_models_apart_and_a_copy_not(model: Model, tmp_path: Path) -> None:
    copied = shutil.copytree(model("wan"), tmp_path / "copy")
    assert fingerprint(copied) == fingerprint(model("wan"))
    (copied / "extra").touch()
    assert fingerprint(copied) != fingerprint(model("wan"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (ModelOptions(attention="psychic"), "setting attention"),
        (ModelOptions(dtype="float8"), "setting dtype"),
        (ModelOptions(device="cuda:7"), "no cuda device"),
        (ModelOptions(offload="model"), "for a GPU"),
    ],
)
def test_a_setting_that_does_not_fit_is_said(
    options: ModelOptions, said: str, model: Model, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=said):
        load(replace(options, model=str(model("wan")), data=str(tmp_path)))


def test_weights_that_do_not_fit_are_said_in_one_line(model: Model, tmp_path: Path) -> None:
    folder = shutil.copytree(model("wan"), tmp_path / "mixed")
    shutil.copy(
        model("ltx") / "transformer" / "config.json", folder / "transformer" / "config.json"
    )
    with pytest.raises(BadInput, match="cannot be loaded") as refusal:
        load(ModelOptions(model=str(folder), data=str(tmp_path)))
    assert "\n" not in str(refusal.value)
