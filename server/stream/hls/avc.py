"""H.264 as files carry it (ISO/IEC 14496-15): no start codes, parameter sets apart. Pure."""

import struct
from collections.abc import Iterable

from phosphene.stream.annex_b import nal_units

SPS, PPS, DELIMITER = 7, 8, 9
LENGTH = struct.Struct("!I")


def configuration(keyframe: bytes) -> bytes:
    """The AVCDecoderConfigurationRecord of a keyframe in Annex B form.

    Raises:
        ValueError: the keyframe carries no parameter sets.
    """
    found = {
        kind: [nal for nal in nal_units(keyframe) if _kind(nal) == kind] for kind in (SPS, PPS)
    }
    if not found[SPS] or not found[PPS]:
        raise ValueError("a keyframe without parameter sets")
    profile = found[SPS][0][1:4]
    four_byte_lengths = 0xFC | (LENGTH.size - 1)
    return (
        b"\1"
        + profile
        + bytes([four_byte_lengths, 0xE0 | len(found[SPS])])
        + _sets(found[SPS])
        + bytes([len(found[PPS])])
        + _sets(found[PPS])
    )


def codec(avcc: bytes) -> str:
    """The codec string of RFC 6381, e.g. ``avc1.42C01F``."""
    return "avc1." + avcc[1:4].hex().upper()


def sample_data(access_unit: bytes) -> bytes:
    """A picture in Annex B form as a sample: NAL units with their lengths, without those that the
    configuration has or that files must not have."""
    return _with_lengths(nal_units(access_unit))


def cleaned(sample: bytes) -> bytes:
    """A sample of another writer's file, without what does not belong in one."""
    nals, at = [], 0
    while at + LENGTH.size <= len(sample):
        (size,) = LENGTH.unpack_from(sample, at)
        at += LENGTH.size
        nals.append(sample[at : at + size])
        at += size
    return _with_lengths(nals)


def _with_lengths(nals: Iterable[bytes]) -> bytes:
    # Type avc1 has parameter sets in the configuration only (ISO/IEC 14496-15).
    kept = (nal for nal in nals if _kind(nal) not in {SPS, PPS, DELIMITER})
    return b"".join(LENGTH.pack(len(nal)) + nal for nal in kept)


def _kind(nal: bytes) -> int:
    return nal[0] & 31


def _sets(nals: Iterable[bytes]) -> bytes:
    return b"".join(struct.pack("!H", len(nal)) + nal for nal in nals)
