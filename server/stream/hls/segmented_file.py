"""A finished clip as HLS serves it: its MP4 cut into segments; nothing is decoded."""

import io
from collections.abc import Sequence

import av
from msgspec import Struct

from phosphene.stream.hls.avc import cleaned
from phosphene.stream.hls.fmp4 import OPUS_CLOCK, Sample, SoundTrack, VideoTrack
from phosphene.stream.hls.segments import Segment, whole_segments
from phosphene.stream.hls.sound_parts import sound_segments
from phosphene.stream.mp4_reader import read_sound


class SegmentedFile(Struct, frozen=True):
    """A finished clip in segments of its pictures, and of its ``sound`` if it has any."""

    track: VideoTrack
    segments: tuple[Segment, ...]
    sound_track: SoundTrack = SoundTrack()
    sound: tuple[Segment, ...] = ()

    @property
    def bandwidth(self) -> int:
        """Peak bits/s over its segments."""
        return _peak(self.segments, self.track.fps) + _peak(self.sound, OPUS_CLOCK)


def _peak(found: Sequence[Segment], rate: int) -> int:
    return max((len(one.data) * 8 * rate // one.duration for one in found), default=0)


def read_segmented_file(film: bytes, fps: int) -> SegmentedFile:
    """The segments of an MP4 whose pictures last 1/``fps`` second each.

    Raises:
        av.FFmpegError: it is no such file.
    """
    with av.open(io.BytesIO(film), "r") as file:
        stream = file.streams.video[0]
        packets = [packet for packet in file.demux(stream) if packet.size]
        samples = [
            Sample(number, 1, packet.is_keyframe, cleaned(bytes(packet)))
            for number, packet in enumerate(packets)
        ]
        avcc = bytes(stream.codec_context.extradata or b"")
        track = VideoTrack(stream.width, stream.height, fps, avcc)
        channels = [voice.channels for voice in file.streams.audio[:1]]
    found = whole_segments(samples)
    heard = sound_segments(read_sound(film), [one.start for one in found], fps)
    return SegmentedFile(track, tuple(found), SoundTrack(*channels), tuple(heard))
