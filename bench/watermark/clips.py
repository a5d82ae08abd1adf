"""Clips of the embedded model, drawn once and kept in a folder, without loss."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.frame import PictureType

from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.worker.__main__ import load
from phosphene.render.worker.h264_encoder import video_frame
from phosphene.render.worker.renderer import Brief, Picture, Renderer, patches_alone

SUBJECTS: Final = (
    *("a red fox", "two cats", "a balloon", "a rocket", "a sailing ship", "an owl", "a whale"),
    *("a white rabbit", "a turtle", "three jellyfish", "a blue butterfly", "a dog", "a horse"),
)
PLACES: Final = (
    *("in the forest at night", "over the mountains at sunset", "in a storm", "in the snow"),
    *("in the desert", "in the rain at dusk", "over the city at night", "under the sea"),
    *("in the fog at dawn", "on the moon", "in a meadow at noon"),
)
FPS: Final = 24


class KeptClips:
    """The pictures of clips, by number: of 143 combinations of subject and place, each with a seed
    of its own. The model is loaded with the first that is not in the folder."""

    def __init__(self, folder: Path, seconds: int) -> None:
        self._folder = folder
        self._seconds = seconds
        self._renderer: Renderer | None = None
        self._steps = 0

    def pictures_of(self, number: int) -> list[Picture]:
        """As they came from the model."""
        file = self._folder / f"{number:05d}-{self._seconds}.mkv"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            half = file.with_suffix(".half")
            write_pictures(half, self._draw(number))
            half.rename(file)
        return read_pictures(file)

    def _draw(self, number: int) -> list[Picture]:
        if self._renderer is None:
            self._renderer, ready = load(ModelOptions())
            self._steps = ready.steps
        text = f"{SUBJECTS[number % len(SUBJECTS)]} {PLACES[number % len(PLACES)]}"
        brief = Brief(text, number, self._seconds, steps=self._steps)
        drawn: dict[int, Picture] = {}
        for patch in patches_alone(self._renderer.render(brief)):
            if patch.final:
                drawn |= {frame: patch.draw(frame) for frame in range(patch.start, patch.stop)}
        return [drawn[frame] for frame in sorted(drawn)]


def write_pictures(file: Path, pictures: Sequence[Picture]) -> None:
    """Pictures (I420) as a file, without loss: H.264 with a quantiser of 0."""
    height, width = pictures[0].shape[0] * 2 // 3, pictures[0].shape[1]
    with av.open(file, "w", format="matroska") as target:
        stream = target.add_stream("libx264", rate=Fraction(FPS), options={"qp": "0"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        for number, picture in enumerate(pictures):
            frame = video_frame(picture)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            frame.pict_type = PictureType.NONE
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


def read_pictures(file: Path) -> list[Picture]:
    """The same again."""
    with av.open(file) as source:
        source.streams.video[0].codec_context.thread_count = 1
        return [np.asarray(one.to_ndarray(), np.uint8) for one in source.decode(video=0)]
