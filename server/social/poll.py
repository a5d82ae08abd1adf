"""The ballots of one clip on air: told at each change, decided in time."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from phosphene.events import ClipBallot, Proposal
from phosphene.failure_boundary import keep_running, running
from phosphene.ids import new_id
from phosphene.model import Person
from phosphene.social import ballot

Tell = Callable[[ClipBallot], Awaitable[None]]
"""Tells everybody of a ballot as it is at this moment."""


class Poll:
    """See ``open_poll``. ``clock`` counts seconds, as ``asyncio`` does."""

    def __init__(
        self,
        clip_id: str,
        tell: Tell,
        viewers: Callable[[], int | None],
        steer: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clip_id = clip_id
        self._tell = tell
        self._viewers = viewers
        self._steer = steer
        self._clock = clock
        self._ballot = ballot.Ballot()
        self._chosen: Proposal | None = None
        self._changed = asyncio.Event()

    @property
    def chosen(self) -> Proposal | None:
        """What was chosen and does not count yet."""
        return self._chosen

    def open_voting(self) -> None:
        """Say that the clip can be steered."""
        self._changed.set()

    def add_proposal(self, person: Person, text: str) -> Proposal:
        """Put a line on the ballot; who proposes also votes. Raises TooMany."""
        proposal = Proposal(new_id(time.time()), person, text)
        self._ballot = ballot.propose(self._ballot, proposal, self._clock())
        self._changed.set()
        return self._counted(self._ballot.votes[person.id])

    def add_vote(self, person: Person, proposal_id: str) -> Proposal:
        """Give the person's one vote to a proposal. Raises NotFound."""
        self._ballot = ballot.vote(self._ballot, person.id, proposal_id)
        self._changed.set()
        return self._counted(proposal_id)

    def mark_followed(self) -> None:
        """The clip has begun to follow the chosen line."""
        self._chosen = None
        self._changed.set()

    async def run(self) -> None:
        """Tell and decide, for ever."""
        while True:
            try:
                # One wait for both, a change and the end of a ballot: no timer has to be taken
                # back.
                async with asyncio.timeout(self._left()):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            self._decide()
            await self._tell(self._event())

    def _decide(self) -> None:
        chosen = ballot.choose(self._ballot, self._viewers(), self._clock())
        if chosen is not None:
            self._ballot, self._chosen = ballot.Ballot(), chosen
            self._steer(chosen.text)

    def _event(self) -> ClipBallot:
        proposals = ballot.standing(self._ballot)
        return ClipBallot(self._clip_id, proposals, self._left(), self._chosen)

    def _left(self) -> float | None:
        closes = self._ballot.closes
        return None if closes is None else max(0.0, closes - self._clock())

    def _counted(self, proposal_id: str) -> Proposal:
        return next(one for one in ballot.standing(self._ballot) if one.id == proposal_id)


@asynccontextmanager
async def open_poll(
    clip_id: str, tell: Tell, viewers: Callable[[], int | None], steer: Callable[[str], None]
) -> AsyncIterator[Poll]:
    """The poll of a clip, which ends with the block. ``viewers``: how many watch it, None where
    that is not known; ``steer`` is given each chosen text."""
    poll = Poll(clip_id, tell, viewers, steer)
    async with running(keep_running("poll", poll.run)):
        yield poll
