from typing import Any

import msgspec
import pytest
from websockets.frames import Frame
from websockets.streams import StreamReader

from server.errors import BadInput
from server.model import Position
from server.social.protocol import (
    MESSAGE_LIMIT,
    Failure,
    Form,
    Like,
    Misshapen,
    Ok,
    Ping,
    Say,
    Subscribe,
    Unreadable,
    Unsubscribe,
    Watch,
    choose,
    decode,
    encode,
    form_of,
)
from server.web import as_problem

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
        {"type": "comment", "id": 4, "clip": "a", "text": "oh", "key": "k"},
        Say("a", "oh", 4, "k"),
    ),
    ({"type": "watch", "id": 5, "clip": None}, Watch(None, 5)),
    ({"type": "ping", "id": 6, "more": "is ignored"}, Ping(6)),
]


@pytest.mark.parametrize(("message", "meant"), GOOD)
def test_what_clients_say(message: dict[str, Any], meant: object) -> None:
    assert decode(msgspec.json.encode(message).decode(), Form.JSON_FRAME) == meant
    assert decode(msgspec.msgpack.encode(message), Form.MSGPACK) == meant


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
        (msgspec.json.encode(message).decode(), Form.JSON),
        (msgspec.msgpack.encode(message), Form.MSGPACK),
    ):
        with pytest.raises(Misshapen) as caught:
            decode(data, form)
        assert caught.value.id == id_
        assert caught.value.status == 400


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ("", Form.JSON),
        ("{", Form.JSON),
        ("ping", Form.JSON),
        ('{"type":"ping"} x', Form.JSON),
        ('{"type":"ping","x":NaN}', Form.JSON),
        ("[" * MESSAGE_LIMIT, Form.JSON),
        ('{"type":"ping","x":' + "[" * 8000 + "]" * 8000 + "}", Form.JSON),
        ('{"type":"ping","x":"\\ud800"}', Form.JSON),
        (b'{"type":"ping"}', Form.JSON),
        ('{"type":"ping"}', Form.MSGPACK_FRAME),
        (b"", Form.MSGPACK),
        (b"\xc1", Form.MSGPACK),
        (b"\x81\xa4type", Form.MSGPACK),
        (b"\x81\xa4type\xa4\xff\xff\xff\xff", Form.MSGPACK),
        (b"\x91" * MESSAGE_LIMIT, Form.MSGPACK),
        ('{"type":"ping","x":"' + "x" * MESSAGE_LIMIT + '"}', Form.JSON),
        ('{"type":"ping","x":"' + "ü" * (MESSAGE_LIMIT // 2) + '"}', Form.JSON),
    ],
)
def test_what_is_no_message_is_unreadable(data: str | bytes, form: Form) -> None:
    with pytest.raises((Unreadable, Misshapen)) as caught:
        decode(data, form)
    assert isinstance(caught.value, BadInput)


def test_the_longest_message_is_read() -> None:
    rest = MESSAGE_LIMIT - len('{"type":"ping","x":""}')
    assert decode('{"type":"ping","x":"' + "x" * rest + '"}', Form.JSON) == Ping()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 100_000])
@pytest.mark.parametrize("form", [Form.JSON_FRAME, Form.MSGPACK_FRAME])
def test_frames_are_those_of_websockets(size: int, form: Form) -> None:
    message = Failure(None, as_problem(BadInput("x" * size)))
    reader = StreamReader()
    reader.feed_data(encode(message, form))
    reader.feed_eof()
    frame = _run(Frame.parse(reader.read_exact, mask=False))
    payload = Form.MSGPACK if form.binary else Form.JSON
    assert frame.fin
    assert frame.opcode == (2 if form.binary else 1)
    assert bytes(frame.data) == encode(message, payload)


def _run(parser: Any) -> Any:
    """The result of a sans-I/O parser that has all its input."""
    try:
        while True:
            next(parser)
    except StopIteration as stop:
        return stop.value


def test_answers_without_an_id_say_null() -> None:
    assert encode(Ok(), Form.JSON) == b'{"type":"ok","id":null}'


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
    assert choose(offered) == chosen


def test_a_subprotocol_is_a_codec() -> None:
    assert form_of(None, framed=True) is Form.JSON_FRAME
    assert form_of("phosphene.json", framed=False) is Form.JSON
    assert form_of("phosphene.msgpack", framed=True) is Form.MSGPACK_FRAME
