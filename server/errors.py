"""Our exceptions, each with the HTTP status and the problem type it becomes at the edge. Imports
nothing ours.

PhospheneError
  BadInput         400  what was sent cannot be read or is out of range
  Unauthorized     401  no valid identity
  Unconfirmed      401  a valid one, but it must be proved once more (RFC 9470)
  Refused          403  the policy says no
  Resting          403  they set a limit for themselves; says when it goes on
  Forbidden        403  known, but not for this clip or this place
  NotFound         404
  NotAcceptable    406  nothing that was offered fits what we have
  TooSlow          408  a body that did not arrive in time
  NotLive          409  the clip has no live stream (yet, or no longer)
  RemixTooEarly    409  the parent is still being drawn
  LeaseLost        409  another instance goes on with what this one had begun
  AlreadyTaken     409  somebody else has it
  Withheld         410  it was there, and is kept from everybody
  Stale            412  meant for another state of the resource than the one it is in
  TooLarge         413
  AddressTooLong   414
  UnsupportedType  415
  NotInFile        416  bytes that a file has not
  Unprocessable    422  understood, but not done here
  Unusable         422  of the right form, which says more than a schema can; a BadInput
  Unconditional    428  a change that must name the state it is meant for
  TooMany          429  a rate limit; says when to come back
  NotOffered       501  a form of the answer that is not made here
  RenderFailed     502  the worker could not draw the clip
  Busy             503  full; says when to come back
"""

# No import of ours: nearly every module imports this one, and what it imported would lie below them
# all.
from typing import Final, Literal

from msgspec import Struct

RestReason = Literal["day", "night", "pause"]


Stage = Literal["prompt", "remix", "steering", "comment", "name"]
"""What was judged: a prompt, it together with what it goes on from, or with the lines so far."""
JudgedBy = Literal["words", "meaning", "likeness"]
AppealKeeps = Literal["", "prompt", "hash"]
"""What an appeal keeps of a prompt: its words, or of the severe rules nothing but a keyed hash."""


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a prompt is not rendered, in words for people and in codes for programs.

    ``matched``: what of the text spoke; ``entry`` and ``holder``: of what protected name or work,
    and whose that is; ``score`` and ``threshold``: how close the text comes and what is too close,
    where that was measured. ``automatic``: nobody has looked. ``ask``: it is drawn once its author
    says that another is meant (``Prompt.mine``). ``rewordings``: texts that were checked and can be
    drawn, ``allowed`` the first of them. ``id`` names the refusal for six months on every
    instance, though nothing is stored of it. ``appeal``: where another look is asked for, empty
    where that is not offered; ``appeal_keeps``: what is then kept of the prompt.
    """

    code: str
    rule: str
    message: str
    matched: tuple[str, ...] = ()
    allowed: str | None = None
    rules_version: str = ""
    id: str = ""
    stage: Stage = "prompt"
    layer: JudgedBy = "words"
    entry: str = ""
    holder: str = ""
    score: float | None = None
    threshold: float | None = None
    automatic: bool = True
    ask: bool = False
    rewordings: tuple[str, ...] = ()
    appeal: str = ""
    appeal_keeps: AppealKeeps = ""


class Rest(Struct, frozen=True, kw_only=True):
    """Which limit of one's own is reached, until when (seconds since the epoch), and whether five
    minutes more can be had."""

    reason: RestReason
    until: float
    may_extend: bool


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 problem details; ``type`` is a path below /problems/, ``request_id`` stands in the
    log lines of the request. Of a refusal ``contact`` says how who runs this place is reached, and
    ``terms_url`` where its terms stand."""

    type: str
    title: str
    status: int
    detail: str = ""
    retry_after_s: float | None = None
    refusal: Refusal | None = None
    rest: Rest | None = None
    contact: str = ""
    terms_url: str = ""
    request_id: str = ""


# The docstrings of its kinds are the pages at /problems/NAME: they speak to who got the answer.
class PhospheneError(Exception):
    """Base of all errors that may reach a caller; ``str(error)`` is fit for people."""

    status = 500
    type = "internal"
    title = "Something went wrong"
    problem: Problem | None = None
    """The document of an error that another server told of."""


class BadInput(PhospheneError):
    """What was sent cannot be read, or is out of range: the detail says what and where."""

    status, type, title = 400, "bad-input", "The request cannot be used"


# A status of its own, so that 400 says that the document was not kept, and only that.
class Unusable(BadInput):
    """What was sent has the form that the document asks for, but what it says cannot be used: the
    detail says why."""

    status, type, title = 422, "unusable", "What was sent cannot be used"


class Unauthorized(PhospheneError):
    """No identity, one that cannot be read, or none that may see this: send a token of GET
    /v1/me, an embed token of the private clip, or the operator's."""

    status, type, title = 401, "unauthorized", "No valid identity"


class Unconfirmed(PhospheneError):
    """You are known, but this asks for your passkey once more (RFC 9470): POST
    /v1/me/confirmation, then ask again."""

    status, type, title = 401, "unconfirmed", "Prove that it is you"

    def __init__(self, message: str, within_s: float) -> None:
        super().__init__(message)
        self.within_s = within_s


