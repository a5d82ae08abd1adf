import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from phosphene.mux import is_key
from phosphene.render.worker.chunked_work import run_all_chunks, run_next_chunk
from phosphene.render.worker.half_file import HalfFile
from phosphene.render.worker.rendition_encoders import halve_picture
from phosphene.units import Unit, half_size
from tests.render.painter import FPS, HEIGHT, WIDTH, paint
from tests.render.worker.test_h264_encoder import decode, distance
from tests.test_mux import shoot

KBIT = 2500


@pytest.fixture(scope="module")
def units() -> list[Unit]:
    return [Unit(at, is_key(data), at, 0.0, True, data) for at, data in enumerate(shoot(FPS + 6))]


def made(half: HalfFile) -> list[bytes]:
    return run_all_chunks(half.complete_units())


def test_it_is_the_run_at_half_of_its_size_with_a_keyframe_every_second(units: list[Unit]) -> None:
    half = HalfFile(WIDTH, HEIGHT, FPS, KBIT, units[:4])
    for unit in units[4:]:
        half.add_unit(unit)
    small = made(half)
    pictures, _ = decode(small)
    assert len(pictures) == len(units)
    assert [at for at, data in enumerate(small) if is_key(data)] == [0, FPS]
    width, height = half_size(WIDTH, HEIGHT)
    assert pictures[0].shape == (height * 3 // 2, width)
    for unit, picture in zip(units, pictures, strict=True):
        assert distance(picture, halve_picture(paint(1, unit.frame), WIDTH, HEIGHT)) < 4


@pytest.mark.slow
def test_what_another_worker_put_on_air_is_decoded_and_the_rest_made_of_its_pictures(
    units: list[Unit],
) -> None:
    half, alone = (HalfFile(WIDTH, HEIGHT, FPS, KBIT, begun) for begun in (units[:5], ()))
    for unit in units[5:]:
        half.add_unit(replace(unit, data=b"not to be decoded"), paint(1, unit.frame))
    for unit in units:
        alone.add_unit(replace(unit, data=b"not to be decoded"), paint(1, unit.frame))
    for small in (made(half), made(alone)):
        pictures, _ = decode(small)
        assert len(pictures) == len(units)
        assert [at for at, data in enumerate(small) if is_key(data)] == [0, FPS]
        for unit, picture in zip(units, pictures, strict=True):
            assert distance(picture, halve_picture(paint(1, unit.frame), WIDTH, HEIGHT)) < 4


def test_what_is_made_while_the_clip_runs_is_not_made_again(units: list[Unit]) -> None:
    half, whole = (HalfFile(WIDTH, HEIGHT, FPS, KBIT) for _ in range(2))
    for unit in units:
        half.add_unit(unit)
        whole.add_unit(unit)
        run_all_chunks(half.catch_up())
    ended = run_next_chunk(half.complete_units())
    assert ended is not None
    assert ended[0] == made(whole)


def test_the_live_half_is_taken_where_it_is_whole(units: list[Unit]) -> None:
    half = HalfFile(WIDTH, HEIGHT, FPS, KBIT)
    for unit in units:
        half.add_unit(unit)
        half.add_live_unit(replace(unit, data=b"small %d" % unit.frame))
    assert not list(half.catch_up())
    assert made(half) == [b"small %d" % unit.frame for unit in units]


def test_beside_a_live_half_no_pictures_are_kept_and_where_it_ends_they_are_made(
    units: list[Unit],
) -> None:
    half, last = HalfFile(WIDTH, HEIGHT, FPS, KBIT), 8
    small = len(halve_picture(paint(1, 0), WIDTH, HEIGHT).tobytes())
    with traced_memory() as kept:
        for unit in units[:last]:
            half.add_unit(unit, paint(1, unit.frame))
            half.add_live_unit(replace(unit, data=b"small"))
        assert kept() < last * small / 2
    half.add_unit(units[last], paint(1, last))
    assert not list(half.catch_up())
    for unit in units[last + 1 :]:
        half.add_unit(replace(unit, data=b"not to be decoded"), paint(1, unit.frame))
        assert list(half.catch_up())
    pictures, _ = decode(made(half))
    assert len(pictures) == len(units)
    for unit, picture in zip(units, pictures, strict=True):
        assert distance(picture, halve_picture(paint(1, unit.frame), WIDTH, HEIGHT)) < 4


@contextmanager
def traced_memory() -> Iterator[Callable[[], int]]:
    """What gives the bytes that were allocated inside the block and are kept."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_a_live_half_that_was_not_there_all_along_is_not(units: list[Unit]) -> None:
    late, lost = (HalfFile(WIDTH, HEIGHT, FPS, KBIT) for _ in range(2))
    for unit in units:
        late.add_unit(unit)
        lost.add_unit(unit)
        if unit.frame > 2:
            late.add_live_unit(unit)
        if unit.frame != 5:
            lost.add_live_unit(unit)
    assert len(decode(made(late))[0]) == len(decode(made(lost))[0]) == len(units)
