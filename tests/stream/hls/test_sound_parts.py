"""Sound beside the pictures of a clip on air, read back by an independent reader."""

from io import BytesIO
from itertools import pairwise

import av
import numpy as np
import pytest
from msgspec.structs import replace

from phosphene.mux import PACKET, heard_with
from phosphene.part_length import part_ticks
from phosphene.render.worker.renderer import Sound
from phosphene.render.worker.sound import opus_packets
from phosphene.stream.hls.fmp4 import OPUS_CLOCK, SoundTrack, initialization
from phosphene.stream.hls.segments import Part, part_end
from phosphene.stream.hls.sound_parts import SILENCE, most_ticks, sound_part, sound_segments
from phosphene.units import Unit

FPS = 24
MOST = part_ticks(FPS)


@pytest.fixture(scope="module")
def opus() -> list[bytes]:
    """A tone of two seconds."""
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * OPUS_CLOCK) / OPUS_CLOCK)
    return opus_packets(Sound(wave.astype(np.float32)[None], OPUS_CLOCK), 2.0)


def a_log(opus: list[bytes], forming: int, stall: int = 0) -> list[Unit]:
    """So many ticks of forming, then the run with its sound; it stands still once for so long."""
    units = [Unit(at, at % FPS == 0, at % 9, 0.5, False, b"") for at in range(forming)]
    for frame in range(2 * FPS):
        pts = forming + frame + (stall if frame >= 30 else 0)
        key = frame % FPS == 0 or (frame == 30 and stall > 0)
        sound = heard_with(opus, frame, FPS)
        units.append(Unit(pts, key, frame, 0.0, True, b"", sound))
        if frame == 29:
            again = replace(units[-1], final=False, key=False, sound=())
            repeats = range(pts + 1, pts + 1 + stall)
            units += [replace(again, pts=tick) for tick in repeats]
    return units


def cut(units: list[Unit]) -> list[Part]:
    found, at = [], 0
    while (end := part_end(units, at, MOST, True)) is not None:
        found.append(sound_part(units, at, end, FPS))
        at = end
    return found


def read(parts: list[Part]) -> list[tuple[int, bytes]]:
    whole = initialization(SoundTrack()) + b"".join(part.data for part in parts)
    with av.open(BytesIO(whole), "r") as file:
        (voice,) = file.streams.audio
        assert (voice.codec_context.name, voice.rate) in {("opus", 48_000), ("libopus", 48_000)}
        scale = OPUS_CLOCK * (voice.time_base or 0)
        return [
            (int(packet.pts * scale), bytes(packet))
            for packet in file.demux(voice)
            if packet.size and packet.pts is not None
        ]


@pytest.mark.parametrize("stall", [0, 1, 17])
@pytest.mark.parametrize("forming", [31, 48])
def test_there_is_sound_or_silence_for_every_picture(
    opus: list[bytes], forming: int, stall: int
) -> None:
    units = a_log(opus, forming, stall)
    parts = cut(units)
    assert parts[0].start == 0
    assert all(one.end == other.start for one, other in pairwise(parts))
    assert all(part.duration <= most_ticks(MOST, FPS) for part in parts)
    found = read(parts)
    tick = OPUS_CLOCK // FPS
    heard = [(time, packet) for time, packet in found if packet != SILENCE]
    assert [packet for _, packet in heard] == opus
    before = [time for number, (time, _) in enumerate(heard) if number * FPS < 30 * 50]
    assert before == [forming * tick + number * PACKET for number in range(len(before))]
    assert heard[-1][0] - before[-1] == (100 - len(before)) * PACKET + stall * tick
    gaps = [later - time for (time, _), (later, _) in pairwise(found)]
    assert all(0 < gap < 2 * PACKET for gap in gaps)


def a_heard_forming(opus: list[bytes], shown: list[int], run: list[Unit]) -> list[Unit]:
    """Pictures of a forming at some ticks, each with the packets that came since the one before,
    and then a run from the next tick on."""
    units, taken = [], 0
    for at in shown:
        until = (at + 1) * 50 // FPS
        units.append(Unit(at, at % FPS == 0, at % 9, 0.5, False, b"", tuple(opus[taken:until])))
        taken = until
    later = shown[-1] + 1 - run[0].pts
    return [*units, *(replace(unit, pts=unit.pts + later) for unit in run)]


def test_what_is_heard_while_a_clip_forms_is_cut_beside_its_pictures(opus: list[bytes]) -> None:
    units = a_heard_forming(opus, [*range(31)], a_log(opus, 0))
    parts = cut(units)
    assert all(one.end == other.start for one, other in pairwise(parts))
    assert all(part.duration <= most_ticks(MOST, FPS) for part in parts)
    heard = [packet for _, packet in read(parts) if packet != SILENCE]
    assert heard == [*opus[: 31 * 50 // FPS], *opus]
    later = next(at for at, unit in enumerate(units) if unit.key and at)
    assert cut(units[later:]) == parts[-len(cut(units[later:])) :]


def test_parts_keep_to_their_length_where_a_slow_worker_shows_few_pictures(
    opus: list[bytes],
) -> None:
    """A picture then brings the sound of the ticks before it, of which a part that begins with it
    takes none: a player refuses a part that is longer than all are said to be."""
    shown = [0, 3, 6, 10, 12, 17, 18, 24, 27, 30]
    units = a_heard_forming(opus, shown, a_log(opus, 0))
    parts = cut(units)
    assert all(one.end == other.start for one, other in pairwise(parts))
    assert all(part.duration <= most_ticks(MOST, FPS) for part in parts)
    heard = [packet for _, packet in read(parts) if packet != SILENCE]
    assert heard[-100:] == opus
    assert set(heard) <= set(opus)


def test_parts_of_the_run_are_neither_longer_nor_much_shorter_than_they_say(
    opus: list[bytes],
) -> None:
    most = most_ticks(MOST, FPS)
    assert most == 13 * PACKET
    units = a_log(opus, 2 * MOST)
    run = [part for part in cut(units) if not part.closes]
    assert {part.duration // PACKET for part in run[:-1]} <= {12, 13}
    assert min(part.duration for part in run[:-1]) >= 0.85 * most


def test_the_same_units_from_a_later_keyframe_make_the_same_parts(opus: list[bytes]) -> None:
    units = a_log(opus, FPS)
    later = next(at for at, unit in enumerate(units) if unit.key and unit.frame == FPS)
    parts = cut(units)
    assert cut(units[later:]) == [part for part in parts if part.start >= 2 * OPUS_CLOCK]


def test_the_sound_of_a_finished_clip_is_cut_beside_its_pictures(opus: list[bytes]) -> None:
    found = sound_segments(opus, [0, 13, 24, 40], FPS)
    assert [one.start for one in found] == [0, 28 * PACKET, 50 * PACKET, 84 * PACKET]
    assert sum(one.duration for one in found) == 2 * OPUS_CLOCK
    assert [packet for _, packet in read([one.parts[0] for one in found])] == opus
    assert sound_segments([], [0, 24], FPS) == []


def test_silence_is_silent() -> None:
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = OPUS_CLOCK, "stereo"
    frames = [frame for _ in range(20) for frame in decoder.decode(av.Packet(SILENCE))]
    assert frames
    assert max(float(np.abs(frame.to_ndarray()).max()) for frame in frames) < 1e-3
