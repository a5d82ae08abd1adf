"""A sign of life can be read by those who understand all of it, and in part by the others."""

from msgspec.structs import replace

from phosphene.fleet.heartbeat import decode, spoken_by, stream_entry
from phosphene.render import messages
from tests.fleet.test_compatibility import BEAT


def test_what_is_read_is_what_was_written() -> None:
    last = replace(BEAT, clips=2, on_device=("a", "b"), gone="it stops")
    for beat in (BEAT, last):
        entry = stream_entry(beat)
        assert isinstance(entry["d"], bytes)
        assert decode(entry["d"]) == beat


def test_who_cannot_read_it_is_told_who_speaks_and_in_which_version() -> None:
    entry = stream_entry(BEAT)
    assert (entry["w"], entry["name"]) == ("w", "box:1")
    read = {name.encode(): str(value).encode() for name, value in entry.items()}
    assert spoken_by(read) == (messages.WIRE, messages.OLDEST)
    assert spoken_by({b"v": b"7"}) == (7, 7)
    assert spoken_by({b"v": b"6b8e1f02"}) == (0, 0)
