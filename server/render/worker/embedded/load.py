"""A theatre model by its name: the embedded one, or one in a folder."""

import torch
from safetensors import SafetensorError

from server.errors import BadInput
from server.render import messages
from server.render.catalog import Wish
from server.render.preflight import locate
from server.render.worker.embedded.renderer import TheatreRenderer
from server.render.worker.environment import conditions
from server.render.worker.renderer import Renderer

STEPS = 12


def load(wish: Wish) -> tuple[Renderer, messages.Ready]:
    """The renderer, and what the worker says of it. It always draws on the CPU.

    Raises:
        BadInput: the folder holds no model that can be loaded.
    """
    folder = locate(wish.model)
    assert folder is not None, "a theatre model lies in a folder"
    try:
        dtype = None if wish.dtype == "auto" else getattr(torch, wish.dtype)
        renderer = TheatreRenderer(folder, dtype)
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise BadInput(f"{folder} cannot be loaded: {error}") from error
    ready = messages.Ready(
        forks=True,
        model=renderer.name,
        fingerprint=renderer.fingerprint,
        device="cpu",
        width=renderer.width,
        height=renderer.height,
        fps=renderer.fps,
        vocabulary=dict(renderer.world.values),
        steps=STEPS,
        conditions=conditions("cpu", renderer.dtype, wish),
    )
    return renderer, ready
