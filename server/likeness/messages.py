"""What an instance and the child process that looks at faces say to each other.

Msgpack messages in the frames of ``children``. Encoded pictures go down, of cameras and of clips;
words and one vector of a face come back, and of who agreed to it one encoded picture: no pixel
reaches the instance.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from phosphene.likeness.challenge import BRISK, Hint, Instruction, Move, Outcome, Pace


class BeginCheck(Struct, frozen=True, kw_only=True, tag="begin"):
    """A camera is there: ask for these moves, one after the other. ``portrait``: whether its owner
    agreed to a picture of theirs, which else is never made."""

    check: str
    moves: tuple[Move, ...]
    pace: Pace = BRISK
    portrait: bool = False


class CameraPicture(Struct, frozen=True, tag="picture"):
    """One encoded picture (VP8) that came ``at`` this second of the machine's monotonic clock."""

    check: str
    at: float
    data: bytes


class EndCheck(Struct, frozen=True, tag="end"):
    """The camera is gone; nothing is answered."""

    check: str


# Of 256 bytes each: 13 MB of the 64 that a frame may have. All of 262,000 people were one message
# too large, which ended the process.
PART: Final = 50_000
"""Templates in one message."""


class CompareFaces(Struct, frozen=True, kw_only=True, tag="compare"):
    """Which of ``others`` are as like ``template`` as ``least`` (a cosine); answered by
    FacesCompared of the same ``number``. Each is a template, see ``CheckVerdict``."""

    number: int
    template: bytes
    others: tuple[bytes, ...]
    least: float


class BeginScan(Struct, frozen=True, kw_only=True, tag="begin_scan"):
    """A clip is drawn: say which of ``templates`` (see ``CheckVerdict``) so many of its pictures as
    ``needed`` have a face like, of this cosine at ``least``. More of them may follow."""

    scan: int
    templates: tuple[bytes, ...]
    least: float
    needed: int


class AddTemplates(Struct, frozen=True, tag="add_templates"):
    """Further templates of a scan, before its first picture; their places go on."""

    scan: int
    templates: tuple[bytes, ...]


class ScanPicture(Struct, frozen=True, tag="scan_picture"):
    """The next picture of a clip (H.264, Annex B); ``look``: whether it is looked at."""

    scan: int
    look: bool
    data: bytes


class EndScan(Struct, frozen=True, tag="end_scan"):
    """That was all of it; answered by ScanDone."""

    scan: int


class CheckerPing(Struct, frozen=True, tag="ping"):
    number: int


class CheckerReady(Struct, frozen=True, tag="ready"):
    """The models are loaded."""


class CheckerUnfit(Struct, frozen=True, tag="unfit"):
    """Instead of CheckerReady: it cannot look at faces, and ends."""

    reason: str


class CheckState(Struct, frozen=True, kw_only=True, tag="state"):
    """What a person is asked to do now, how many moves they have ``done`` of ``all``, and what
    keeps their face from being seen well."""

    check: str
    instruction: Instruction
    done: int
    all: int
    hint: Hint | None = None


class CheckVerdict(Struct, frozen=True, kw_only=True, tag="verdict"):
    """A check is over. ``template``, of one that passed: the mean of what the straight pictures
    say of the face, 128 numbers of two bytes, little-endian, of length 1 together. ``portrait``, of
    one that passed and was to have one: the sharpest of the straight pictures, cut and upright
    (JPEG)."""

    check: str
    outcome: Outcome
    template: bytes = b""
    portrait: bytes = b""


class PictureNeeded(Struct, frozen=True, tag="keyframe"):
    """A picture cannot be decoded without those before it, and one of them is missing."""

    check: str


class FacesCompared(Struct, frozen=True, tag="compared"):
    """Places in ``others``, the most alike first, and how alike (cosines)."""

    number: int
    found: tuple[int, ...]
    cosines: tuple[float, ...] = ()


class ScanMatched(Struct, frozen=True, tag="scan_matched"):
    """A place in ``templates``, said once."""

    scan: int
    place: int


class ScanLooked(Struct, frozen=True, tag="scan_looked"):
    """One picture more was looked at. Said of each: where much waits, a ping is answered late."""

    scan: int


class ScanDone(Struct, frozen=True, tag="scan_done"):
    """``looked``: so many pictures were looked at."""

    scan: int
    looked: int


class CheckerPong(Struct, frozen=True, tag="pong"):
    number: int


CheckOrder = BeginCheck | CameraPicture | EndCheck | CompareFaces
ScanOrder = BeginScan | AddTemplates | ScanPicture | EndScan
CheckerOrder = CheckOrder | ScanOrder | CheckerPing
CheckAnswer = CheckState | CheckVerdict | PictureNeeded
ScanAnswer = ScanMatched | ScanLooked | ScanDone
CheckerAnswer = CheckerReady | CheckerUnfit | CheckAnswer | FacesCompared | ScanAnswer | CheckerPong

_encoder: Final = msgspec.msgpack.Encoder()
_orders: Final = msgspec.msgpack.Decoder(CheckerOrder)
_answers: Final = msgspec.msgpack.Decoder(CheckerAnswer)


def encode_message(message: CheckerOrder | CheckerAnswer) -> bytes:
    """The body of a frame."""
    return _encoder.encode(message)


def decode_order(body: bytes) -> CheckerOrder:
    """Raises msgspec.MsgspecError."""
    order: CheckerOrder = _orders.decode(body)
    return order


def decode_answer(body: bytes) -> CheckerAnswer:
    """Raises msgspec.MsgspecError."""
    answer: CheckerAnswer = _answers.decode(body)
    return answer


def in_parts(templates: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    """As they fit into messages, in order; one empty part of none."""
    for first in range(0, max(1, len(templates)), PART):
        yield tuple(templates[first : first + PART])
