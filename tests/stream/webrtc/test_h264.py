import random

import pytest
from aiortc.codecs.h264 import h264_depayload

from phosphene.stream.annex_b import nal_units
from phosphene.stream.webrtc.h264 import payloads
from phosphene.stream.webrtc.rtp import MAX_PAYLOAD
from phosphene.units import Unit


def joined(packed: list[bytes]) -> list[bytes]:
    """What a receiver makes of the payloads."""
    return list(nal_units(b"".join(h264_depayload(one) for one in packed)))


def nal(size: int, seed: int = 0) -> bytes:
    """A NAL unit without a start code in it."""
    body = random.Random(seed).randbytes(size - 1).replace(b"\0", b"\1")
    return b"\x65" + body


@pytest.mark.parametrize(
    "sizes",
    [
        [2],
        [MAX_PAYLOAD - 1],
        [MAX_PAYLOAD],
        [MAX_PAYLOAD + 1],
        [2 * MAX_PAYLOAD],
        [100_000],
        [10, 4, 5000],
        [10, 4, 30, 30],
        [600, 600, 600],
        [1190, 5, 1190, 3000, 7],
        [3] * 40,
    ],
)
def test_a_receiver_gets_what_was_packed(sizes: list[int]) -> None:
    nals = [nal(size, seed) for seed, size in enumerate(sizes)]
    packed = payloads(b"".join(b"\0\0\0\1" + one for one in nals))
    assert joined(packed) == nals
    assert max(map(len, packed)) <= MAX_PAYLOAD


def test_the_first_and_the_last_fragment_say_so() -> None:
    """RFC 6184, section 5.8: S and E, never both in one."""
    flags = [one[1] >> 6 for one in payloads(b"\0\0\1" + nal(5 * MAX_PAYLOAD))]
    assert flags == [0b10, *[0] * (len(flags) - 2), 0b01]
    assert [one[1] >> 6 for one in payloads(b"\0\0\1" + nal(MAX_PAYLOAD + 1))] == [0b10, 0b01]


def test_fragments_are_of_like_size() -> None:
    lengths = [len(one) for one in payloads(b"\0\0\1" + nal(5 * MAX_PAYLOAD + 10))]
    assert max(lengths) - min(lengths) <= len(lengths)


def test_real_pictures(units: list[Unit]) -> None:
    for unit in units:
        assert joined(payloads(unit.data)) == list(nal_units(unit.data))
    assert len(payloads(units[0].data)) == 1  # parameter sets and a small picture share a packet


@pytest.mark.parametrize("data", [b"", b"\0\0\1", b"\0\0\1\0\0\1", b"no start code", b"\0\0\0\0"])
def test_nothing_in_it(data: bytes) -> None:
    assert payloads(data) == []
