"""Device, number format and offloading, from what is there."""

import pytest

from phosphene.errors import BadInput
from phosphene.render.worker.diffusers.placement import Machine, device_of, dtype_of, offload_of

GB = 1_000_000_000
CPU = Machine("cpu", 8 * GB, 8 * GB)
GPU = Machine("cuda", 24 * GB, 64 * GB)
SMALL = Machine("cuda", 6 * GB, 64 * GB)


def test_the_fastest_device_is_taken() -> None:
    assert device_of("auto", cuda=True, mps=True) == "cuda"
    assert device_of("auto", cuda=False, mps=True) == "mps"
    assert device_of("auto", cuda=False, mps=False) == "cpu"
    assert device_of("cuda:1", cuda=True, mps=False) == "cuda:1"


@pytest.mark.parametrize(
    ("wanted", "said"), [("cuda:0", "finds no cuda"), ("mps", "finds no mps"), ("tpu", "knows")]
)
def test_a_device_that_is_not_there_is_said(wanted: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        device_of(wanted, cuda=False, mps=False)


def test_the_number_format_suits_the_device() -> None:
    assert dtype_of("auto", CPU) == "float32"
    assert dtype_of("auto", GPU) == "bfloat16"
    assert dtype_of("auto", Machine("cuda", GB, GB, bfloat16=False)) == "float16"
    assert dtype_of("float32", GPU) == "float32"
    with pytest.raises(BadInput, match="dtype knows"):
        dtype_of("int4", GPU)


@pytest.mark.parametrize(
    ("sizes", "machine", "way"),
    [
        ({"transformer": 3 * GB, "text_encoder": 3 * GB}, CPU, "none"),
        ({"transformer": 10 * GB, "text_encoder": 9 * GB}, GPU, "none"),
        ({"transformer": 12 * GB, "text_encoder": 11 * GB}, GPU, "model"),
        ({"transformer": 28 * GB, "text_encoder": 11 * GB}, SMALL, "sequential"),
    ],
)
def test_a_model_stays_on_the_device_if_it_can(
    sizes: dict[str, int], machine: Machine, way: str
) -> None:
    assert offload_of("auto", sizes, machine) == way


@pytest.mark.parametrize(
    ("wanted", "machine", "said"),
    [
        ("auto", CPU, r"needs 24\.0 GB of memory, 8\.0 GB are free"),
        ("none", SMALL, "offload=model would"),
        ("auto", Machine("mps", GB, 2 * GB), "in main memory"),
        ("model", CPU, "is for a GPU"),
        ("half", GPU, "offload knows"),
    ],
)
def test_too_little_memory_is_said_in_numbers(wanted: str, machine: Machine, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        offload_of(wanted, {"transformer": 20 * GB}, machine)
