"""The sound of a clip in the worker: with every picture its packets, on air as in the files."""

import io
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest

from phosphene.mux import PACKET, first_packet, heard_with, sound_times
from phosphene.render import messages
from phosphene.render.worker.clip_encoder import ClipEncoder
from phosphene.render.worker.playhead import Head
from phosphene.render.worker.renderer import Brief, Patch, Sound
from phosphene.render.worker.sound import RATE
from phosphene.units import Unit
from tests.render.painter import FPS, Painter
from tests.render.worker.test_session import files, hear, order, units

pytestmark = pytest.mark.slow

TICK = RATE // FPS


def tone(start: int, count: int, hertz: float = 440.0) -> Sound:
    """Of both ears, from a sample on."""
    wave = 0.3 * np.sin(2 * np.pi * hertz * np.arange(start, start + count) / RATE)
    return Sound(np.stack([wave, wave]).astype(np.float32), RATE)


@dataclass
class Musician(Painter):
    """Paints, and plays one tone from second to second, and another one while a clip forms."""

    hummed: list[tuple[int, int, float | None]] = field(default_factory=list)

    def _patch(self, brief: Brief, chunk: int, step: int, number: int, seed: int) -> Patch:
        patch = super()._patch(brief, chunk, step, number, seed)

        def hum(start: int, count: int, since: float | None) -> Sound:
            self.hummed.append((start, count, since))
            return tone(start, count, 300.0)

        sound = (lambda: tone(chunk * RATE, RATE)) if patch.final else None
        return replace(patch, sound=sound, hum=hum)


def samples(video: bytes) -> np.ndarray:
    """What is heard in a file, left."""
    with av.open(io.BytesIO(video), "r") as file:
        return np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])


def packets(run: list[Unit]) -> list[bytes]:
    return [packet for unit in run for packet in unit.sound]


@pytest.mark.asyncio
async def test_each_picture_of_the_run_brings_its_packets_and_the_files_have_the_same() -> None:
    heard = await hear(order(seconds=2), painter=Musician())
    run = [unit for unit in units(heard) if unit.final]
    opus = packets(run)
    assert len(opus) == 100
    assert [unit.sound for unit in run] == [heard_with(opus, at, FPS) for at in range(2 * FPS)]
    for kind in ("video", "half"):
        with av.open(io.BytesIO(files(heard)[kind].data), "r") as file:
            found = [bytes(packet) for packet in file.demux(audio=0) if packet.size]
            assert found == opus
            (track,) = file.streams.audio
            lasts = Fraction(track.duration or 0) * (track.time_base or 0)
            assert float(lasts) == pytest.approx(2.0, abs=0.01)
    wave = samples(files(heard)["video"].data)[4800:-4800]
    assert np.abs(np.diff(wave, 2)).max() < 0.002  # one tone, however many pieces it came in


@pytest.mark.asyncio
async def test_what_is_heard_while_a_clip_forms_follows_its_ticks_and_ends_before_the_run() -> None:
    musician = Musician()
    heard = await hear(order(seconds=1), painter=musician, pace=0.3)
    shown = units(heard)
    forming = [unit for unit in shown if not unit.final and unit.sound]
    times = [time for unit in forming for time, _ in sound_times(unit, FPS)]
    assert times[0] == 0
    assert all(after - before >= PACKET for before, after in pairwise(times))
    began = next(unit.pts for unit in shown if unit.final) * TICK
    assert times[-1] + PACKET <= began
    assert musician.hummed[0][2] is None
    sigmas = [since for *_, since in musician.hummed[1:] if since is not None]
    assert sigmas == sorted(sigmas, reverse=True)


def test_a_picture_that_is_sent_again_while_a_clip_forms_brings_its_sound() -> None:
    musician = Musician()
    drawing = musician.render(Brief("disc", seed=1, seconds=1))
    patch = next(drawing)
    assert isinstance(patch, Patch)
    encoder = ClipEncoder(musician, 500, 1)
    first = encoder.encode_frame(patch, Head(0), 0)
    again = [encoder.repeat_last(tick) for tick in (6, 12, 48)]
    assert [len(unit.sound) for unit in (first, *again) if unit] == [2, 12, 13, 13]
    running = encoder.encode_frame(patch, Head(0, running=True), 49)
    stalled = encoder.repeat_last(54)
    assert running.sound == ()
    assert stalled is not None
    assert stalled.sound == ()


@pytest.mark.asyncio
async def test_a_clip_of_a_lost_worker_goes_on_with_its_sound() -> None:
    run = [one for one in units(await hear(order(seconds=2), painter=Musician())) if one.final]
    shown = messages.ShownSoFar(pts=run[29].pts, run=tuple(run[:30]))
    taken = await hear(order(seconds=2, shown=shown, kept=1, begun=b"1 s"), painter=Musician())
    rest = [unit for unit in units(taken) if unit.final]
    assert rest[0].frame == 30
    assert len(packets(rest)) == 100 - first_packet(30, FPS)
    video = files(taken)["video"].data
    with av.open(io.BytesIO(video), "r") as file:
        found = [bytes(packet) for packet in file.demux(audio=0) if packet.size]
    assert found == packets([*run[:30], *rest])
    assert np.abs(np.diff(samples(video)[4800:-4800], 2)).max() < 0.002


@pytest.mark.asyncio
async def test_a_silent_renderer_makes_silent_clips() -> None:
    heard = await hear(order(seconds=1))
    assert not any(unit.sound for unit in units(heard))
    with av.open(io.BytesIO(files(heard)["video"].data), "r") as file:
        assert not file.streams.audio
