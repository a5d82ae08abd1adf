"""What was measured of each clip, kept beside the clips, so that a run goes on with the next."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from bench.policy.shares import Share
from bench.watermark.unmarked import Scores
from phosphene import watermark

UNMARKED: Final = "unmarked"


class Reading(Struct, frozen=True):
    """Whether the word was read, and by how many standard deviations the mark stood out."""

    read: bool
    peak: float


class Cost(Struct, frozen=True):
    """PSNR of the luma in dB, per cent of bits more, ms of CPU a picture."""

    psnr: float
    bits: float
    cpu: float


class Unmarked(Struct, frozen=True):
    """Of a clip without a mark: how far marks stood out that the search for cuts and turns saw in
    it (0 of none), and its scores under other keys."""

    sightings: tuple[float, ...]
    scores: Scores


class Measured(Struct, frozen=True):
    """Of one clip: what its mark costs, and what is read after each wash."""

    cost: Cost
    readings: dict[str, Reading] = {}
    unmarked: Unmarked | None = None


class KeptResults:
    """Of the code that lays and reads marks as it is now: what another one did counts no more."""

    def __init__(self, folder: Path, strength: float, seconds: int) -> None:
        self._folder = folder / f"results-{code_digest()}-{strength}-{seconds}"
        self._folder.mkdir(parents=True, exist_ok=True)

    def read(self, number: int) -> Measured | None:
        """What was measured of a clip."""
        file = self._file(number)
        return msgspec.json.decode(file.read_bytes(), type=Measured) if file.exists() else None

    def write(self, number: int, measured: Measured) -> None:
        half = self._file(number).with_suffix(".half")
        half.write_bytes(msgspec.json.encode(measured))
        half.rename(self._file(number))

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:05d}.json"


def missing_of(measured: Measured | None, names: Sequence[str]) -> list[str]:
    """What was not measured yet."""
    if measured is None:
        return list(names)
    known = {*measured.readings, *([UNMARKED] if measured.unmarked else [])}
    return [one for one in names if one not in known]


def code_digest() -> str:
    """Of what lays and reads marks, and of the washes."""
    here, there = Path(__file__).parent, Path(watermark.__file__).parent
    files = [here / "washes.py", *sorted(there.glob("*.py"))]
    return hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()[:12]


def share_lines(measured: Iterable[Measured], names: Iterable[str]) -> Mapping[str, str]:
    """For each wash how many are read, of how many, and how far the mark stood out at least and in
    the middle."""
    every, lines = list(measured), dict[str, str]()
    for name in names:
        tried = [one.readings[name] for one in every if name in one.readings]
        peaks = sorted(one.peak for one in tried)
        if tried:
            share = Share(sum(one.read for one in tried), len(tried))
            lines[name] = (
                f"{share}; peak {peaks[0]:.1f} at least, median {peaks[len(peaks) // 2]:.1f}"
            )
    return lines
