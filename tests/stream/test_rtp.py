import random

import pytest
from aiortc.codecs.h264 import h264_depayload
from aiortc.rtp import HeaderExtensionsMap, RtpPacket

from server.model import Unit
from server.stream.rtp import MAX_PAYLOAD, mid_extension, nal_units, packet, payloads


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


def test_three_and_four_byte_start_codes() -> None:
    assert list(nal_units(b"\0\0\1ab\0\0\0\1cd\0\0\1ef\0")) == [b"ab", b"cd", b"ef"]


def test_a_packet_is_what_others_read() -> None:
    made = packet(
        b"payload",
        last=True,
        payload_type=108,
        number=65535,
        time=2**32 + 7,
        ssrc=2**32 - 1,
        extra=mid_extension(9, "video0"),
    )
    read = RtpPacket.parse(made, HeaderExtensionsMap())
    assert (read.payload_type, read.marker, read.sequence_number) == (108, 1, 65535)
    assert (read.timestamp, read.ssrc, read.payload) == (7, 2**32 - 1, b"payload")


@pytest.mark.parametrize("mid", ["0", "abc", "abcd", "a" * 16])
def test_the_mid_travels_in_every_packet(mid: str) -> None:
    block = mid_extension(14, mid)
    assert len(block) % 4 == 0
    assert block[:2] == b"\xbe\xde"
    assert int.from_bytes(block[2:4]) * 4 == len(block) - 4
    assert block[4:].rstrip(b"\0") == bytes([14 << 4 | len(mid) - 1]) + mid.encode()
