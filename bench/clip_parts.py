"""What a clip's CPU time goes to: ``python -m bench.clip_parts [--clips 4] [--seconds 5]``.

The clips of ``bench.realtime``, drawn in this process by what its worker draws them with. Each part
is the CPU time of the thread that it runs in, without that of the parts within it; what is left of
the process is the event loop, the denoiser's steps between passes, and the clocks that measure.
"""

import argparse
import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import wraps
from pkgutil import resolve_name
from typing import Final

import torch

from bench.machine import describe
from bench.realtime import PROMPTS
from phosphene.render import messages
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.worker.context import open_context
from phosphene.render.worker.cost_model import warm_up
from phosphene.render.worker.embedded.load import load
from phosphene.render.worker.session import ClipSession

ROOM: Final = "phosphene.render.worker"
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "reading the prompt": (
        "embedded.director.NounDirector.plan_scene",
        "embedded.director.NounDirector.understand",
    ),
    "network: plates": ("embedded.network.EmbeddedTransformer.forward_many",),
    "network: score": ("embedded.network.EmbeddedTransformer.forward",),
    "network: nouns": ("embedded.nouns.network.NounTransformer.forward",),
    "steps of the schedule": ("embedded.tracks.Track.take_step",),
    "decoding plates": ("embedded.plates.DecodedOnce.__getitem__",),
    "preparing layers": ("embedded.compositor._PlateLayers.__init__",),
    "frames: states": ("embedded.segments.frame_states", "embedded.segments.scene_states"),
    "frames: subjects": (
        "embedded.subject_layer.SubjectLayer.blend_over",
        "embedded.subject_layer.SubjectLayer.shade_ground",
    ),
    "frames: fireworks": ("embedded.fireworks.Fireworks.blend_over",),
    "frames: other layers": ("embedded.compositor.Compositor.draw_frame",),
    "H.264": ("h264_encoder.Encoder.encode_picture",),
    "half file: scaling": ("half_file.halve_picture",),
    "half file: H.264": ("half_file.HalfFile._encode_small",),
    "thumbnails": ("output_files.to_thumb", "output_files.best_thumb"),
    "files": ("thread_pool.run_next_chunk",),
}
"""What runs in each part, by its place."""

WHOLE: Final = frozenset(("half file: H.264",))
"""Parts that keep what is within them."""


class PartTimes:
    """CPU seconds and calls of parts, in all threads."""

    def __init__(self) -> None:
        self.cpu_s = Counter[str]()
        self.calls = Counter[str]()
        self._lock = threading.Lock()
        self._within = threading.local()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Counts what the block takes."""
        outer: str | None = getattr(self._within, "name", None)
        if outer in WHOLE:
            yield
            return
        self._turn(outer, name)
        try:
            yield
        finally:
            self._turn(name, outer)
        with self._lock:
            self.calls[name] += 1

    def _turn(self, before: str | None, after: str | None) -> None:
        now = time.thread_time()
        if before is not None:
            with self._lock:
                self.cpu_s[before] += now - self._within.since
        self._within.name, self._within.since = after, now

    def counted(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        """The same call as a part."""

        @wraps(call)
        def count(*args: object, **kwargs: object) -> object:
            with self.part(name):
                return call(*args, **kwargs)

        return count

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Inside the block all of `PARTS` are counted."""
        with ExitStack() as stack:
            for name, places in PARTS.items():
                for place in places:
                    owner, _, last = place.rpartition(".")
                    holder = resolve_name(f"{ROOM}.{owner}")
                    call = getattr(holder, last)
                    stack.callback(setattr, holder, last, call)
                    setattr(holder, last, self.counted(name, call))
            yield


async def draw_clips(options: argparse.Namespace, times: PartTimes) -> float:
    """Clip after clip, the first of them to warm up; CPU seconds of the others."""
    renderer, ready = load(ModelOptions())
    warm_up(renderer, options.kbit, 1.0)

    async def send(_: messages.Answer) -> None:
        pass

    with open_context(
        renderer, send, kbit=options.kbit, pace=0.0, conditions=ready.conditions
    ) as context:
        with times.counting():
            began = time.process_time()
            for number in range(options.clips):
                order = messages.Render(
                    clip=f"clip{number}",
                    text=PROMPTS[number % len(PROMPTS)],
                    seed=number,
                    seconds=options.seconds,
                    steps=ready.steps,
                    live=options.live,
                )
                await ClipSession(context, order).run()
        return time.process_time() - began


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--kbit", type=int, default=2500)
    parser.add_argument("--live", action="store_true", help="on air, with the pictures that form")
    options = parser.parse_args()
    torch.set_num_threads(1)
    times = PartTimes()
    cpu_s = asyncio.run(draw_clips(options, times))
    seconds = options.clips * options.seconds
    print(describe())
    print(f"{'CPU per second of clip':<26}{'ms':>8}{'share':>8}{'calls':>8}")
    rest = cpu_s - times.cpu_s.total()
    for name, spent in [*times.cpu_s.most_common(), ("the rest", rest), ("all", cpu_s)]:
        calls = f"{times.calls[name] / seconds:.1f}" if name in times.calls else ""
        print(f"{name:<26}{1e3 * spent / seconds:>8.1f}{spent / cpu_s:>8.0%}{calls:>8}")


if __name__ == "__main__":
    main()
