"""On what a worker draws: what its clips' recipes say of it, and whether two of those are alike."""

import platform
from importlib.metadata import version
from typing import Final

import torch

from phosphene import __version__
from phosphene.model import Conditions
from phosphene.render.diffusers_families import ModelOptions

TELLING: Final = ("guidance", "pixels", "offload", "attention", "compile")
"""Settings of a model that can change what it draws, if only its last bits."""

COMPUTING: Final = ("torch", "diffusers")


def read_conditions(device: str, dtype: torch.dtype, options: ModelOptions) -> Conditions:
    """Those of a model that was loaded as ``options`` says, on ``device``."""
    return Conditions(
        device=device,
        hardware=_hardware(device),
        dtype=str(dtype).removeprefix("torch."),
        threads=torch.get_num_threads(),
        # Equal seeds are equal clips only under equal kernels: batches differ by 2.4e-6, other
        # instructions by more. So a recipe says what it was drawn on.
        settings={name: str(getattr(options, name)) for name in TELLING},
        versions={"phosphene": __version__, **{name: version(name) for name in COMPUTING}},
    )


def _hardware(device: str) -> str:
    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    # The kernels that torch takes depend on the instructions there are.
    return f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
