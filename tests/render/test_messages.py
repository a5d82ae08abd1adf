import asyncio

import msgspec
import pytest

from phosphene.children.frames import read_frame
from phosphene.model import MOST_PORTRAIT, Portrait, Slot
from phosphene.render import messages
from phosphene.units import Unit

ORDERS: list[messages.Order] = [
    messages.Render(clip="a", text="a red cat", seed=1, seconds=3, steps=8, parent=b"\0\1"),
    messages.Cancel("a"),
    messages.Keyframe("a"),
    messages.RequestRendition("a", "half"),
    messages.WorkerPing(7),
]
ANSWERS: list[messages.Answer] = [
    messages.Ready(
        model="m",
        fingerprint="f",
        device="cpu",
        width=576,
        height=1024,
        fps=24,
        vocabulary={"subject": ("cat",)},
    ),
    messages.Started(clip="a", understood=(Slot("subject", "cat", 0.9, ("cat",)),)),
    messages.Encoded("a", Unit(3, True, 0, 0.5, False, b"\0\0\0\1\x67")),
    messages.Encoded("a", Unit(3, True, 0, 0.5, False, b"\x10"), "vp8"),
    messages.Progress(
        clip="a", step=1, steps=8, chunk=0, chunks=3, percent=4.5, sigma=0.9, eta_s=1.5
    ),
    messages.Artifact("a", "video", "video/mp4", b"mp4"),
    messages.Done(clip="a", frames=72, render_s=1.25),
    messages.Failed(clip="a", reason="no", cancelled=True),
    messages.WorkerPong(7),
]


PORTRAIT = Portrait("ada", b"\xff\xd8a face")


def test_a_portrait_comes_out_as_it_went_in_and_no_log_shows_it() -> None:
    order = messages.Render(
        clip="a", text="@ada", seed=1, seconds=3, steps=8, portraits=(PORTRAIT,)
    )
    assert messages.decode_order(messages.encode_message(order)) == order
    assert "a face" not in repr(order)
    assert "8 bytes" in repr(order)


def test_a_portrait_has_a_most_size() -> None:
    large = Portrait("ada", bytes(MOST_PORTRAIT + 1))
    order = messages.Render(clip="a", text="t", seed=1, seconds=3, steps=8, portraits=(large,))
    with pytest.raises(msgspec.ValidationError):
        messages.decode_order(messages.encode_message(order))


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order).__name__)
def test_an_order_comes_out_as_it_went_in(order: messages.Order) -> None:
    assert messages.decode_order(messages.encode_message(order)) == order


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_an_answer_comes_out_as_it_went_in(answer: messages.Answer) -> None:
    assert messages.decode_answer(messages.encode_message(answer)) == answer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        b"\x93\1\2\3",
        messages.encode_message(messages.WorkerPong(1)),
        b'{"type":"ping"}',
    ],
)
def test_what_is_no_order_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        messages.decode_order(body)


@pytest.mark.asyncio
async def test_messages_are_read_one_by_one_from_a_pipe() -> None:
    pipe = asyncio.StreamReader()
    pipe.feed_data(b"".join(messages.frame_message(answer) for answer in ANSWERS))
    pipe.feed_eof()
    bodies = [await read_frame(pipe) for _ in ANSWERS]
    assert [messages.decode_answer(body) for body in bodies if body is not None] == ANSWERS
