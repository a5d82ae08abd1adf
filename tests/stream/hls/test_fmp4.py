"""What the writer makes is read back by an independent reader (libavformat)."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from itertools import pairwise

import av

from phosphene.stream.annex_b import nal_units
from phosphene.stream.hls.avc import cleaned, codec, configuration, sample_data
from phosphene.stream.hls.fmp4 import Sample, VideoTrack, fragment, initialization
from phosphene.units import Unit
from tests.stream.viewer import FPS, HEIGHT, WIDTH


def track(units: Sequence[Unit]) -> VideoTrack:
    return VideoTrack(WIDTH, HEIGHT, FPS, configuration(units[0].data))


def samples(units: Sequence[Unit], every: int = 1) -> list[Sample]:
    return [Sample(u.pts * every, every, u.key, sample_data(u.data)) for u in units]


def names(data: bytes) -> list[str]:
    """The boxes that follow each other in ``data``."""
    found, at = [], 0
    while at < len(data):
        size, name = struct.unpack_from("!I4s", data, at)
        found.append(name.decode())
        at += size
    assert at == len(data)
    return found


def test_every_picture_comes_back_with_its_time(units: list[Unit]) -> None:
    pieces = [fragment(samples(units[at : at + 5], every=3)) for at in range(0, len(units), 5)]
    whole = initialization(track(units)) + b"".join(pieces)
    with av.open(BytesIO(whole), "r") as file:
        stream = file.streams.video[0]
        packets = [packet for packet in file.demux(stream) if packet.size]
    assert (stream.width, stream.height) == (WIDTH, HEIGHT)
    times = [packet.pts * packet.time_base for packet in packets if packet.pts is not None]
    assert times[0] == 0
    assert {later - time for time, later in pairwise(times)} == {Fraction(3, FPS)}
    assert [packet.is_keyframe for packet in packets] == [unit.key for unit in units]
    assert [bytes(packet) for packet in packets] == [sample_data(unit.data) for unit in units]


def test_pictures_decode_to_what_the_stream_shows(units: list[Unit]) -> None:
    whole = initialization(track(units)) + fragment(samples(units))
    with av.open(BytesIO(whole), "r") as file:
        shown = [frame.to_ndarray() for frame in file.decode(video=0)]
    raw = b"".join(unit.data for unit in units)
    with av.open(BytesIO(raw), "r", format="h264") as file:
        wanted = [frame.to_ndarray() for frame in file.decode(video=0)]
    assert len(shown) == len(units)
    assert all((one == other).all() for one, other in zip(shown, wanted, strict=True))


def test_the_boxes_are_those_of_cmaf(units: list[Unit]) -> None:
    assert names(initialization(track(units))) == ["ftyp", "moov"]
    piece = fragment(samples(units[:3]))
    assert names(piece) == ["moof", "mdat"]
    moof = piece[8 : struct.unpack_from("!I", piece)[0]]
    assert names(moof) == ["mfhd", "traf"]
    assert names(moof[16 + 8 :]) == ["tfhd", "tfdt", "trun"]


def test_a_fragment_says_where_its_pictures_lie(units: list[Unit]) -> None:
    given = samples(units[:3])
    piece = fragment(given)
    run = piece.index(b"trun") + 4
    count, offset = struct.unpack_from("!II", piece, run + 4)
    assert count == 3
    assert piece[offset : offset + len(given[0].data)] == given[0].data


def test_the_configuration_is_the_encoders(units: list[Unit]) -> None:
    avcc = configuration(units[0].data)
    assert codec(avcc).startswith("avc1.42")
    sets = [nal for nal in nal_units(units[0].data) if nal[0] & 31 in {7, 8}]
    assert all(nal in avcc for nal in sets)


def test_parameter_sets_stay_out_of_the_samples(units: list[Unit]) -> None:
    nals = [nal for nal in nal_units(units[0].data) if nal[0] & 31 not in {7, 8, 9}]
    whole = b"".join(struct.pack("!I", len(nal)) + nal for nal in nal_units(units[0].data))
    kept = b"".join(struct.pack("!I", len(nal)) + nal for nal in nals)
    assert sample_data(units[0].data) == cleaned(whole) == kept
