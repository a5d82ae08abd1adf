import io
from itertools import pairwise

import av
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from phosphene.mux import PACKET, heard_with
from phosphene.render.worker.renderer import Sound
from phosphene.render.worker.sound import opus_packets
from phosphene.stream.birth import FORMING_S, birth, heard_packets, shown_pictures
from phosphene.units import Unit
from tests.stream.viewer import FPS, encode


def a_log(steps: list[int], keys: int = 12, run: int = 24) -> list[Unit]:
    """Units that come so many ticks after each other, a keyframe every ``keys``, then the run."""
    units, pts = list[Unit](), 7
    for number, step in enumerate([0, *steps]):
        pts += step
        units.append(Unit(pts, number % keys == 0, number % 9, 0.5, False, b""))
    begins = pts + 1
    return [*units, *(Unit(begins + at, at == 0, at, 0.0, True, b"") for at in range(run))]


def test_a_short_forming_is_told_whole_and_in_its_time() -> None:
    log = a_log([1, 1, 3, 1] * 6)
    starts, shown = shown_pictures(log, FPS)
    assert shown == log
    assert starts == [unit.pts - 7 for unit in log]


def test_a_picture_that_was_sent_again_in_the_run_stands_longer() -> None:
    """Also where the repeat was a keyframe."""
    log = a_log([1, 1, 1])
    late = [replace(one, pts=one.pts + 20) for one in log[14:]]
    repeat = replace(log[13], pts=log[13].pts + 9, key=True, final=False)
    run = [replace(late[0], key=True), *late[1:]]
    starts, shown = shown_pictures([*log[:14], repeat, *run], FPS)
    assert shown == [*log[:14], *run]
    assert starts[14] - starts[13] == 21


def test_a_picture_stands_for_a_second_at_most() -> None:
    starts, _ = shown_pictures(a_log([1, 400, 1]), FPS)
    assert starts[:5] == [0, 1, 1 + FPS, 2 + FPS, 3 + FPS]


@pytest.mark.slow
@given(st.lists(st.integers(1, 3 * FPS), min_size=1, max_size=600), st.integers(1, 40))
@example([1, 1, 22, *[24] * 9, 1], 1)
def test_however_long_it_took_it_is_told_in_some_seconds(steps: list[int], keys: int) -> None:
    log = a_log(steps, keys)
    starts, shown = shown_pictures(log, FPS)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert shown[-24:] == log[-24:]
    assert shown[0].key
    for before, unit in pairwise(shown):
        follows = log.index(unit) == log.index(before) + 1
        assert follows or unit.key
    longest = max(keys * FPS, FORMING_S * FPS)
    assert starts[-24] <= longest or len(shown) == len(log)


def test_the_units_are_in_the_file_unchanged() -> None:
    log = encode(36)
    units = [Unit(at + 5 * (at > 9), one.key, at, 0.5, at >= 12, one.data)
             for at, one in enumerate(log)]  # fmt: skip
    with av.open(io.BytesIO(birth(units, FPS)), "r") as file:
        times = [frame.time for frame in file.decode(video=0)]
    assert times == pytest.approx([unit.pts / FPS for unit in units])
    with pytest.raises(ValueError, match="without a unit"):
        birth([], FPS)


def opus(seconds: float) -> list[bytes]:
    """A tone."""
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * 48_000)) / 48_000)
    return opus_packets(Sound(wave.astype(np.float32)[None], 48_000), seconds)


def a_heard_log(forming: int) -> list[Unit]:
    """So many pictures of forming and a run of a second, all with their sound."""
    packets, log = opus(forming / FPS), []
    for at, one in enumerate(encode(forming)):
        new = packets[at * 50 // FPS : (at + 1) * 50 // FPS]
        log.append(Unit(at, one.key, at % 6, 0.5, False, one.data, tuple(new)))
    run = opus(1.0)
    for frame, one in enumerate(encode(FPS)):
        heard = heard_with(run, frame, FPS)
        log.append(Unit(forming + frame, one.key, frame, 0.0, True, one.data, heard))
    return log


def times_of(video: bytes) -> list[float]:
    """When each packet of sound begins, in seconds."""
    with av.open(io.BytesIO(video), "r") as file:
        (voice,) = file.streams.audio
        scale = float(voice.time_base or 0)
        return [packet.pts * scale for packet in file.demux(voice) if packet.pts is not None]


def test_the_forming_is_heard_and_then_the_run() -> None:
    times = times_of(birth(a_heard_log(forming=17), FPS))
    steps = {round(step, 3) for step in np.diff(times).tolist()}
    assert times[0] == pytest.approx(0.0, abs=0.01)
    assert times[-1] == pytest.approx(17 / FPS + 0.98, abs=0.01)
    # Where the run begins, which is at no packet of the forming, there is less than one missing.
    assert all(0.02 <= step < 0.04 for step in steps)


def test_of_a_long_forming_the_sound_is_cut_with_its_pictures() -> None:
    log = a_heard_log(forming=13 * FPS)
    starts, shown = shown_pictures(log, FPS)
    times = [time for time, _ in heard_packets(starts, shown, FPS)]
    assert len(shown) < len(log)
    assert min(np.diff(times)) >= PACKET
    assert times_of(birth(log, FPS))[-1] == pytest.approx(len(shown) / FPS - 0.02, abs=0.02)


def test_a_silent_clip_has_a_silent_birth() -> None:
    with av.open(io.BytesIO(birth(encode(3), FPS)), "r") as file:
        assert not file.streams.audio
