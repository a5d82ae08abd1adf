from pathlib import Path

import numpy as np

from phosphene.mux import mp4, timed_packets
from phosphene.render.worker.renderer import Sound
from phosphene.render.worker.sound import opus_packets
from phosphene.stream.annex_b import nal_units
from phosphene.stream.mp4_reader import read_units
from phosphene.units import Unit
from tests.stream.viewer import FPS


def pictures(data: bytes) -> list[bytes]:
    """NAL units but for the parameter sets and remarks, which the file keeps apart."""
    return [nal for nal in nal_units(data) if nal[0] & 31 not in {6, 7, 8, 9}]


def test_the_packets_of_a_file_are_those_that_went_on_air(
    units: list[Unit], tmp_path: Path
) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(mp4([unit.data for unit in units], FPS))
    found = read_units(path.read_bytes(), FPS)
    assert [unit.key for unit in found] == [unit.key for unit in units]
    assert [unit.pts for unit in found] == list(range(len(units)))
    assert [pictures(unit.data) for unit in found] == [pictures(unit.data) for unit in units]
    first = [nal[0] & 31 for nal in nal_units(found[0].data)]
    assert {7, 8} <= set(first)


def test_a_file_with_sound_is_heard(units: list[Unit], tmp_path: Path) -> None:
    samples = np.zeros((1, 48_000 * 2), np.float32)
    packets = opus_packets(Sound(samples, 48_000), 2.0)
    path = tmp_path / "video.mp4"
    path.write_bytes(mp4([unit.data for unit in units], FPS, timed_packets(packets)))
    found = read_units(path.read_bytes(), FPS)
    assert [one for unit in found for one in unit.sound] == packets
    assert all(2 <= len(unit.sound) <= 3 for unit in found)
