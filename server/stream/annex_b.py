"""H.264 as the encoder gives it: NAL units between start codes (ITU-T H.264, Annex B)."""

from collections.abc import Iterator


def nal_units(access_unit: bytes) -> Iterator[bytes]:
    """What lies between the start codes, without empty ones."""
    start = access_unit.find(b"\0\0\1")
    while start != -1:
        end = access_unit.find(b"\0\0\1", start + 3)
        nal = access_unit[start + 3 : end if end != -1 else len(access_unit)]
        # Zeros before the next start code belong to it or are trailing_zero_8bits (Annex B.1.1); a
        # NAL unit itself never ends with one (7.4.1).
        if nal := nal.rstrip(b"\0"):
            yield nal
        start = end
