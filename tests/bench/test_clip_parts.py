"""The bench of a clip's parts counts what there is, and leaves it as it was."""

from pkgutil import resolve_name

from bench.clip_parts import PARTS, ROOM, PartTimes


def test_each_part_is_there_and_is_itself_again_afterwards() -> None:
    places = [f"{ROOM}.{place}" for part in PARTS.values() for place in part]
    before = [resolve_name(place) for place in places]
    with PartTimes().counting():
        assert not any(resolve_name(at) is one for at, one in zip(places, before, strict=True))
    assert [resolve_name(place) for place in places] == before
