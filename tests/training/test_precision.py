"""A training multiplies in what its machine is fastest in."""

import torch

from training.precision import matrix_dtype, mixed


def test_a_product_is_of_the_faster_type() -> None:
    one = torch.ones(4, 4)
    with mixed():
        assert (one @ one).dtype is matrix_dtype()
