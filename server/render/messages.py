"""What an instance and a render worker say to each other: msgpack messages with a length before.

Down a pipe each message is 4 bytes of big-endian length and a body; other carriers (a Redis
stream) frame by themselves and use ``encode`` and the decoders alone. Pixels never travel.
"""

from typing import Final, get_args

import msgspec
from msgspec import Struct

from phosphene.children.frames import frame_body
from phosphene.model import Conditions, Look, PictureMark, Portrait, Slot, Steer, Tune
from phosphene.render.schedule import Cost
from phosphene.status import Work
from phosphene.units import RenditionName, Unit


class ShownSoFar(Struct, frozen=True, kw_only=True):
    """What viewers have of a clip that another worker began: the last tick, and the units of the
    final run so far, which go on from there."""

    pts: int
    run: tuple[Unit, ...] = ()


class Render(Struct, frozen=True, kw_only=True, tag="render"):
    """Draw one clip for a person. ``parent`` holds the parent's latents in a remix, as its
    Artifact gave them. ``begun`` are the latents of a clip whose first ``kept`` seconds stay as
    they are: those that a fork shares, or those that a lost worker had finished.

    ``dropped``: the slots that the parent's words told and this text left out.
    ``looks``: people whom the text names by their handle, and how they are drawn; ``portraits`` of
    those of them who are drawn from one. ``tune``: what
    its sound is synthesised from; without it none is. ``steering`` is what is known
    beforehand. ``live`` False is for files: only the final run, as
    fast as it can be drawn. ``lone``: it shares no forward pass with others (they may be to blame
    for the loss of a worker, or it may be). ``mark``: laid on each picture before it is encoded.
    """

    clip: str
    text: str
    seed: int
    seconds: int
    steps: int
    strength: float = 1.0
    parent: bytes | None = None
    begun: bytes | None = None
    kept: int = 0
    dropped: tuple[str, ...] = ()
    steering: tuple[Steer, ...] = ()
    tune: Tune | None = None
    looks: tuple[Look, ...] = ()
    portraits: tuple[Portrait, ...] = ()
    mark: PictureMark | None = None
    shown: ShownSoFar | None = None
    person: str = ""
    live: bool = True
    lone: bool = False


class Cancel(Struct, frozen=True, tag="cancel"):
    """Stop drawing within one step; answered by Failed with ``cancelled``."""

    clip: str


class SteerClip(Struct, frozen=True, tag="turn"):
    """The audience steers the clip to ``text``; answered by Steered once that counts."""

    clip: str
    text: str


# One serves everybody who joins or lacks something, and is the largest picture of all.
class Keyframe(Struct, frozen=True, tag="keyframe"):
    """A viewer needs a keyframe; granted at most once a second per clip."""

    clip: str


# Asked again and again, and ended by silence: so nothing has to be remembered when a worker is
# lost, and the same question crosses instances.
class RequestRendition(Struct, frozen=True, tag="ask"):
    """Somebody watches a rendition beside the full one: from the next picture on it is encoded
    too, until it was not asked for again for a few seconds. Its first unit is a keyframe."""

    clip: str
    rendition: RenditionName


# Asked of the worker, which has the lexicon: 280 kB, and 32 ms to load, that no instance needs.
class ReadPrompt(Struct, frozen=True, tag="read"):
    """Say what of a text would be drawn; answered by PromptRead of the same ``number``."""

    number: int
    text: str


# A worker that hangs looks like one that draws: only an answer tells them apart.
class WorkerPing(Struct, frozen=True, tag="ping"):
    number: int


class Ready(Struct, frozen=True, kw_only=True, tag="ready"):
    """The model is loaded and warm. ``vocabulary``: what it can draw, values per slot.

    ``steps``: denoising steps of a clip when nobody asks for another number. ``forks``: whether it
    goes on from the first seconds of another clip. ``sound``: whether its clips have any;
    ``synthesizer``: the version of what makes it, 0 where the model itself does. ``looks``: whether
    it draws people as their cards say; ``portraits``: how many in one clip it draws from a portrait
    each; ``lifelike``: whether a face in its pictures may be somebody's.
    """

    model: str
    fingerprint: str
    device: str
    width: int
    height: int
    fps: int
    vocabulary: dict[str, tuple[str, ...]]
    steps: int = 12
    steers: str = "never"
    forks: bool = False
    sound: bool = False
    synthesizer: int = 0
    looks: bool = False
    portraits: int = 0
    lifelike: bool = True
    cost: Cost | None = None
    conditions: Conditions = Conditions()

    @property
    def can_steer(self) -> bool:
        """Whether its clips follow an audience."""
        return self.steers != "never"


# Said, and no crash: what crashes is started again, and would be for ever.
class Unfit(Struct, frozen=True, tag="unfit"):
    """Instead of Ready: the worker cannot draw with this model and ends; ``reason`` says why."""

    reason: str


class Started(Struct, frozen=True, kw_only=True, tag="started"):
    """The clip has the device; ``understood`` says what of the prompt the model can draw."""

    clip: str
    understood: tuple[Slot, ...]


