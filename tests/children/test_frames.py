import asyncio

import pytest

from phosphene.children.frames import MAX_FRAME, frame_body, read_frame

BODIES = [b"", b"a", b"\xff" * 300]


@pytest.mark.asyncio
async def test_frames_are_read_one_by_one_however_they_arrive() -> None:
    pipe = asyncio.StreamReader()
    for byte in b"".join(frame_body(body) for body in BODIES):
        pipe.feed_data(bytes([byte]))
    pipe.feed_eof()
    assert [await read_frame(pipe) for _ in BODIES] == BODIES
    assert await read_frame(pipe) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("cut", [1, 4, 5])
async def test_a_frame_cut_short_is_the_end(cut: int) -> None:
    pipe = asyncio.StreamReader()
    pipe.feed_data(frame_body(b"body")[:cut])
    pipe.feed_eof()
    assert await read_frame(pipe) is None


@pytest.mark.asyncio
async def test_a_frame_that_is_too_long_is_refused_before_it_is_read() -> None:
    pipe = asyncio.StreamReader()
    pipe.feed_data((MAX_FRAME + 1).to_bytes(4, "big"))
    with pytest.raises(ValueError, match="a message of"):
        await read_frame(pipe)
