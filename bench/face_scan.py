"""From which likeness on a clip is held for a face in it, and what looking for it costs:
``python -m bench.face_scan``.

The threshold against the number of people who asked to be found, and how many clips of strangers it
holds at most. Then the child process looks at a clip of ten seconds of 576 x 1024 with one head of
several sizes in it, encoded as clips are: how like it is to the template that a camera's check
keeps, and the CPU.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import psutil

from bench.machine import describe
from phosphene.likeness.face_checker import FaceChecker
from phosphene.likeness.find_threshold import PICTURES_NEEDED, find_threshold, held_share
from phosphene.likeness.worker.faces import Picture, Recogniser, pack_template
from phosphene.likeness.worker.frame_scan import load_scan_models
from phosphene.render.worker.h264_encoder import Encoder
from tests.likeness.synthetic_head import astronaut, picture_of

ENROLLED: Final = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)
WIDTH, HEIGHT, FPS, SECONDS, KBIT = 576, 1024, 24, 10, 600
SIZES: Final = (1.0, 0.5, 0.35, 0.25)
"""Of the head, which is 140 pixels wide at 1."""


def show_thresholds() -> None:
    print("enrolled   cosine   clips of strangers held, at most")
    for enrolled in ENROLLED:
        least = find_threshold(enrolled)
        print(f"{enrolled:>8}   {least:.3f}    {held_share(least, enrolled):.2%}")


def show_likeness(template: bytes) -> None:
    """How like the head is to its template, by its size."""
    models, known = load_scan_models(Recogniser()), np.frombuffer(template, "<f2")
    for size in SIZES:
        faces = models.finder.find_faces(frame_with(size, 0))
        said = "not found"
        if faces:
            cosine = float(models.recogniser.read_vector(frame_with(size, 0), faces[0]) @ known)
            said = f"{faces[0].box[2]:.0f} px wide, cosine {cosine:.2f}"
        print(f"head x{size}: {said}")


def frame_with(size: float, yaw: float) -> Picture:
    """A picture of a clip: the head in the middle of a grey one."""
    frame = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    head = picture_of(astronaut(), yaw, 0, size)
    top, left = (HEIGHT - head.shape[0]) // 2, (WIDTH - head.shape[1]) // 2
    frame[top : top + head.shape[0], left : left + head.shape[1]] = head
    return frame


def own_template() -> bytes:
    """As a check before a camera keeps it."""
    models = load_scan_models(Recogniser())
    shown = [picture_of(astronaut(), yaw, 0, 1) for yaw in (-3, 0, 3)]
    finder, read = models.finder, models.recogniser.read_vector
    return pack_template([read(one, finder.find_faces(one)[0]) for one in shown])


def a_clip() -> list[tuple[bytes, bool]]:
    """Its pictures, and which are looked at."""
    encoder, yuv = Encoder(WIDTH, HEIGHT, FPS, KBIT), cv2.COLOR_BGR2YUV_I420
    drawn = [
        np.asarray(cv2.cvtColor(frame_with(1.0, yaw), yuv), np.uint8)
        for yaw in np.linspace(-20, 20, SECONDS * 2)
    ]
    each = FPS // 2
    return [
        (encoder.encode_picture(drawn[n // each], n)[0], n % each == each // 2)
        for n in range(FPS * SECONDS)
    ]


async def measure(template: bytes, enrolled: int, clip: Sequence[tuple[bytes, bool]]) -> None:
    """The CPU of the child process for a clip, against so many templates."""
    checker = FaceChecker()
    running = asyncio.create_task(checker.run())
    others = np.random.default_rng(1).normal(size=(enrolled - 1, 128))
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    templates = [*(row.astype("<f2").tobytes() for row in others), template]
    try:
        async with checker.open_scan(templates, find_threshold(enrolled), PICTURES_NEEDED) as scan:
            child = psutil.Process(checker.process_id)
            spent, began = sum(child.cpu_times()[:2]), time.monotonic()
            for data, look in clip:
                scan.add_picture(data, look=look)
            scan.end_scan()
            found = list[int]()
            while (place := await scan.next_match()) is not None:
                found.append(place)
            cpu = sum(child.cpu_times()[:2]) - spent
            wall = time.monotonic() - began
        right = "found" if found == [enrolled - 1] else f"found {found}"
        print(f"{enrolled} enrolled: {right}, {cpu:.2f} s of CPU for {SECONDS} s ({wall:.2f} s)")
    finally:
        running.cancel()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--enrolled", type=int, nargs="*", default=[1, 1000])
    given = parser.parse_args()
    print(describe())
    show_thresholds()
    template = own_template()
    show_likeness(template)
    clip = a_clip()
    for enrolled in given.enrolled:
        asyncio.run(measure(template, enrolled, clip))


if __name__ == "__main__":
    main()
