from typing import Any

import msgspec
import pytest
from websockets.frames import Frame
from websockets.streams import StreamReader

from phosphene.errors import BadInput
from phosphene.model import Position
from phosphene.social.protocol import (
    MESSAGE_LIMIT,
    ClientPing,
    Failure,
    Like,
    MessageFormat,
    Misshapen,
    Ok,
    PostComment,
    Subscribe,
    Turn,
    Unreadable,
    Unsubscribe,
    Watch,
    choose_subprotocol,
    decode,
    encode,
    format_of,
)
from phosphene.web import as_problem

GOOD = [
    ({"type": "subscribe", "topic": "feed"}, Subscribe("feed")),
    (
        {"type": "subscribe", "id": 1, "topic": "clip:a", "at": {"epoch": "e", "seq": 12}},
        Subscribe("clip:a", 1, Position("e", 12)),
    ),
    ({"type": "subscribe", "id": 1, "topic": "feed", "at": None}, Subscribe("feed", 1)),
    ({"type": "unsubscribe", "id": 2, "topic": "feed"}, Unsubscribe("feed", 2)),
    ({"type": "like", "id": 3, "clip": "a", "on": True}, Like("a", True, 3)),
    (
        {"type": "comment", "id": 4, "clip": "a", "text": "oh", "key": "made-here"},
        PostComment("a", "oh", 4, "made-here"),
    ),
    ({"type": "watch", "id": 5, "clip": None}, Watch(None, 5)),
    (
        {"type": "turn", "id": 5, "clip": "a", "watched_ms": 1200, "listed": ["b"]},
        Turn("a", 1200, ("b",), True, 5),
    ),
    ({"type": "ping", "id": 6, "more": "is ignored"}, ClientPing(6)),
]


@pytest.mark.parametrize(("message", "meant"), GOOD)
def test_what_clients_say(message: dict[str, Any], meant: object) -> None:
    assert decode(msgspec.json.encode(message).decode(), MessageFormat.JSON_FRAME) == meant
    assert decode(msgspec.msgpack.encode(message), MessageFormat.MSGPACK) == meant


@pytest.mark.parametrize(
    ("message", "id_"),
    [
        ({"type": "dance", "id": 7}, 7),
        ({"id": 7}, 7),
        ({"type": "like", "id": 7, "clip": "a"}, 7),
        ({"type": "like", "id": 7, "clip": 3, "on": True}, 7),
        ({"type": "like", "id": 7, "clip": "a", "on": "yes"}, 7),
        ({"type": "subscribe", "id": 7, "topic": ""}, 7),
        ({"type": "subscribe", "id": 7, "topic": "t" * 65}, 7),
        ({"type": "subscribe", "id": 7, "topic": "feed", "at": {"seq": 1}}, 7),
        ({"type": "subscribe", "id": 7, "topic": "feed", "at": {"epoch": "", "seq": 1.5}}, 7),
        ({"type": "comment", "id": 7, "clip": "a", "text": "\u0315\u0316" * 501}, 7),
        ({"type": "comment", "id": 7, "clip": "a", "text": "x", "key": "k" * 65}, 7),
        ({"type": "ping", "id": "7"}, None),
        ({"type": "ping", "id": -1}, None),
        ({"type": "ping", "id": 2**60}, None),
        ({"type": ["ping"], "id": 7}, 7),
        ([], None),
        (None, None),
        (7, None),
        ("ping", None),
    ],
)
def test_a_message_that_cannot_be_used_is_answered_under_its_id(message: Any, id_: Any) -> None:
    for data, form in (
        (msgspec.json.encode(message).decode(), MessageFormat.JSON),
        (msgspec.msgpack.encode(message), MessageFormat.MSGPACK),
    ):
        with pytest.raises(Misshapen) as caught:
            decode(data, form)
        assert caught.value.id == id_
        assert caught.value.status == 400


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ("", MessageFormat.JSON),
        ("{", MessageFormat.JSON),
        ("ping", MessageFormat.JSON),
        ('{"type":"ping"} x', MessageFormat.JSON),
        ('{"type":"ping","x":NaN}', MessageFormat.JSON),
        ("[" * MESSAGE_LIMIT, MessageFormat.JSON),
        ('{"type":"ping","x":' + "[" * 8000 + "]" * 8000 + "}", MessageFormat.JSON),
        ('{"type":"ping","x":"\\ud800"}', MessageFormat.JSON),
        (b'{"type":"ping"}', MessageFormat.JSON),
        ('{"type":"ping"}', MessageFormat.MSGPACK_FRAME),
        (b"", MessageFormat.MSGPACK),
        (b"\xc1", MessageFormat.MSGPACK),
        (b"\x81\xa4type", MessageFormat.MSGPACK),
        (b"\x81\xa4type\xa4\xff\xff\xff\xff", MessageFormat.MSGPACK),
        (b"\x91" * MESSAGE_LIMIT, MessageFormat.MSGPACK),
        ('{"type":"ping","x":"' + "x" * MESSAGE_LIMIT + '"}', MessageFormat.JSON),
        ('{"type":"ping","x":"' + "ü" * (MESSAGE_LIMIT // 2) + '"}', MessageFormat.JSON),
    ],
)
def test_what_is_no_message_is_unreadable(data: str | bytes, form: MessageFormat) -> None:
    with pytest.raises((Unreadable, Misshapen)) as caught:
        decode(data, form)
    assert isinstance(caught.value, BadInput)


def test_the_longest_message_is_read() -> None:
    rest = MESSAGE_LIMIT - len('{"type":"ping","x":""}')
    assert decode('{"type":"ping","x":"' + "x" * rest + '"}', MessageFormat.JSON) == ClientPing()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 100_000])
@pytest.mark.parametrize("form", [MessageFormat.JSON_FRAME, MessageFormat.MSGPACK_FRAME])
def test_frames_are_those_of_websockets(size: int, form: MessageFormat) -> None:
    message = Failure(None, as_problem(BadInput("x" * size)))
    reader = StreamReader()
    reader.feed_data(encode(message, form))
    reader.feed_eof()
    frame = _run(Frame.parse(reader.read_exact, mask=False))
    payload = MessageFormat.MSGPACK if form.is_binary else MessageFormat.JSON
    assert frame.fin
    assert frame.opcode == (2 if form.is_binary else 1)
    assert bytes(frame.data) == encode(message, payload)


def _run(parser: Any) -> Any:
    """The result of a sans-I/O parser that has all its input."""
    try:
        while True:
            next(parser)
    except StopIteration as stop:
        return stop.value


def test_answers_without_an_id_say_null() -> None:
    assert encode(Ok(), MessageFormat.JSON) == b'{"type":"ok","id":null}'


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([], None),
        (["other"], None),
        (["other", "phosphene.msgpack", "phosphene.json"], "phosphene.msgpack"),
        (["phosphene.json"], "phosphene.json"),
    ],
)
def test_the_first_known_subprotocol_is_chosen(offered: list[str], chosen: str | None) -> None:
    assert choose_subprotocol(offered) == chosen


def test_a_subprotocol_is_a_codec() -> None:
    assert format_of(None, framed=True) is MessageFormat.JSON_FRAME
    assert format_of("phosphene.json", framed=False) is MessageFormat.JSON
    assert format_of("phosphene.msgpack", framed=True) is MessageFormat.MSGPACK_FRAME
