"""Where a model goes: device, number format and offloading. Pure functions of what is there."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from phosphene.errors import BadInput

Kind = Literal["cpu", "cuda", "mps"]
Offload = Literal["none", "model", "sequential"]

# For activations: offloading too early is slow, too late ends every clip with no memory left.
ROOM: Final = 1.2
"""Memory that drawing takes, as a multiple of the weights on the device."""

DTYPES: Final = ("float32", "bfloat16", "float16")
OFFLOADS: Final = ("none", "model", "sequential")
_GB: Final = 1e9


class Machine(Struct, frozen=True):
    """``kind`` of device, bytes that are free on it and in main memory; on a CPU they are one.

    ``bfloat16``: whether the device multiplies in it by itself.
    """

    kind: Kind
    free: int
    memory: int
    bfloat16: bool = True


def device_of(wanted: str, cuda: bool, mps: bool) -> str:
    """The torch device for the setting ``device``. Raises BadInput for one that is not here."""
    kind = wanted.split(":", maxsplit=1)[0]
    if wanted == "auto":
        return "cuda" if cuda else "mps" if mps else "cpu"
    if kind not in {"cpu", "cuda", "mps"}:
        raise BadInput(f"the setting device knows auto, cpu, cuda, cuda:N and mps, not {wanted}")
    if (kind == "cuda" and not cuda) or (kind == "mps" and not mps):
        raise BadInput(f"torch finds no {kind} device on this machine")
    return wanted


def dtype_of(wanted: str, machine: Machine) -> str:
    """The number format for the setting ``dtype``. Raises BadInput for an unknown one.

    On a CPU float32: half precision is slower on most of them.
    """
    if wanted == "auto":
        if machine.kind == "cpu":
            return "float32"
        return "bfloat16" if machine.bfloat16 else "float16"
    if wanted not in DTYPES:
        raise BadInput(f"the setting dtype knows auto, {', '.join(DTYPES)}, not {wanted}")
    return wanted


def offload_of(wanted: str, sizes: Mapping[str, int], machine: Machine) -> Offload:
    """How the weights, ``sizes`` bytes in each component, share the device.

    ``none``: all stay on it. ``model``: one component at a time comes to it. ``sequential``: one
    layer at a time, very slowly.

    Raises:
        BadInput: there is too little memory, or the setting offload has an unknown value.
    """
    total, largest = sum(sizes.values()), max(sizes.values(), default=0)
    if wanted not in {"auto", *OFFLOADS}:
        raise BadInput(f"the setting offload knows auto, {', '.join(OFFLOADS)}, not {wanted}")
    if machine.kind == "cpu" and wanted in {"model", "sequential"}:
        raise BadInput(f"offload {wanted} is for a GPU; this model is drawn on the CPU")
    waits = machine.kind != "cpu" and total <= machine.memory
    fits: dict[Offload, bool] = {
        "none": total * ROOM <= machine.free,
        "model": waits and largest * ROOM <= machine.free,
        "sequential": waits,
    }
    for way, room in fits.items():
        if room and wanted in {"auto", way}:
            return way
    raise BadInput(_too_little(total, machine, wanted))


def _too_little(total: int, machine: Machine, wanted: str) -> str:
    needs = f"this model needs {total * ROOM / _GB:.1f} GB"
    has = f"{machine.free / _GB:.1f} GB are free on the {machine.kind} device"
    if machine.kind == "cpu":
        return f"{needs} of memory, {machine.free / _GB:.1f} GB are free"
    if wanted == "none":
        return f"{needs}, {has}; offload=model would bring one part of it at a time"
    return f"{needs}, {has} and {machine.memory / _GB:.1f} GB in main memory"
