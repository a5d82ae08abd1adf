"""What travels on a socket: typed messages, two codecs, WebSocket frames and limits."""

import enum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from phosphene.errors import BadInput, Problem
from phosphene.events import ClipBallot, ClipProgress, ClipWaiting, Event
from phosphene.model import Clip, Comment, CommentId, CommentText, Person, Position

# The longest honest message is a comment of 500 characters. 16 KB of combining marks cost 92 ms of
# the loop before lengths were checked first.
MESSAGE_LIMIT = 16 * 1024
# Far above a person's taps. A message costs about 47 us of CPU, so one connection at this rate
# takes a thousandth of a core.
MESSAGES_PER_S = 20.0
MESSAGES_BURST = 60.0
# A page follows the clips that are in sight or near, and the feed.
TOPICS_PER_SOCKET = 64
# Below the 60 s after which nginx closes a connection on which nothing happens.
HEARTBEAT_S = 25
# msgpack saves bytes (99 instead of 137 for an event) and no CPU: both are encoded in 0.2 to 0.3
# us.
SUBPROTOCOLS = ("phosphene.json", "phosphene.msgpack")

GOING_AWAY = 1001
BAD_MESSAGE = 4000
BAD_IDENTITY = 4001
TOO_SLOW = 4008
TOO_MANY_MESSAGES = 4009
SERVER_FULL = 4013

Number = Annotated[int, Meta(ge=0, le=2**53)] | None
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Token = Annotated[str, Meta(max_length=2048)]


class MessageFormat(enum.Enum):
    """How bytes are given to a connection: a codec, as a payload or as a whole frame."""

    JSON = enum.auto()
    MSGPACK = enum.auto()
    # The header of a server's frame has no mask and is the same for everybody, so it is a part of
    # what is encoded once.
    JSON_FRAME = enum.auto()
    MSGPACK_FRAME = enum.auto()

    @property
    def is_binary(self) -> bool:
        return self in {MessageFormat.MSGPACK, MessageFormat.MSGPACK_FRAME}


# From the client. ``id`` is echoed in the answer.


class Subscribe(Struct, frozen=True, tag="subscribe"):
    """``token``: an embed token, for a private clip of somebody else."""

    topic: Name
    id: Number = None
    at: Position | None = None
    token: Token | None = None


class Unsubscribe(Struct, frozen=True, tag="unsubscribe"):
    topic: Name
    id: Number = None


class Like(Struct, frozen=True, tag="like"):
    clip: Name
    on: bool
    id: Number = None


class PostComment(Struct, frozen=True, tag="comment"):
    """``key`` is made by the client: the same key again comments once. ``parent``: the comment that
    this one answers."""

    clip: Name
    text: CommentText
    id: Number = None
    key: CommentId | None = None
    parent: CommentId | None = None


class Watch(Struct, frozen=True, tag="watch"):
    """The clip that the person has before them now; None: none."""

    clip: Name | None
    id: Number = None


class Turn(Struct, frozen=True, tag="turn"):
    """The person has turned from a clip that was before them for so long. ``listed``: the clips
    before them now, the current one first; ``served``: a feed had chosen the clip."""

    clip: Name
    watched_ms: Annotated[int, Meta(ge=0, le=2**31)]
    listed: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()
    served: bool = True
    id: Number = None


class ClientPing(Struct, frozen=True, tag="ping"):
    id: Number = None


ClientMessage = Subscribe | Unsubscribe | Like | PostComment | Watch | Turn | ClientPing


# From the server.


class Welcome(Struct, frozen=True, tag="welcome"):
    person: Person
    heartbeat_s: int = HEARTBEAT_S


class Snapshot(Struct, frozen=True, kw_only=True):
    """What a topic is about now; on the feed's topic everything is empty."""

    clip: Clip | None = None
    liked: bool = False
    comments: tuple[Comment, ...] = ()
    pinned: Comment | None = None
    liked_comments: tuple[str, ...] = ()
    viewers: int = 0
    progress: ClipProgress | None = None
    waiting: ClipWaiting | None = None
    ballot: ClipBallot | None = None


