"""What went wrong at the server, as the exceptions that it was raised as there."""

import msgspec

from phosphene.errors import (
    NotInFile,
    PhospheneError,
    Problem,
    Refusal,
    Refused,
    Resting,
    RetryLater,
    Unconfirmed,
    by_status,
    kinds,
)

_TYPES = "/problems/"
_problems = msgspec.json.Decoder(Problem)


class Unreachable(PhospheneError):
    """No answer came, or one that is none of a server of ours; the message says what came.
    ``sent``: the server may have got the request all the same."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


def read_problem(body: bytes) -> PhospheneError | None:
    """The error of a problem document (RFC 9457); None where the body is none of ours."""
    try:
        return error_of(_problems.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def error_of(problem: Problem) -> PhospheneError:
    """The exception of ``phosphene.errors`` for what a server says; the document is its
    ``problem``. Of a type that is not known here it is the one of its status."""
    error = _raised(_kind(problem), problem)
    error.problem = problem
    return error


def _kind(problem: Problem) -> type[PhospheneError]:
    known = kinds().get(problem.type.rpartition(_TYPES)[2])
    # By both: a proxy may answer with a document of ours under another status, and a newer server
    # may use a name anew.
    if known is not None and known.status == problem.status:
        return known
    others = by_status().get(problem.status, [])
    return others[0] if len(others) == 1 else PhospheneError


def _raised(kind: type[PhospheneError], problem: Problem) -> PhospheneError:
    detail = problem.detail or problem.title
    if issubclass(kind, Refused):
        return kind(problem.refusal or Refusal(code="", rule="", message=detail))
    wait_s = problem.retry_after_s or 1.0
    if issubclass(kind, Resting):
        rest = problem.rest
        return kind(detail, rest, rest.until - wait_s) if rest else RetryLater(detail, wait_s)
    if issubclass(kind, RetryLater):
        return kind(detail, wait_s)
    if issubclass(kind, NotInFile | Unconfirmed):  # the document does not say the number
        return kind(detail, 0)
    return kind(detail)
