"""A finished clip read back from its MP4, picture by picture; nothing is decoded."""

from pathlib import Path

import av
from msgspec import Struct

from server.stream.avc import cleaned
from server.stream.boxes import Sample, Track
from server.stream.segments import Segment, whole_segments


class Recording(Struct, frozen=True):
    """A finished clip in segments."""

    track: Track
    segments: tuple[Segment, ...]

    @property
    def bandwidth(self) -> int:
        """Peak bits/s over its segments."""
        fps = self.track.fps
        return max(len(one.data) * 8 * fps // one.duration for one in self.segments)


def read(path: Path, fps: int) -> Recording:
    """The recording in an MP4 file whose pictures last 1/``fps`` second each.

    Raises:
        av.FFmpegError: it is no such file.
    """
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        packets = [packet for packet in file.demux(stream) if packet.size]
        samples = [
            Sample(number, 1, packet.is_keyframe, cleaned(bytes(packet)))
            for number, packet in enumerate(packets)
        ]
        avcc = bytes(stream.codec_context.extradata or b"")
        track = Track(stream.width, stream.height, fps, avcc)
    return Recording(track, tuple(whole_segments(samples)))
