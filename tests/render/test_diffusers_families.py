"""Which row a model belongs to."""

import pytest

from phosphene.render.diffusers_families import EMBEDDED, PIPELINES, known_pipelines, spec_of


def test_every_family_is_found_by_its_index() -> None:
    for spec in PIPELINES:
        assert spec_of({"_class_name": spec.pipeline, **spec.where}) is spec


def test_two_models_of_one_class_are_told_apart() -> None:
    small = spec_of({"_class_name": "WanPipeline"})
    large = spec_of({"_class_name": "WanPipeline", "expand_timesteps": True})
    assert small is not None
    assert large is not None
    assert (small.fps, large.fps) == (16, 24)


@pytest.mark.parametrize("index", [{}, {"_class_name": "StableDiffusionPipeline"}])
def test_an_unknown_one_is_of_no_family(index: dict[str, object]) -> None:
    assert spec_of(index) is None


def test_known_names_each_class_once() -> None:
    names = known_pipelines()
    assert names[0] == EMBEDDED[0]
    assert len(set(names)) == len(names)
    assert {"WanPipeline", "LTX2Pipeline", "HeliosPipeline", "AnyFlowFARPipeline"} < set(names)


def test_a_family_has_what_its_shape_needs() -> None:
    for spec in PIPELINES:
        assert (spec.shape == "joint") == (not spec.pattern) == (not spec.goes_on)
        assert spec.shape != "staircase" or spec.block > 1