class Subscribed(Struct, frozen=True, tag="subscribed", kw_only=True):
    """``at`` is where the topic stands. When ``recovered``, the events that the client missed
    follow; else ``snapshot`` replaces what it knew. Without an id nobody asked: the client had
    been too slow, and starts anew from the snapshot."""

    id: Number = None
    topic: str
    at: Position
    recovered: bool
    snapshot: Snapshot | None = None


class Happened(Struct, frozen=True, tag="event"):
    """``seq`` is None for what is not stored (progress, presence)."""

    topic: str
    seq: int | None
    event: Event


class Ok(Struct, frozen=True, tag="ok"):
    """``held``: the comment waits for an operator, and only its author sees it until then."""

    id: Number = None
    held: bool | UnsetType = UNSET


class NextClips(Struct, frozen=True, tag="next"):
    """Answers a turn: what follows the clips that were listed, and takes the place of all that
    waited behind them. Nothing where nothing was learned: what waits stays."""

    clips: tuple[Clip, ...]
    id: Number = None


class Failure(Struct, frozen=True, tag="error"):
    id: Number
    problem: Problem


class ServerPong(Struct, frozen=True, tag="pong"):
    id: Number = None


ServerMessage = Welcome | Subscribed | Happened | Ok | NextClips | Failure | ServerPong


class Unreadable(BadInput):
    """Not even a message: the connection is closed with 4000."""


class Misshapen(BadInput):
    """A message that cannot be used; it is answered with an error under its ``id``."""

    def __init__(self, message: str, id_: int | None) -> None:
        super().__init__(message)
        self.id = id_


class _Numbered(Struct):
    id: Number = None


_json = msgspec.json.Encoder()
_msgpack = msgspec.msgpack.Encoder()
_from_json: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_from_msgpack: msgspec.msgpack.Decoder[ClientMessage] = msgspec.msgpack.Decoder(ClientMessage)
_json_number = msgspec.json.Decoder(_Numbered)
_msgpack_number = msgspec.msgpack.Decoder(_Numbered)


def choose_subprotocol(offered: list[str]) -> str | None:
    """The subprotocol to answer with: the first one offered that is known."""
    return next((name for name in offered if name in SUBPROTOCOLS), None)


def format_of(subprotocol: str | None, *, framed: bool) -> MessageFormat:
    if subprotocol == "phosphene.msgpack":
        return MessageFormat.MSGPACK_FRAME if framed else MessageFormat.MSGPACK
    return MessageFormat.JSON_FRAME if framed else MessageFormat.JSON


def encode(message: ServerMessage, form: MessageFormat) -> bytes:
    """The bytes to write, framed if the form says so (RFC 6455, one unmasked frame)."""
    match form:
        case MessageFormat.JSON:
            return _json.encode(message)
        case MessageFormat.MSGPACK:
            return _msgpack.encode(message)
        case MessageFormat.JSON_FRAME:
            return _frame(0x81, _json.encode(message))
        case MessageFormat.MSGPACK_FRAME:
            return _frame(0x82, _msgpack.encode(message))


def decode(data: str | bytes, form: MessageFormat) -> ClientMessage:
    """What the client says.

    Raises:
        Unreadable: too long, the wrong kind of frame, or not JSON (msgpack) at all.
        Misshapen: no such type, or fields that are missing or wrong.
    """
    if isinstance(data, bytes) != form.is_binary:
        raise Unreadable("send binary frames for msgpack, text frames for JSON")
    raw = data if isinstance(data, bytes) else data.encode()
    if len(raw) > MESSAGE_LIMIT:
        raise Unreadable(f"a message may hold {MESSAGE_LIMIT} bytes at most")
    decoder = _from_msgpack if form.is_binary else _from_json
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise Misshapen(str(error), _number(raw, form)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"not a message: {error}") from None


def _number(raw: bytes, form: MessageFormat) -> int | None:
    """The id of a message that is wrong elsewhere, if it has one."""
    try:
        return (_msgpack_number if form.is_binary else _json_number).decode(raw).id
    except msgspec.ValidationError:
        return None


def _frame(first: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 65536:
        return bytes((first, 126)) + size.to_bytes(2, "big") + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload
