"""What people want of a clip that another instance draws: lines, votes, an end. It is asked.

Everybody hears the question on the bus, the one that draws the clip answers.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Literal, TypeVar

import msgspec
from msgspec import Struct

from phosphene.bus.bus import Bus, Hint
from phosphene.errors import NotFound, NotLive, PhospheneError, RetryLater, TooMany, Unprocessable
from phosphene.events import Proposal
from phosphene.failure_boundary import boundary
from phosphene.ids import new_id
from phosphene.model import Person

QUESTIONS: Final = "steering"
ANSWERS: Final = "steered"
# A hint is there after 0.25 ms (p99 4 ms): silence for so long means that nobody draws that clip,
# or that Redis is away.
PATIENCE_S: Final = 1.5
LATER_S: Final = 1.0

log = logging.getLogger("phosphene.social")

T = TypeVar("T")


class Question(Struct, frozen=True, kw_only=True):
    """Somebody proposes ``text`` for a clip, votes for the line ``proposal``, or, with neither,
    cancels it."""

    id: str
    clip: str
    person: Person
    text: str = ""
    proposal: str = ""


class Answer(Struct, frozen=True, kw_only=True):
    """What came of the question ``id``: the proposal as it counts now, a problem, or neither when
    a clip was cancelled."""

    id: str
    proposal: Proposal | None = None
    problem: str = ""
    message: str = ""
    retry_after_s: float = LATER_S


_PROBLEMS: Final[tuple[type[PhospheneError], ...]] = (NotFound, NotLive, TooMany, Unprocessable)

Result = Proposal | Literal["cancelled"]
"""What comes of a question that is meant for whoever is asked."""


class InstanceRpc:
    """Asks other instances, and answers them while ``run`` runs."""

    def __init__(self, bus: Bus, clock: Callable[[], float]) -> None:
        self._bus = bus
        self._clock = clock
        self._open: dict[str, asyncio.Future[Answer]] = {}

    async def propose_line(self, clip: str, person: Person, text: str) -> Proposal:
        """Propose a line wherever the clip is drawn. Raises as ``call_owner``."""
        return _proposal(await self.call_owner(clip, person, text=text))

    async def vote_for(self, clip: str, person: Person, proposal: str) -> Proposal:
        """Vote for a line wherever the clip is drawn. Raises as ``call_owner``."""
        return _proposal(await self.call_owner(clip, person, proposal=proposal))

    async def call_owner(
        self, clip: str, person: Person, *, text: str = "", proposal: str = ""
    ) -> Result:
        """Propose, vote or (with neither) cancel wherever the clip is drawn.

        Raises:
            NotLive: it is drawn nowhere, as far as anybody says. NotFound, TooMany, Unprocessable:
            as there.
        """
        name = new_id(self._clock())
        question = Question(id=name, clip=clip, person=person, text=text, proposal=proposal)
        # Before the question goes out: the answer may come before this line's next turn.
        future = self._open[name] = asyncio.get_running_loop().create_future()
        try:
            # To everybody, because nobody keeps a table of who draws what: such a table would have
            # to survive every crash, and there is a question only when somebody steers.
            await self._bus.publish_hint(QUESTIONS, msgspec.msgpack.encode(question))
            async with asyncio.timeout(PATIENCE_S):
                return _result(await future)
        except TimeoutError:
            raise NotLive("no instance says that it draws this clip now", LATER_S) from None
        finally:
            del self._open[name]

    async def run(self, answer: Callable[[Question], Result | None]) -> None:
        """Hear questions and answers, for ever; ``answer`` gives None where it is not asked."""
        async for hint in self._bus.receive_hints(QUESTIONS, ANSWERS):
            if isinstance(hint, Hint) and hint.channel == QUESTIONS:
                with boundary("asking"):
                    await self._answer(hint.data, answer)
            elif isinstance(hint, Hint) and hint.channel == ANSWERS:
                self._receive_answer(hint.data)

    async def _answer(self, data: bytes, answer: Callable[[Question], Result | None]) -> None:
        question = _read(data, Question)
        if question is None:
            return
        try:
            result = answer(question)
        except _PROBLEMS as error:
            await self._publish_answer(_problem(question.id, error))
        else:
            if result is not None:
                proposal = result if isinstance(result, Proposal) else None
                await self._publish_answer(Answer(id=question.id, proposal=proposal))

    async def _publish_answer(self, answer: Answer) -> None:
        await self._bus.publish_hint(ANSWERS, msgspec.msgpack.encode(answer))

    def _receive_answer(self, data: bytes) -> None:
        answer = _read(data, Answer)
        future = self._open.get(answer.id) if answer is not None else None
        if answer is not None and future is not None and not future.done():
            future.set_result(answer)


def _problem(name: str, error: PhospheneError) -> Answer:
    later = error.retry_after_s if isinstance(error, RetryLater) else LATER_S
    return Answer(id=name, problem=error.type, message=str(error), retry_after_s=later)


def _proposal(result: Result) -> Proposal:
    if not isinstance(result, Proposal):
        raise NotLive("the instance that draws this clip gave no answer", LATER_S)
    return result


def _result(answer: Answer) -> Result:
    """What was answered. Raises what was raised there."""
    if not answer.problem:
        return answer.proposal or "cancelled"
    kind = next((one for one in _PROBLEMS if one.type == answer.problem), NotLive)
    if issubclass(kind, RetryLater):
        raise kind(answer.message, answer.retry_after_s)
    raise kind(answer.message)


def _read(data: bytes, kind: type[T]) -> T | None:
    """Anybody can publish on the bus: what cannot be read is not for us."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.DecodeError:
        log.warning("a message about steering cannot be read")
        return None
