"""Weights as small whole numbers."""

import pytest
import torch
from torch import Tensor

from phosphene.render.worker.embedded.quantization import dequantize, quantize


def matrix(rows: int = 64, columns: int = 80) -> Tensor:
    """Rows of very different sizes."""
    torch.manual_seed(3)
    return torch.randn(rows, columns) * torch.logspace(-2, 2, rows)[:, None]


@pytest.mark.parametrize("levels", [7, 31, 127])
def test_a_number_is_off_by_half_a_step_at_most(levels: int) -> None:
    weights = matrix()
    state = quantize({"weight": weights}, levels)
    assert state["weight"].dtype == torch.int8
    assert int(state["weight"].abs().max()) == levels
    step = weights.abs().amax(1) / levels
    off = (dequantize(state)["weight"] - weights).abs().amax(1)
    # The step itself is kept in half precision, 11 bits.
    assert (off <= step * (0.5 + levels / 2**11)).all()
    assert (off > 0.3 * step).all()


def test_every_row_has_a_step_of_its_own() -> None:
    state = quantize({"weight": matrix()})
    assert state["weight.step"].shape == (64,)
    assert state["weight.step"].dtype == torch.float16
    assert (state["weight"].abs().amax(1) == 127).all()


def test_rows_of_nothing_stay_so() -> None:
    weights = matrix()
    weights[5] = 0
    assert (dequantize(quantize({"weight": weights}))["weight"][5] == 0).all()


@pytest.mark.parametrize("shape", [(5000,), (20, 20), (64, 8, 5), (1, 4095), ()])
def test_what_is_small_or_no_matrix_is_kept_in_half_precision(shape: tuple[int, ...]) -> None:
    torch.manual_seed(4)
    values = torch.randn(shape)
    state = quantize({"values": values})
    assert set(state) == {"values"}
    assert state["values"].dtype == torch.float16
    assert torch.equal(dequantize(state)["values"], values.half().float())


def test_a_state_comes_back_with_its_names_and_shapes() -> None:
    state = {"a.weight": matrix(), "a.bias": torch.ones(64), "b.weight": matrix(100, 50)}
    again = dequantize(quantize(state, 31))
    assert list(again) == list(state)
    assert all(again[name].shape == value.shape for name, value in state.items())
    assert all(value.dtype == torch.float32 for value in again.values())


def test_packed_again_nothing_changes() -> None:
    once = dequantize(quantize({"weight": matrix()}))
    torch.testing.assert_close(dequantize(quantize(once))["weight"], once["weight"])


def test_it_takes_a_quarter_of_the_bytes() -> None:
    weights = matrix(256, 256)
    stored = quantize({"weight": weights})
    size = sum(value.numel() * value.element_size() for value in stored.values())
    assert size < weights.numel() * weights.element_size() / 3.9
