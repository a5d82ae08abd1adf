"""Pictures that are encoded already, and their sound, put into a file; nothing is encoded again."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from io import BytesIO
from typing import Final

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer

from phosphene.scratch import scratch_path
from phosphene.units import Unit

OPUS_CLOCK: Final = 48_000
"""Ticks in a second of any Opus (RFC 7587)."""
PER_SECOND: Final = 50
"""Packets of Opus in a second: libopus makes them of 20 ms."""
PACKET: Final = OPUS_CLOCK // PER_SECOND
PRE_SKIP: Final = 312
"""Ticks that a decoder of libopus' packets is behind: a file's first ones are not heard."""

TimedPackets = Sequence[tuple[int, bytes]]
"""Packets of Opus, each with the time at which it begins, on its clock, rising."""

_STEREO: Final = 4  # the flag in the first byte of a packet (RFC 6716, section 3.1)
_TICKS: Final = 512  # of the MP4's clock in a frame


def mp4(
    units: Sequence[bytes],
    fps: int,
    sound: TimedPackets = (),
    starts: Sequence[int] | None = None,
) -> bytes:
    """Access units in Annex B form, the first an IDR, as a faststart MP4.

    Every frame lasts 1/fps and the first begins at 0, unless ``starts`` says when each begins, in
    1/fps. ``sound`` becomes a track beside the picture; without it there is none. Raises ValueError
    when there is no unit.
    """
    if not units:
        raise ValueError("a clip without a unit")
    begins = starts or range(len(units))
    # The index can only be moved to the front in a file that can be read again while written.
    with scratch_path() as file, av.open(BytesIO(units[0]), format="h264") as seen:
        with av.open(str(file), "w", format="mp4", options={"movflags": "faststart"}) as target:
            stream = target.add_stream_from_template(seen.streams.video[0])
            stream.time_base = Fraction(1, fps * _TICKS)
            track = _sound_track(target, sound) if sound else None
            target.start_encoding()
            ends = [*begins[1:], begins[-1] + 1]
            for data, begin, end in zip(units, begins, ends, strict=True):
                packet = av.Packet(data)
                packet.stream, packet.time_base = stream, Fraction(1, fps)
                packet.pts = packet.dts = begin
                packet.duration, packet.is_keyframe = end - begin, is_key(data)
                target.mux(packet)
            if track is not None:
                _add_sound(target, track, sound)
        return file.read_bytes()


def is_key(data: bytes) -> bool:
    """Whether an access unit in Annex B form holds an IDR slice (NAL unit type 5)."""
    return any(nal[:1] and nal[0] & 31 == 5 for nal in data.split(b"\0\0\1"))


def first_packet(frame: int, fps: int) -> int:
    """The first packet of a clip's sound that begins while a frame is shown, or after it."""
    return -(-frame * PER_SECOND // fps)


def heard_with(packets: Sequence[bytes], frame: int, fps: int) -> tuple[bytes, ...]:
    """The packets that begin while a frame is shown."""
    return tuple(packets[first_packet(frame, fps) : first_packet(frame + 1, fps)])


def first_heard(unit: Unit, fps: int) -> tuple[int, int]:
    """When what a unit belongs to began to be heard, on the clock of Opus on which the unit is at
    ``pts`` / ``fps``, and the number of its first packet since then: of the final run, or of the
    forming before it."""
    if unit.final:
        return (unit.pts - unit.frame) * OPUS_CLOCK // fps, first_packet(unit.frame, fps)
    return 0, (unit.pts + 1) * PER_SECOND // fps - len(unit.sound)


def sound_times(unit: Unit, fps: int) -> Iterator[tuple[int, bytes]]:
    """The packets of a unit, each with when it begins on that clock."""
    began, first = first_heard(unit, fps)
    for number, packet in enumerate(unit.sound, first):
        yield began + number * PACKET, packet


def timed_packets(packets: Iterable[bytes]) -> TimedPackets:
    """Packets that follow each other from 0 on."""
    return [(number * PACKET, packet) for number, packet in enumerate(packets)]


def _sound_track(target: OutputContainer, sound: TimedPackets) -> AudioStream:
    """Its encoder writes the header, and encodes nothing."""
    stereo = any(packet[0] & _STEREO for _, packet in sound)
    track = target.add_stream("libopus", rate=OPUS_CLOCK, layout="stereo" if stereo else "mono")
    assert isinstance(track, AudioStream)
    return track


def _add_sound(target: OutputContainer, track: AudioStream, sound: TimedPackets) -> None:
    for time, data in sound:
        packet = av.Packet(data)
        packet.stream, packet.time_base = track, Fraction(1, OPUS_CLOCK)
        packet.pts = packet.dts = time - PRE_SKIP
        packet.duration = PACKET
        target.mux(packet)
