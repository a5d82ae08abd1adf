"""The child's side of the pipes, as a process of its own where it must be one."""

import subprocess
import sys
from io import BytesIO

import pytest

from phosphene.children.child import read_frames, write_frame
from phosphene.children.frames import MAX_FRAME, frame_body

CHILD = """
import resource
from phosphene.children.child import child_pipes, read_frames, tell_unfit, write_frame

with child_pipes() as (orders, answers), tell_unfit(answers, (LookupError,), str.encode):
    print("no frame")
    for body in read_frames(orders):
        write_frame(answers, body * 2)
    write_frame(answers, str(resource.getrlimit(resource.RLIMIT_CORE)).encode())
    raise KeyError("no model")
"""


def test_what_is_written_is_read() -> None:
    pipe = BytesIO()
    for body in (b"", b"a", b"\xff" * 300):
        write_frame(pipe, body)
    pipe.seek(0)
    assert list(read_frames(pipe)) == [b"", b"a", b"\xff" * 300]


@pytest.mark.parametrize("cut", [1, 4, 5])
def test_a_frame_cut_short_is_the_end(cut: int) -> None:
    assert list(read_frames(BytesIO(frame_body(b"a") + frame_body(b"body")[:cut]))) == [b"a"]


def test_a_frame_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(ValueError, match="a message of"):
        next(read_frames(BytesIO((MAX_FRAME + 1).to_bytes(4, "big"))))


@pytest.mark.process
def test_a_child_answers_in_frames_and_says_why_it_is_unfit() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD], input=frame_body(b"ab"), capture_output=True, check=False
    )
    assert list(read_frames(BytesIO(done.stdout))) == [b"abab", b"(0, 0)", b"'no model'"]
    assert b"no frame" in done.stderr
    assert done.returncode == 1
