"""What the invisible mark survives: ``python -m bench.watermark [--clips 20] [--seconds 2]``.

Clips of the embedded model, drawn, marked and encoded as the worker does it, then washed as people
wash them. Each line: how many are read, with the 95 % interval of that share (Wilson), and how far
the mark stood out; before it what the mark costs, in bits, error and CPU. The same clips without a
mark, and under other keys, are read too: any of those is a false alarm, and how likely one is, is
computed from their scores. Clips and results are kept in ``--folder``: a run goes on where another
ended, and ``--washes`` of some clips may be fewer.
"""

import argparse
import os
import time
from collections.abc import Sequence
from math import log10
from pathlib import Path
from typing import Final

import numpy as np
import torch
from msgspec.structs import replace

from bench.machine import describe
from bench.policy.shares import Share
from bench.watermark.clips import FPS, KeptClips
from bench.watermark.results import (
    UNMARKED,
    Cost,
    KeptResults,
    Measured,
    Reading,
    Unmarked,
    missing_of,
    share_lines,
)
from bench.watermark.unmarked import KEYS, report_tail, score_places
from bench.watermark.washes import WASHES, Frames, Wash, decoded, washed
from phosphene.render.worker.h264_encoder import Encoder
from phosphene.render.worker.renderer import Picture
from phosphene.settings import Settings
from phosphene.verification.worker.examination import STILL
from phosphene.watermark.embedding import PictureMarker
from phosphene.watermark.fields import Field
from phosphene.watermark.luma import grid_luma
from phosphene.watermark.reading import Reader, mean_residual
from phosphene.watermark.residual import residual_of

KEY: Final = b"a key of sixteen"
LOOKS: Final = (*WASHES, UNMARKED)
OTHERS: Final = tuple(b"another key, %3d" % number for number in range(KEYS))


class Bench:
    """Measures clips under one key; ``strength`` of its marks."""

    def __init__(self, strength: float) -> None:
        self._strength = strength
        self._readers = Reader(KEY), Reader(OTHERS[0])

    def measure(
        self, number: int, plain: Sequence[Picture], before: Measured | None, names: Sequence[str]
    ) -> Measured:
        """A clip after the washes of these names, and UNMARKED, beside what is known of it."""
        word, marked, cpu = self._marked(number, plain)
        bare, units = encoded(plain), encoded(marked)
        if before is None:
            before = Measured(cost=Cost(*error_and_bits(plain, marked, bare, units), cpu))
        if UNMARKED in names:
            before = replace(before, unmarked=self._look_at_unmarked(decoded(bare)))
        frames, more = decoded(units), dict[str, Reading]()
        for name, wash in WASHES.items():
            if name in names:
                more[name] = self._read(washed(frames, wash, FPS), wash, word)
        return replace(before, readings=before.readings | more)

    def _look_at_unmarked(self, frames: Frames) -> Unmarked:
        mean = mean_of(frames)
        found = [one.read(mean) for one in self._readers]
        peaks = tuple(0.0 if one is None else one.peak for one in found)
        return Unmarked(peaks, score_places(mean, OTHERS))

    def _marked(self, number: int, plain: Sequence[Picture]) -> tuple[int, list[Picture], float]:
        """The word, the marked pictures, and how many ms of CPU each took."""
        word = int(np.random.default_rng(number).integers(0, 1 << 63)) * 2 + 1
        height, width = plain[0].shape[0] * 2 // 3, plain[0].shape[1]
        marker = PictureMarker(KEY, word, self._strength, (width, height), textured=False)
        marker.marked(plain[0])
        began = time.process_time()
        marked = [marker.marked(one) for one in plain]
        return word, marked, (time.process_time() - began) / len(plain) * 1e3

    def _read(self, frames: Frames, wash: Wash, word: int) -> Reading:
        found = self._readers[0].read(mean_of(frames, STILL if wash.still else 1.0))
        if found is None:
            return Reading(read=False, peak=0.0)
        return Reading(read=word in found.words, peak=found.peak)


def mean_of(frames: Frames, larger: float = 1.0) -> Field:
    """What marks are read in, as of a file that is verified."""
    return mean_residual([residual_of(grid_luma(one, larger)) for one in frames])


def encoded(pictures: Sequence[Picture]) -> list[bytes]:
    """As the worker encodes them."""
    height, width = pictures[0].shape[0] * 2 // 3, pictures[0].shape[1]
    encoder = Encoder(width, height, FPS, Settings().bitrate)
    return [encoder.encode_picture(one, at)[0] for at, one in enumerate(pictures)]


def error_and_bits(
    plain: Sequence[Picture],
    marked: Sequence[Picture],
    bare: Sequence[bytes],
    units: Sequence[bytes],
) -> tuple[float, float]:
    """PSNR of the luma in dB, and how many per cent of bits more."""
    height = plain[0].shape[0] * 2 // 3
    errors = [
        np.square(a[:height].astype(np.int16) - b[:height]).mean()
        for a, b in zip(plain, marked, strict=True)
    ]
    return 10 * log10(255**2 / float(np.mean(errors))), 100 * (
        sum(map(len, units)) / sum(map(len, bare)) - 1
    )


def report(every: Sequence[Measured], strength: float) -> None:
    """Print the table."""
    print(describe())
    psnr, bits, cpu = np.mean([(x.cost.psnr, x.cost.bits, x.cost.cpu) for x in every], axis=0)
    print(f"{len(every)} clips, strength {strength}: {psnr:.1f} dB, {bits:+.1f} % bits, ", end="")
    print(f"{cpu:.2f} ms of CPU a picture, {cpu * FPS / 10:.2f} % of a core for a clip on air")
    for name, line in share_lines(every, WASHES).items():
        print(f"{name:<28}{line}")
    unmarked = [one.unmarked for one in every if one.unmarked]
    if unmarked:
        sightings = [peak for one in unmarked for peak in one.sightings]
        seen = Share(sum(peak > 0 for peak in sightings), len(sightings))
        print(f"sightings without a mark, or of another key, before any check: {seen}")
        print("\n".join(report_tail([one.scores for one in unmarked])))


def main() -> None:
    """Measure what was not measured yet, and print the table of all that was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first clip")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--strength", type=float, default=Settings().watermark)
    parser.add_argument("--washes", nargs="+", choices=LOOKS, default=LOOKS)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/phosphene-watermark"))
    options = parser.parse_args()
    os.nice(5)
    torch.set_num_threads(1)
    clips = KeptClips(options.folder / "clips", options.seconds)
    kept, bench = (
        KeptResults(options.folder, options.strength, options.seconds),
        Bench(options.strength),
    )
    every: list[Measured] = []
    for number in range(options.first, options.first + options.clips):
        measured = kept.read(number)
        if names := missing_of(measured, options.washes):
            measured = bench.measure(number, clips.pictures_of(number), measured, names)
            kept.write(number, measured)
            print(
                f"clip {number}",
                {one: round(r.peak) for one, r in measured.readings.items()},
                flush=True,
            )
        if measured is not None:
            every.append(measured)
    report(every, options.strength)


if __name__ == "__main__":
    main()
