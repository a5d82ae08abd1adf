"""How fast the embedded model is here: python -m bench.embedded [--model FOLDER] [--threads N].

Small figures are the best of a few repetitions; encoding is that of the server. With --cpu they
are CPU time: what an idle core would take, measured on a busy machine.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import resources
from itertools import pairwise
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from bench.machine import describe
from phosphene.render.worker.embedded.compositor import Compositor
from phosphene.render.worker.embedded.renderer import EmbeddedRenderer
from phosphene.render.worker.embedded.scene import Scene, from_latents
from phosphene.render.worker.embedded.score import frame_states
from phosphene.render.worker.embedded.staging import scene_states
from phosphene.render.worker.h264_encoder import Encoder
from phosphene.render.worker.renderer import Brief, Patch, patches_alone

PROMPT = "a red balloon over the hills at sunset"
SHIPPED = Path(str(resources.files("phosphene.render.worker.embedded") / "weights"))
KBIT = 2500
Figures = Iterator[tuple[str, str]]
Clock = Callable[[], float]


def best(clock: Clock, call: Callable[[], object], times: int = 5) -> float:
    """Least seconds that a call took."""
    took = []
    for _ in range(times):
        start = clock()
        call()
        took.append(clock() - start)
    return min(took)


def composing(clock: Clock, scene: Scene) -> Figures:
    """The compositor alone: preparing a set of plates, then a frame."""
    frames = frame_states(scene.score)
    states = [scene_states(scene, frames, at) for at in range(len(frames))]
    for name, sigma in (("preview", 0.6), ("final", 0.0)):
        compositor = Compositor.of_scene(scene, sigma)
        new = partial(Compositor.of_scene, scene, sigma)
        first = best(clock, lambda n=new: n().draw_frame(*states[0]))  # type: ignore[misc]
        for state in states:
            compositor.draw_frame(*state)
        frame = min(best(clock, lambda m=m, s=compositor: s.draw_frame(*m), 2) for m in states)  # type: ignore[misc]
        yield f"first {name} frame of new plates", f"{1e3 * first:.1f} ms"
        yield f"each further {name} frame", f"{1e3 * frame:.2f} ms"


def diffusing(
    clock: Clock, renderer: EmbeddedRenderer, text: str, steps: int, seconds: int
) -> Figures:
    """The model alone: no picture is drawn."""
    times = [clock()]
    patches: list[Patch] = []
    for patch in patches_alone(renderer.render(Brief(text, seed=1, seconds=seconds, steps=steps))):
        times.append(clock())
        patches.append(patch)
    gaps = [after - before for before, after in pairwise(times)]
    spent = [sum(g for g, p in zip(gaps, patches, strict=True) if p.chunk == k) for k in (0, 1)]
    # The first picture is noise alone, the second one needs a pass.
    yield "first x0 of a whole second", f"{1e3 * sum(gaps[:2]):.0f} ms"
    yield "one step of chunk 0 (plates and score)", f"{1e3 * spent[0] / steps:.0f} ms"
    yield f"first second final ({steps} steps)", f"{spent[0]:.2f} s"
    yield "one step of a later chunk (score only)", f"{1e3 * spent[1] / steps:.1f} ms"


def everything(
    clock: Clock, renderer: EmbeddedRenderer, text: str, steps: int, seconds: int
) -> Figures:
    """Denoise, compose and encode a clip: every final frame, and one preview per step."""
    start, first = clock(), 0.0
    encoder, pts = Encoder(renderer.width, renderer.height, renderer.fps, KBIT), 0
    for patch in patches_alone(renderer.render(Brief(text, seed=2, seconds=seconds, steps=steps))):
        if not patch.final and patch.chunk:
            continue
        for frame in range(patch.start, patch.stop if patch.final else patch.start + 1):
            encoder.encode_picture(patch.draw(frame), pts)
            pts += 1
        if patch.final and patch.stop == renderer.fps:
            first = clock() - start
    took = clock() - start
    yield "first second final, composed and encoded", f"{first:.2f} s"
    later = (took - first) / (seconds - 1)
    yield "each later second, composed and encoded", f"{later:.3f} s"
    yield f"whole clip of {seconds} s", f"{took:.2f} s ({took / seconds:.3f} s per second)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--prompt", default=PROMPT)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--cpu", action="store_true", help="CPU time, all threads together")
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    torch.set_num_threads(options.threads)
    start = clock()
    renderer = EmbeddedRenderer(options.model)
    loaded = clock() - start
    *_, patch = patches_alone(renderer.render(Brief(options.prompt, seed=1, seconds=1, steps=2)))
    patch.draw(patch.start)
    scene = _scene(renderer, options.prompt, options.seconds)
    table = Table(title=f"{describe()}, {options.threads} thread(s)" + ", CPU time" * options.cpu)
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_row("load", f"{loaded:.2f} s")
    for figures in (
        composing(clock, scene),
        diffusing(clock, renderer, options.prompt, options.steps, options.seconds),
        everything(clock, renderer, options.prompt, options.steps, options.seconds),
    ):
        for what, figure in figures:
            table.add_row(what, figure)
    # In KiB, as Linux counts it.
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table.add_row("most memory of this process", f"{resident:.0f} MB")
    Console().print(table)


def _scene(renderer: EmbeddedRenderer, text: str, seconds: int) -> Scene:
    rendering = patches_alone(renderer.render(Brief(text, seed=1, seconds=seconds, steps=8)))
    while True:
        try:
            next(rendering)
        except StopIteration as end:
            return from_latents(end.value, renderer.world)


if __name__ == "__main__":
    main()