class Refused(PhospheneError):
    """The policy does not draw this; the problem carries the whole refusal, so that a person
    understands it, and what would be allowed."""

    status, type, title = 403, "refused", "This prompt was refused"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


SUSPENDED: Final = (
    "a moderator has suspended you: you can read, delete what is yours, and take your data with you"
)
"""What they are told who want to write."""


class Forbidden(PhospheneError):
    """You are known, but this is not for you, or not from that page: pages of other origins write
    with a token."""

    status, type, title = 403, "forbidden", "Not for you, or not from there"


class QuotaReached(PhospheneError):
    """You have as much as one person may: remove something, or wait until it is done."""

    status, type, title = 403, "quota", "You have as much as one person may"


class NotFound(PhospheneError):
    """There is nothing here, or nothing that you may know of."""

    status, type, title = 404, "not-found", "Not found"


class Withheld(PhospheneError):
    """This was there, and is kept from everybody now: somebody in it took their yes back, or those
    who run this place took it away."""

    status, type, title = 410, "withheld", "This was taken away"


class NotAcceptable(PhospheneError):
    """Nothing that was offered fits what there is, such as the codecs of an SDP offer."""

    status, type, title = 406, "not-acceptable", "Nothing that was offered fits"


class TooSlow(PhospheneError):
    """The body of the request did not arrive in time."""

    status, type, title = 408, "too-slow", "The body did not arrive in time"


class RetryLater(PhospheneError):
    """Base of errors that pass by themselves after ``retry_after_s`` seconds."""

    def __init__(self, message: str, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Resting(RetryLater):
    """You set a limit for yourself, and it is reached: the detail says which, and Retry-After when
    it goes on."""

    status, type, title = 403, "resting", "You wanted to stop here"

    def __init__(self, message: str, rest: Rest, now: float) -> None:
        super().__init__(message, max(1.0, rest.until - now))
        self.rest = rest


class NotLive(RetryLater):
    """The clip has no stream yet, or no longer."""

    status, type, title = 409, "not-live", "The clip is not on air"


class RemixTooEarly(RetryLater):
    """The parent is still being drawn: a remix starts from the finished clip."""

    status, type, title = 409, "remix-too-early", "The clip is still being drawn"


class LeaseLost(PhospheneError):
    """Another instance goes on by now with what this one had begun: ask again."""

    status, type, title = 409, "lease-lost", "Another instance goes on with this"


class AlreadyTaken(PhospheneError):
    """Somebody else has it: choose another."""

    status, type, title = 409, "taken", "Somebody else has it"


class Stale(PhospheneError):
    """The change was meant for another state of the resource than the one it is in: read it
    again."""

    status, type, title = 412, "stale", "The resource has changed"


class TooLarge(PhospheneError):
    """The body of the request has more bytes than are read here."""

    status, type, title = 413, "too-large", "The body is too large"


class AddressTooLong(PhospheneError):
    """The address of the request has more bytes than are read here: send long lists in a body."""

    status, type, title = 414, "address-too-long", "The address is too long"


class UnsupportedType(PhospheneError):
    """The body is of a media type that is not understood here: the detail names the right one."""

    status, type, title = 415, "unsupported-type", "The content type is not understood"


class NotInFile(PhospheneError):
    """Range asks for bytes that the file has not; Content-Range says how many it has."""

    status, type, title = 416, "not-in-file", "The file has no such bytes"

    def __init__(self, message: str, size: int) -> None:
        super().__init__(message)
        self.size = size


class Unprocessable(PhospheneError):
    """It was understood, but cannot be done here."""

    status, type, title = 422, "unprocessable", "Understood, but not done here"


class Unconditional(PhospheneError):
    """A change that must name the state it is meant for: send If-Match with the ETag."""

    status, type, title = 428, "precondition-required", "The request must say If-Match"


class TooMany(RetryLater):
    """You, or everybody at your address together, did that too often in a short time."""

    status, type, title = 429, "too-many-requests", "Too many requests"


class NotOffered(PhospheneError):
    """A form of the answer that is not made here."""

    status, type, title = 501, "not-offered", "Not made here"


class RenderFailed(PhospheneError):
    """The worker could not draw the clip."""

    status, type, title = 502, "render-failed", "The clip could not be drawn"


# With a time to come back: while another process held the database for 14 s writers were told so
# after 5, and reads went on.
class Busy(RetryLater):
    """The server is full, or what it needs is not there for the moment."""

    status, type, title = 503, "busy", "The server is full"


def kinds() -> dict[str, type[PhospheneError]]:
    """Every type of problem that a caller may see, by its name."""
    # From the classes: a list beside them could lack one, and its address would lead nowhere.
    found, todo = dict[str, type[PhospheneError]](), PhospheneError.__subclasses__()
    while todo:
        kind = todo.pop(0)
        todo += kind.__subclasses__()
        if "type" in vars(kind):
            found[kind.type] = kind
    return found


def by_status() -> dict[int, list[type[PhospheneError]]]:
    """The same by their status."""
    found: dict[int, list[type[PhospheneError]]] = {}
    for kind in kinds().values():
        found.setdefault(kind.status, []).append(kind)
    return found
