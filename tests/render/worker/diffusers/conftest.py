"""Tiny models on disk, and renderers that the real loader made of them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch

from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.worker.diffusers.load import load
from phosphene.render.worker.diffusers.renderer import DiffusersRenderer
from tests.render.worker.diffusers import tiny

Model = Callable[[str], Path]
Loaded = Callable[[str], DiffusersRenderer]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The folder of a tiny model by its name."""
    folder = tmp_path_factory.mktemp("models")
    return cache(lambda name: tiny.save(name, folder))


@pytest.fixture(scope="session")
def loaded(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """A renderer by the name of its model."""
    data = tmp_path_factory.mktemp("data")
    torch.set_num_threads(1)

    @cache
    def renderer(name: str) -> DiffusersRenderer:
        options = ModelOptions(
            model=str(model(name)), data=str(data), pixels=tiny.AREAS.get(name, tiny.AREA)
        )
        made, _ = load(options)
        assert isinstance(made, DiffusersRenderer)
        return made

    return renderer
