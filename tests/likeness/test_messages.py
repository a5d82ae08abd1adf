"""Each message between an instance and the process that looks at cameras is read as it was said."""

from collections.abc import Callable

import msgspec
import pytest

from phosphene.children.frames import MAX_FRAME
from phosphene.likeness.challenge import UNHURRIED
from phosphene.likeness.messages import (
    PART,
    AddTemplates,
    BeginCheck,
    BeginScan,
    CameraPicture,
    CheckerAnswer,
    CheckerOrder,
    CheckerPing,
    CheckerPong,
    CheckerReady,
    CheckerUnfit,
    CheckState,
    CheckVerdict,
    CompareFaces,
    EndCheck,
    EndScan,
    FacesCompared,
    PictureNeeded,
    ScanDone,
    ScanLooked,
    ScanMatched,
    ScanPicture,
    decode_answer,
    decode_order,
    encode_message,
    in_parts,
)


@pytest.mark.parametrize(
    "order",
    [
        BeginCheck(check="a", moves=("left", "up"), pace=UNHURRIED),
        CameraPicture("a", 1.5, b"\x00picture"),
        EndCheck("a"),
        CompareFaces(number=3, template=b"\x01\x02", others=(b"\x03\x04", b""), least=0.36),
        BeginScan(scan=2, templates=(b"\x01\x02",), least=0.5, needed=3),
        ScanPicture(2, True, b"\x00picture"),
        AddTemplates(2, (b"\x03\x04",)),
        EndScan(2),
        CheckerPing(7),
    ],
)
def test_an_order_is_read_as_it_was_said(order: CheckerOrder) -> None:
    assert decode_order(encode_message(order)) == order


@pytest.mark.parametrize(
    "answer",
    [
        CheckerReady(),
        CheckerUnfit("there is no model"),
        CheckState(check="a", instruction="nearer", done=2, all=5),
        CheckVerdict(check="a", outcome="passed", template=bytes(256)),
        PictureNeeded("a"),
        FacesCompared(3, (1, 0), (0.7, 0.6)),
        ScanLooked(2),
        ScanMatched(2, 1),
        ScanDone(2, 20),
        CheckerPong(7),
    ],
)
def test_an_answer_is_read_as_it_was_said(answer: CheckerAnswer) -> None:
    assert decode_answer(encode_message(answer)) == answer


@pytest.mark.parametrize("decode", [decode_order, decode_answer])
@pytest.mark.parametrize("body", [b"", b"\xc1", msgspec.msgpack.encode({"type": "shout"})])
def test_what_nobody_says_is_an_error(decode: Callable[[bytes], object], body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(body)


def test_an_order_is_no_answer() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_answer(encode_message(CheckerPing(7)))


def test_templates_fit_into_messages_however_many_there_are() -> None:
    assert list(in_parts(())) == [()]
    many = [bytes(256)] * (2 * PART + 1)
    parts = list(in_parts(many))
    assert [len(one) for one in parts] == [PART, PART, 1]
    first = encode_message(BeginScan(scan=1, templates=parts[0], least=0.5, needed=3))
    assert len(first) < MAX_FRAME
