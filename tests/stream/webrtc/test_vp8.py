import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor

from phosphene.stream.webrtc.rtp import MAX_PAYLOAD
from phosphene.stream.webrtc.vp8 import payloads
from phosphene.units import RenditionName, Unit


@pytest.mark.parametrize("size", [1, 100, MAX_PAYLOAD - 1, MAX_PAYLOAD, 5000, 100_000])
def test_a_frame_comes_together_again(size: int) -> None:
    frame = bytes(n % 251 for n in range(size))
    packets = payloads(frame)
    assert max(map(len, packets)) <= MAX_PAYLOAD
    read = [VpxPayloadDescriptor.parse(packet) for packet in packets]
    assert b"".join(rest for _, rest in read) == frame
    assert [one.partition_start for one, _ in read] == [1] + [0] * (len(packets) - 1)
    assert {(one.partition_id, one.picture_id) for one, _ in read} == {(0, None)}
    assert max(map(len, packets)) - min(map(len, packets)) <= len(packets)


def test_what_the_encoder_makes(others: dict[RenditionName, list[Unit]]) -> None:
    for unit in others["vp8"]:
        (packet,) = payloads(unit.data)
        # RFC 6386, 9.1: the lowest bit of a frame is 0 in a keyframe.
        assert packet[1] & 1 == (not unit.key)
