"""An embedded model by its name: the embedded one, or one in a folder."""

import torch
from safetensors import SafetensorError

from phosphene.errors import BadInput
from phosphene.render import messages
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.preflight import SHIPPED, locate_model
from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from phosphene.render.worker.embedded.synth.synthesizer import VERSION, warm_up
from phosphene.render.worker.environment import read_conditions
from phosphene.render.worker.renderer import Renderer

# Plates were judged at 10 to 12 steps; four looked like 32 only while shapes were soft.
STEPS = 12


def load(options: ModelOptions) -> tuple[Renderer, messages.Ready]:
    """The renderer, and what the worker says of it. It always draws on the CPU.

    Raises:
        BadInput: the folder holds no model that can be loaded.
    """
    folder = locate_model(options.model)
    assert folder is not None, "an embedded model lies in a folder"
    try:
        dtype = None if options.dtype == "auto" else getattr(torch, options.dtype)
        renderer = EmbeddedRenderer(folder, dtype)
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise BadInput(f"{folder} cannot be loaded: {error}") from error
    if options.sound:
        warm_up()
    ready = messages.Ready(
        forks=True,
        looks=renderer.draws_looks,
        # Of paper: no face was ever found in its clips.
        lifelike=False,
        sound=options.sound,
        synthesizer=VERSION,
        # That of a world of its own is told from the shipped one by its folder, as others are.
        model=renderer.name if options.model == SHIPPED else folder.resolve().name,
        fingerprint=renderer.fingerprint,
        device="cpu",
        width=renderer.width,
        height=renderer.height,
        fps=renderer.fps,
        vocabulary=renderer.vocabulary,
        steps=STEPS,
        conditions=read_conditions("cpu", renderer.dtype, options),
    )
    return renderer, ready
