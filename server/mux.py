"""Pictures that are encoded already, and their sound, put into a file; nothing is encoded again."""

from collections.abc import Sequence
from contextlib import ExitStack
from fractions import Fraction
from io import BytesIO
from typing import Final

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

from phosphene.scratch import scratch_path

PER_SECOND: Final = 50
"""Packets of Opus in a second: libopus makes them of 20 ms."""

_TICKS: Final = 512  # of the MP4's clock in a frame


def mp4(
    units: Sequence[bytes],
    fps: int,
    sound: bytes | None = None,
    starts: Sequence[int] | None = None,
    sound_at: int = 0,
) -> bytes:
    """Access units in Annex B form, the first an IDR, as a faststart MP4.

    Every frame lasts 1/fps and the first begins at 0, unless ``starts`` says when each begins, in
    1/fps. ``sound`` is a file with Opus in it (Ogg, or an MP4 of the same clip), which becomes a
    track beside the picture that begins at ``sound_at``, in 1/fps; without it there is none.
    Raises ValueError when there is no unit.
    """
    if not units:
        raise ValueError("a clip without a unit")
    begins = starts or range(len(units))
    # The index can only be moved to the front in a file that can be read again while written.
    with scratch_path() as file, ExitStack() as sources:
        seen = sources.enter_context(av.open(BytesIO(units[0]), format="h264"))
        heard = sources.enter_context(av.open(BytesIO(sound), "r")) if sound else None
        with av.open(str(file), "w", format="mp4", options={"movflags": "faststart"}) as target:
            stream = target.add_stream_from_template(seen.streams.video[0])
            stream.time_base = Fraction(1, fps * _TICKS)
            voices = heard.streams.audio if heard else ()
            track = target.add_stream_from_template(voices[0]) if voices else None
            target.start_encoding()
            ends = [*begins[1:], begins[-1] + 1]
            for data, begin, end in zip(units, begins, ends, strict=True):
                packet = av.Packet(data)
                packet.stream, packet.time_base = stream, Fraction(1, fps)
                packet.pts = packet.dts = begin
                packet.duration, packet.is_keyframe = end - begin, is_key(data)
                target.mux(packet)
            if heard is not None and track is not None:
                _copy(heard, target, track, Fraction(sound_at, fps))
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


def _copy(
    source: InputContainer, target: OutputContainer, track: AudioStream, at: Fraction
) -> None:
    """``at``: seconds by which it begins later."""
    for packet in source.demux(audio=0):
        if packet.dts is not None and packet.pts is not None:
            later = round(at / packet.time_base)
            packet.dts, packet.pts = packet.dts + later, packet.pts + later
            packet.stream = track
            target.mux(packet)
