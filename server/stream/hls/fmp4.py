"""Fragmented MP4 (CMAF) of one track, H.264 or Opus, from samples to bytes. Pure functions.

Boxes as ISO/IEC 14496-12 (ISO BMFF), 14496-15 (AVC in it) and "Encapsulation of Opus in ISO Base
Media File Format" have them, cut as ISO/IEC 23000-19 (CMAF) and RFC 8216bis (HLS) want them: one
initialization, then fragments of one moof and mdat.
"""

import struct
from collections.abc import Sequence

from msgspec import Struct

TRACK = 1
TICKS = 1000
"""Of the clock of a track of pictures in 1/fps second."""
OPUS_CLOCK = 48_000
FULL_VOLUME = 0x0100
# Not turned and not scaled: 16.16 fixed point, but for the last column, which is 2.30.
MATRIX = struct.pack("!9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
UNDETERMINED = 0x55C4  # the language "und"
SELF_CONTAINED = 1
ENABLED_AND_SHOWN = 3
BASE_IS_MOOF = 0x020000
RUN_FIELDS = 0x000701  # data offset; duration, size and flags of each sample
SYNC, DIFFERENCE = 0x02000000, 0x01010000


class VideoTrack(Struct, frozen=True):
    """What does not change within a clip; ``avcc`` is its AVCDecoderConfigurationRecord."""

    width: int
    height: int
    fps: int
    avcc: bytes

    @property
    def timescale(self) -> int:
        """Ticks in a second."""
        return self.fps * TICKS


class SoundTrack(Struct, frozen=True):
    """Opus, of so many ``channels``."""

    channels: int = 2
    timescale: int = OPUS_CLOCK


class Sample(Struct, frozen=True, array_like=True):
    """One picture: ``start`` and ``duration`` in 1/fps second, NAL units with their lengths. Or one
    packet of sound, in 1/48000 second."""

    start: int
    duration: int
    key: bool
    data: bytes


def box(name: str, *parts: bytes) -> bytes:
    """A box: its size, its name, what is in it."""
    body = b"".join(parts)
    return struct.pack("!I4s", 8 + len(body), name.encode()) + body


def full_box(name: str, version: int, flags: int, *parts: bytes) -> bytes:
    """A box that says its version and flags."""
    return box(name, struct.pack("!I", version << 24 | flags), *parts)


def initialization(track: VideoTrack | SoundTrack) -> bytes:
    """ftyp and moov: everything but the pictures, or the sound."""
    # Written here and not by FFmpeg, whose muxer numbers fragments by their count: two instances
    # that relay one clip would give different bytes under the same name.
    brands = b"iso6" + struct.pack("!I", 0) + b"iso6cmfcavc1mp41"
    defaults = full_box("trex", 0, 0, struct.pack("!5I", TRACK, 1, 0, 0, 0))
    return box("ftyp", brands) + box(
        "moov", _movie_header(track), _trak(track), box("mvex", defaults)
    )


def fragment(samples: Sequence[Sample], ticks: int = TICKS) -> bytes:
    """moof and mdat of pictures that follow each other; decoded in the order they are shown.
    ``ticks`` of the track's clock are in one of the samples' own: 1 for sound."""
    # The offset of the pictures counts from the moof, whose size does not depend on it.
    moof = _moof(samples, ticks, 0)
    moof = _moof(samples, ticks, len(moof) + 8)
    return moof + box("mdat", *(sample.data for sample in samples))


def _moof(samples: Sequence[Sample], ticks: int, offset: int) -> bytes:
    start = samples[0].start
    entries = b"".join(
        struct.pack("!III", one.duration * ticks, len(one.data), SYNC if one.key else DIFFERENCE)
        for one in samples
    )
    return box(
        "moof",
        # Fragments are numbered by their time, so that every instance gives the same number.
        full_box("mfhd", 0, 0, struct.pack("!I", start + 1)),
        box(
            "traf",
            full_box("tfhd", 0, BASE_IS_MOOF, struct.pack("!I", TRACK)),
            full_box("tfdt", 1, 0, struct.pack("!Q", start * ticks)),
            full_box("trun", 0, RUN_FIELDS, struct.pack("!II", len(samples), offset), entries),
        ),
    )


def _movie_header(track: VideoTrack | SoundTrack) -> bytes:
    times = struct.pack("!4I", 0, 0, track.timescale, 0)
    rate_and_volume = struct.pack("!IH", 1 << 16, FULL_VOLUME) + bytes(10)
    return full_box("mvhd", 0, 0, times, rate_and_volume, MATRIX, bytes(24), _u32(TRACK + 1))


def _trak(track: VideoTrack | SoundTrack) -> bytes:
    seen = isinstance(track, VideoTrack)
    width, height = (track.width, track.height) if isinstance(track, VideoTrack) else (0, 0)
    layers = struct.pack("!8xHHHH", 0, 0, 0 if seen else FULL_VOLUME, 0)
    head = struct.pack("!5I", 0, 0, TRACK, 0, 0) + layers
    size = struct.pack("!II", width << 16, height << 16)
    return box(
        "trak",
        full_box("tkhd", 0, ENABLED_AND_SHOWN, head, MATRIX, size),
        box("mdia", _media_header(track), _handler(seen=seen), _media_information(track)),
    )


def _media_header(track: VideoTrack | SoundTrack) -> bytes:
    times = struct.pack("!4I", 0, 0, track.timescale, 0)
    return full_box("mdhd", 0, 0, times, struct.pack("!HH", UNDETERMINED, 0))


def _handler(*, seen: bool) -> bytes:
    kind = b"vide" if seen else b"soun"
    return full_box("hdlr", 0, 0, bytes(4), kind, bytes(12), b"Phosphene\0")


def _media_information(track: VideoTrack | SoundTrack) -> bytes:
    here = full_box("dref", 0, 0, _u32(1), full_box("url ", 0, SELF_CONTAINED))
    if isinstance(track, VideoTrack):
        head, description = full_box("vmhd", 0, 1, bytes(8)), _description(track)
    else:
        head, description = full_box("smhd", 0, 0, bytes(4)), _sound_description(track)
    return box("minf", head, box("dinf", here), _table(description))


def _table(description: bytes) -> bytes:
    """The sample table: a description, and no sample, since these are in the fragments."""
    return box(
        "stbl",
        full_box("stsd", 0, 0, _u32(1), description),
        full_box("stts", 0, 0, _u32(0)),
        full_box("stsc", 0, 0, _u32(0)),
        full_box("stsz", 0, 0, _u32(0), _u32(0)),
        full_box("stco", 0, 0, _u32(0)),
    )


def _description(track: VideoTrack) -> bytes:
    size = struct.pack("!HH", track.width, track.height)
    # 72 dpi, 24 bits and -1 are what ISO/IEC 14496-12 wants there, whatever the pictures are.
    density = struct.pack("!II", 72 << 16, 72 << 16)
    depth = struct.pack("!HH", 0x18, 0xFFFF)
    head = bytes(6) + struct.pack("!H", SELF_CONTAINED) + bytes(16)
    frames_and_name = struct.pack("!IH", 0, 1) + bytes(32)
    return box("avc1", head, size, density, frames_and_name, depth, box("avcC", track.avcc))


def _sound_description(track: SoundTrack) -> bytes:
    head = bytes(6) + struct.pack("!H", SELF_CONTAINED) + bytes(8)
    form = struct.pack("!HHHHI", track.channels, 16, 0, 0, OPUS_CLOCK << 16)
    specific = struct.pack("!BBHIhB", 0, track.channels, 0, OPUS_CLOCK, 0, 0)
    return box("Opus", head, form, box("dOps", specific))


def _u32(value: int) -> bytes:
    return struct.pack("!I", value)
