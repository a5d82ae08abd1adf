"""Machines of neighbouring releases understand each other."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from phosphene.fleet import heartbeat
from phosphene.render import messages
from tests.render.wire_record import (
    SAID,
    Shapes,
    breaks,
    example,
    read_record,
    shapes_now,
)

KEPT = range(messages.OLDEST, messages.WIRE + 1)


def decoder_of(name: str) -> Callable[[bytes], object]:
    if name == "Heartbeat":
        return heartbeat.decode
    orders = {kind.__name__ for kind in messages.Order.__args__}
    return messages.decode_order if name in orders else messages.decode_answer


@pytest.mark.parametrize("wire", KEPT)
def test_what_a_release_that_may_still_work_said_is_understood(wire: int) -> None:
    for name, body in read_record(wire).said.items():
        heard = decoder_of(name)(body)
        assert type(heard).__name__ == name
        for field, value in msgspec.msgpack.decode(body).items():
            assert field == "type" or msgspec.to_builtins(getattr(heard, field)) is not None, value


@pytest.mark.parametrize("wire", KEPT)
def test_what_is_said_now_is_understood_by_a_release_that_may_still_work(wire: int) -> None:
    """If this fails: neighbours would not understand each other. Give what is new a default, and
    leave what there is; or say so in CHANGELOG.md and raise OLDEST."""
    assert breaks(read_record(wire).shapes, shapes_now()) == []


def test_what_is_said_now_is_written_down() -> None:
    """If this fails: raise ``messages.WIRE`` by one for this release, if it was not yet, and run
    ``python -m tests.render.wire_record``."""
    assert read_record(messages.WIRE).shapes == shapes_now()


BEFORE: Shapes = {"Ping": {"type": ["ping", True], "number": ["int", True], "more": ["str", False]}}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"later": ["str", False]}, None),
        ({"later": ["str", True]}, "Ping.later has no default"),
        ({"number": ["str", True]}, "Ping.number is another type"),
        ({"number": ["int", False]}, "Ping.number may be left out, and was needed"),
        ({"type": ["pang", True]}, "Ping.type is another type"),
        ({"more": None}, "Ping.more is gone"),
    ],
)
def test_a_change_that_neighbours_do_not_understand_is_found(
    changed: dict[str, Any], why: str | None
) -> None:
    after = {name: kind for name, kind in (BEFORE["Ping"] | changed).items() if kind is not None}
    assert breaks(BEFORE, {"Ping": after}) == ([why] if why else [])
    assert breaks(BEFORE, {}) == ["Ping is gone"]


@pytest.mark.parametrize("kind", SAID, ids=lambda kind: kind.__name__)
def test_fields_that_are_not_known_are_passed_over(kind: type[msgspec.Struct]) -> None:
    told = msgspec.msgpack.decode(msgspec.msgpack.encode(example(kind)))
    later = msgspec.msgpack.encode(told | {"later": 1})
    assert decoder_of(kind.__name__)(later) == example(kind)


def test_a_message_of_another_kind_is_told_from_one_that_cannot_be_read() -> None:
    encode = msgspec.msgpack.encode
    assert messages.is_of_later_release(encode({"type": "sing", "clip": "a"}))
    for body in (encode({"type": "ping", "number": "x"}), b"", b"\xc1", encode(7), encode({})):
        assert not messages.is_of_later_release(body)
