"""A training multiplies in what its machine is fastest in."""

import pytest
import torch

from phosphene.render.worker.embedded.pipeline import fastest_dtype
from training import precision
from training.precision import matrix_dtype, mixed


def test_a_product_is_of_the_faster_type() -> None:
    one = torch.ones(4, 4)
    with mixed():
        assert (one @ one).dtype is matrix_dtype()


def test_the_faster_type_is_measured_once_and_each_as_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    multiplied = []

    def measure() -> torch.dtype:
        one = torch.ones(4, 4)
        multiplied.append((one @ one).dtype)
        return fastest_dtype()

    monkeypatch.setattr(precision, "fastest_dtype", measure)
    precision._measured.cache_clear()
    with torch.autocast("cpu", torch.bfloat16):
        asked = {matrix_dtype(), matrix_dtype("cpu")}
    assert multiplied == [torch.float32]
    assert len(asked) == 1