class PromptRead(Struct, frozen=True, tag="was_read"):
    """What of a text the model can draw; None where reading it failed."""

    number: int
    understood: tuple[Slot, ...] | None


# A unit and no picture: a second of 16 pictures of 288x512 is 3.5 MB in I420, and 76 kB as units
# (609 kbit/s).
class Encoded(Struct, frozen=True, tag="encoded"):
    """The next unit of the log of a rendition."""

    clip: str
    unit: Unit
    rendition: RenditionName = "full"


# A clip is shared while it is on air, and sites keep the card that they find then: with no picture
# yet it stayed empty for good.
class Still(Struct, frozen=True, tag="still"):
    """A picture that stands for the clip until its poster is there, as JPEG."""

    clip: str
    data: bytes


class Progress(Struct, frozen=True, kw_only=True, tag="progress"):
    """``percent`` in 0..100 over the whole clip; ``eta_s`` until the last patch is final."""

    clip: str
    step: int
    steps: int
    chunk: int
    chunks: int
    percent: float
    sigma: float
    eta_s: float


class Steered(Struct, frozen=True, tag="steered"):
    """From here on the clip follows a steering text."""

    clip: str
    steer: Steer


# Held by the instance: after the kill of a worker the next picture comes from another one after
# 0.33 s (p50; 0.51 s at most, bench.loss).
class ClipCheckpoint(Struct, frozen=True, tag="kept"):
    """The first ``seconds`` of the clip are final: their latents, as ``Render.begun`` takes."""

    clip: str
    seconds: int
    latents: bytes


class Waiting(Struct, frozen=True, tag="waiting"):
    """The clip has no worker yet: its ``place`` in the line (1 is next) and the seconds until it
    is expected to begin. Said by the pool, whenever it changes."""

    clip: str
    place: int
    wait_s: float


# Measured and never set: the same machine carried 3 to 6 clips in time, as busy as it was.
class Price(Struct, frozen=True, tag="price"):
    """What clips cost this worker, as measured by now."""

    cost: Cost


class Artifact(Struct, frozen=True, tag="artifact"):
    """A finished file: ``video`` and ``half`` of its size (MP4), ``poster``, ``preview`` (animated)
    or ``latents``."""

    clip: str
    kind: str
    media_type: str
    data: bytes


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """Everything of the clip was said. ``render_s``: seconds of drawing; ``frames``: final ones.
    ``conditions`` and ``alone`` are for its recipe; ``hashes``: perceptual ones of a picture of
    each second, 32 bytes each, one after the other."""

    clip: str
    frames: int
    render_s: float
    conditions: Conditions = Conditions()
    alone: bool = False
    hashes: bytes = b""


class Failed(Struct, frozen=True, kw_only=True, tag="failed"):
    """The clip ends here; ``reason`` is fit for people."""

    clip: str
    reason: str
    cancelled: bool = False


class Claimed(Struct, frozen=True, tag="taken"):
    """A worker of another machine has the clip now, out of the line that instances share."""

    clip: str


class WorkerPong(Struct, frozen=True, tag="pong"):
    """The worker lives; ``work``: what it does."""

    number: int
    work: Work = Work()


ClipOrder = Render | Cancel | SteerClip | Keyframe | RequestRendition
Order = ClipOrder | ReadPrompt | WorkerPing
ClipAnswer = (
    Waiting
    | Started
    | Encoded
    | Still
    | Progress
    | Steered
    | ClipCheckpoint
    | Artifact
    | Done
    | Failed
)
Answer = Ready | Unfit | Price | Claimed | ClipAnswer | PromptRead | WorkerPong

# Not JSON: units are bytes, which would be a third longer in base64.
encode_message = msgspec.msgpack.Encoder().encode
decode_order = msgspec.msgpack.Decoder(Order).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode


# Two numbers, as the database has them: a release raises the first with each change of what is said
# here or in a heartbeat, and the second when it can do without what an older one lacks. Only what
# has a default may be added (tests/render/wire holds what was said under each number).
WIRE: Final = 1
"""What is spoken between machines."""
OLDEST: Final = 1
"""The oldest that is still understood: that of the release before."""


def understand_each_other(wire: int, oldest: int) -> bool:
    """Whether a machine that speaks ``wire``, and understands what is no older than ``oldest``, and
    this one can work together."""
    return wire >= OLDEST and oldest <= WIRE


class _Tagged(Struct):
    type: str


_TAGS: Final = frozenset(
    kind.__struct_config__.tag for kind in (*get_args(Order), *get_args(Answer))
)
_tag_of: Final = msgspec.msgpack.Decoder(_Tagged).decode


def is_of_later_release(body: bytes) -> bool:
    """Whether it is a message of a kind that this release does not know, to be passed over."""
    try:
        return _tag_of(body).type not in _TAGS
    except msgspec.MsgspecError:
        return False


def frame_message(message: Order | Answer) -> bytes:
    """One message as it goes down a pipe."""
    return frame_body(encode_message(message))
