import random
import struct

import pytest
from aiortc.rtp import HeaderExtensionsMap, RtpPacket, unpack_header_extensions

from phosphene.stream.webrtc.h264 import payloads
from phosphene.stream.webrtc.template import MAX_RUN, PacketFormat, build_template, extensions
from phosphene.units import Unit

FORM = PacketFormat(payload_type=108, mid_id=9, mid="video0", send_time_id=3, tag=16)


def some(sizes: list[int]) -> list[bytes]:
    chance = random.Random(1)
    return [chance.randbytes(size) for size in sizes]


@pytest.mark.parametrize(
    "form", [FORM, FORM._replace(mid_id=0), FORM._replace(send_time_id=0, mid_id=0, tag=10)]
)
def test_each_packet_is_whole(form: PacketFormat) -> None:
    made = some([10, 900, 700, 900, 300])
    template = build_template(made, form)
    packets = [template.packet_at(index) for index in range(template.length)]
    read = [RtpPacket.parse(packet, HeaderExtensionsMap()) for packet in packets]
    assert [one.payload for one in read] == made
    assert [one.marker for one in read] == [0, 0, 0, 0, 1]
    assert {one.payload_type for one in read} == {108}
    assert template.octets == sum(map(len, made))
    with pytest.raises(IndexError):
        template.packet_at(5)


@pytest.mark.parametrize(
    ("sizes", "runs"),
    [
        ([5], [1]),
        ([9, 9, 9], [3]),
        ([9, 9, 4], [3]),
        ([4, 9, 9], [3]),
        ([9, 4, 9], [3]),
        ([900, 645, 900, 7], [4]),
        ([900, 644, 900], [2, 1]),
        ([10, 900, 900, 500], [1, 3]),
        ([900, 10, 10], [2, 1]),
        ([9] * (2 * MAX_RUN + 1), [MAX_RUN, MAX_RUN, 1]),
        ([], []),
    ],
)
def test_a_run_holds_packets_that_padding_makes_alike_but_for_a_smaller_last(
    sizes: list[int], runs: list[int]
) -> None:
    assert [len(run.places) for run in build_template(some(sizes), FORM).runs] == runs


@pytest.mark.parametrize(
    ("sizes", "runs"),
    [([9, 9, 4], [3]), ([4, 9, 9], [1, 2]), ([9, 4, 4], [2, 1]), ([9, 4, 9], [2, 1])],
)
def test_without_padding_a_run_ends_with_its_first_smaller_packet(
    sizes: list[int], runs: list[int]
) -> None:
    made = some(sizes)
    template = build_template(made, FORM, pad=0)
    assert [len(run.places) for run in template.runs] == runs
    assert [template.packet_at(index)[template.head :] for index in range(len(sizes))] == made


def test_a_run_has_room_for_every_tag() -> None:
    (run,) = build_template(some([50, 50, 20]), FORM).runs
    head = 12 + 16
    step = head + 50 + FORM.tag
    assert [offset for offset, _ in run.places] == [0, step, 2 * step]
    assert 2 * step + head + 20 + FORM.tag == len(run.blob)
    assert run.step == step
    assert run.ancillary[0][2] == step.to_bytes(2, "little")


def test_a_real_picture_takes_few_runs(units: list[Unit]) -> None:
    for unit in units:
        assert len(build_template(payloads(unit.data), FORM).runs) <= 2


@pytest.mark.parametrize("mid", ["0", "abc", "abcd", "a" * 16])
def test_header_extensions_are_read_by_others(mid: str) -> None:
    block = extensions(3, 14, mid)
    assert len(block) % 4 == 0
    profile, words = struct.unpack_from("!HH", block)
    assert words * 4 == len(block) - 4
    read = unpack_header_extensions(profile, block[4:])
    assert read == [(3, bytes(3)), (14, mid.encode())]


def test_without_header_extensions_there_is_no_block() -> None:
    assert extensions(0, 0, "0") == b""
    assert unpack_header_extensions(0xBEDE, extensions(0, 5, "ab")[4:]) == [(5, b"ab")]
