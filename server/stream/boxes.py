"""Fragmented MP4 (CMAF) of one H.264 track, from samples to bytes. Pure functions.

Boxes as ISO/IEC 14496-12 (ISO BMFF) and 14496-15 (AVC in it) have them, cut as ISO/IEC 23000-19
(CMAF) and RFC 8216bis (HLS) want them: one initialization, then fragments of one moof and mdat.
"""

import struct
from collections.abc import Sequence

from msgspec import Struct

TRACK = 1
TICKS = 1000
"""Of the track's clock in 1/fps second."""
MATRIX = struct.pack("!9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
UNDETERMINED = 0x55C4  # the language "und"
SELF_CONTAINED = 1
ENABLED_AND_SHOWN = 3
BASE_IS_MOOF = 0x020000
RUN_FIELDS = 0x000701  # data offset; duration, size and flags of each sample
SYNC, DIFFERENCE = 0x02000000, 0x01010000


class Track(Struct, frozen=True):
    """What does not change within a clip; ``avcc`` is its AVCDecoderConfigurationRecord."""

    width: int
    height: int
    fps: int
    avcc: bytes


class Sample(Struct, frozen=True, array_like=True):
    """One picture: ``start`` and ``duration`` in 1/fps second, NAL units with their lengths."""

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


def initialization(track: Track) -> bytes:
    """ftyp and moov: everything but the pictures."""
    brands = b"iso6" + struct.pack("!I", 0) + b"iso6cmfcavc1mp41"
    defaults = full_box("trex", 0, 0, struct.pack("!5I", TRACK, 1, 0, 0, 0))
    return box("ftyp", brands) + box(
        "moov", _movie_header(track), _trak(track), box("mvex", defaults)
    )


def fragment(samples: Sequence[Sample]) -> bytes:
    """moof and mdat of pictures that follow each other; decoded in the order they are shown."""
    start = samples[0].start
    # The offset of the pictures counts from the moof, whose size does not depend on it.
    moof = _moof(start, samples, 0)
    moof = _moof(start, samples, len(moof) + 8)
    return moof + box("mdat", *(sample.data for sample in samples))


def _moof(start: int, samples: Sequence[Sample], offset: int) -> bytes:
    entries = b"".join(
        struct.pack("!III", one.duration * TICKS, len(one.data), SYNC if one.key else DIFFERENCE)
        for one in samples
    )
    return box(
        "moof",
        # Fragments are numbered by their time, so that every instance gives the same number.
        full_box("mfhd", 0, 0, struct.pack("!I", start + 1)),
        box(
            "traf",
            full_box("tfhd", 0, BASE_IS_MOOF, struct.pack("!I", TRACK)),
            full_box("tfdt", 1, 0, struct.pack("!Q", start * TICKS)),
            full_box("trun", 0, RUN_FIELDS, struct.pack("!II", len(samples), offset), entries),
        ),
    )


def _movie_header(track: Track) -> bytes:
    times = struct.pack("!4I", 0, 0, track.fps * TICKS, 0)
    rate_and_volume = struct.pack("!IH", 1 << 16, 1 << 8) + bytes(10)
    return full_box("mvhd", 0, 0, times, rate_and_volume, MATRIX, bytes(24), _u32(TRACK + 1))


def _trak(track: Track) -> bytes:
    head = struct.pack("!5I", 0, 0, TRACK, 0, 0) + bytes(16)
    size = struct.pack("!II", track.width << 16, track.height << 16)
    return box(
        "trak",
        full_box("tkhd", 0, ENABLED_AND_SHOWN, head, MATRIX, size),
        box("mdia", _media_header(track), _handler(), _media_information(track)),
    )


def _media_header(track: Track) -> bytes:
    times = struct.pack("!4I", 0, 0, track.fps * TICKS, 0)
    return full_box("mdhd", 0, 0, times, struct.pack("!HH", UNDETERMINED, 0))


def _handler() -> bytes:
    return full_box("hdlr", 0, 0, bytes(4), b"vide", bytes(12), b"Phosphene\0")


def _media_information(track: Track) -> bytes:
    here = full_box("dref", 0, 0, _u32(1), full_box("url ", 0, SELF_CONTAINED))
    return box("minf", full_box("vmhd", 0, 1, bytes(8)), box("dinf", here), _table(track))


def _table(track: Track) -> bytes:
    """The sample table: a description, and no sample, since these are in the fragments."""
    return box(
        "stbl",
        full_box("stsd", 0, 0, _u32(1), _description(track)),
        full_box("stts", 0, 0, _u32(0)),
        full_box("stsc", 0, 0, _u32(0)),
        full_box("stsz", 0, 0, _u32(0), _u32(0)),
        full_box("stco", 0, 0, _u32(0)),
    )


def _description(track: Track) -> bytes:
    size = struct.pack("!HH", track.width, track.height)
    density = struct.pack("!II", 72 << 16, 72 << 16)
    depth = struct.pack("!HH", 0x18, 0xFFFF)
    head = bytes(6) + struct.pack("!H", SELF_CONTAINED) + bytes(16)
    frames_and_name = struct.pack("!IH", 0, 1) + bytes(32)
    return box("avc1", head, size, density, frames_and_name, depth, box("avcC", track.avcc))


def _u32(value: int) -> bytes:
    return struct.pack("!I", value)
