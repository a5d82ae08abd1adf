"""What is said of a model before anything is loaded."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from phosphene.errors import BadInput
from phosphene.render.preflight import (
    PACKAGES,
    class_of,
    installed_renderer,
    locate_model,
    need_weights,
    parameter_count,
    read_index,
    vet_model,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model with all of its files, as far as can be seen from outside."""
    index = {
        "_class_name": "WanPipeline",
        "_diffusers_version": "0.42.1",
        "scheduler": ["diffusers", "UniPCMultistepScheduler"],
        "transformer": ["diffusers", "WanTransformer3DModel"],
        "transformer_2": [None, None],
    }
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    (tmp_path / "scheduler").mkdir()
    part = tmp_path / "transformer"
    part.mkdir()
    (part / "config.json").write_text("{}")
    weights = {"a": torch.zeros(3, 4), "b": torch.zeros(5)}
    save_file(weights, part / "diffusion_pytorch_model.safetensors")
    return tmp_path


@pytest.mark.slow  # it asks for packages, which `make quick` leaves out
def test_a_whole_model_passes_and_its_size_is_known(folder: Path) -> None:
    vet_model(str(folder))
    assert parameter_count(folder / "transformer") == 17
    assert parameter_count(folder / "scheduler") == 0


def test_the_embedded_model_ships_and_a_hub_id_has_no_folder_yet() -> None:
    vet_model("embedded")
    assert locate_model("Wan-AI/Wan2.1-T2V-1.3B-Diffusers") is None


@pytest.mark.parametrize("name", ["nowhere", "a/b/c", "who?/what"])
def test_what_is_neither_a_folder_nor_an_id_is_said(name: str) -> None:
    with pytest.raises(BadInput, match="no folder, and no id"):
        vet_model(name)


def test_a_folder_without_a_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no model_index\.json"):
        vet_model(str(tmp_path))
    (tmp_path / "model_index.json").write_text("{")
    with pytest.raises(BadInput, match="cannot be read"):
        vet_model(str(tmp_path))


def test_an_unknown_family_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(BadInput, match=r"FluxPipeline; known are .*WanPipeline.*LTX2Pipeline"):
        class_of({"_class_name": "FluxPipeline"})


def test_the_embedded_model_is_known_by_its_class_and_by_the_name_in_stored_weights() -> None:
    for name in ("EmbeddedPipeline", "TheatrePipeline"):
        assert class_of({"_class_name": name}) == name


def test_missing_weights_are_named(folder: Path) -> None:
    (folder / "transformer" / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(BadInput, match=r"weights are missing in .*transformer"):
        need_weights(folder)


def test_a_missing_shard_is_named(folder: Path) -> None:
    listing = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (folder / "transformer" / "x.safetensors.index.json").write_text(json.dumps(listing))
    with pytest.raises(BadInput, match=r"one\.safetensors, two\.safetensors"):
        need_weights(folder)


def test_a_missing_component_is_named(folder: Path) -> None:
    (folder / "scheduler").rmdir()
    with pytest.raises(BadInput, match="scheduler is missing"):
        need_weights(folder)


def test_a_pointer_of_git_lfs_is_no_weight(folder: Path) -> None:
    weights = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    weights.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    with pytest.raises(BadInput, match="git lfs pull"):
        need_weights(folder)


@pytest.mark.parametrize("data", [b"", b"\xff" * 20, (9).to_bytes(8, "little") + b"not json."])
def test_a_file_that_holds_no_weights_is_said(folder: Path, data: bytes) -> None:
    (folder / "transformer" / "diffusion_pytorch_model.safetensors").write_bytes(data)
    with pytest.raises(BadInput, match="no safetensors file"):
        parameter_count(folder / "transformer")


def test_the_index_is_what_the_file_says(folder: Path) -> None:
    assert class_of(read_index(folder)) == "WanPipeline"


def test_a_missing_package_is_named_with_its_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PACKAGES, "models", ("accelerate_of_another_world",))
    with pytest.raises(BadInput, match=r"accelerate_of_another_world, .*phosphene\[models\]"):
        vet_model(str(folder))
    vet_model("embedded")


def test_only_who_draws_needs_the_packages_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PACKAGES, "worker", ("torch_of_another_world",))
    for model in ("embedded", str(folder)):
        with pytest.raises(BadInput, match=r"torch_of_another_world, .*phosphene\[worker\]"):
            vet_model(model)
        vet_model(model, here=False)


def brought_by(package: str, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Put a package on the path, as an installer leaves it, that brings a renderer ``name``."""
    about = folder / package / f"{package}-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    (about / "entry_points.txt").write_text(f"[phosphene.renderers]\n{name} = {package}:load\n")
    monkeypatch.syspath_prepend(folder / package)


def test_a_renderer_of_another_package_is_found_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_by("duskpackage", tmp_path, monkeypatch, "dusk")
    vet_model("dusk")  # there is no module duskpackage, so it was not imported
    entry = installed_renderer("dusk")
    assert entry
    assert entry.value == "duskpackage:load"
    with pytest.raises(BadInput, match="renderer of an installed package"):
        vet_model("dawn")


def test_two_packages_with_one_renderer_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_by("one", tmp_path, monkeypatch, "dusk")
    brought_by("two", tmp_path, monkeypatch, "dusk")
    with pytest.raises(BadInput, match="called dusk: one, two"):
        vet_model("dusk")


def test_no_package_takes_the_place_of_the_embedded_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_by("thief", tmp_path, monkeypatch, "embedded")
    assert installed_renderer("embedded") is None
