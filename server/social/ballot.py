"""What the audience of one clip wants next: proposals, one vote a person, and the choice. Pure.

Times are seconds on one clock. Votes of one ballot count for its choice only; then comes another.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from phosphene.errors import NotFound, TooMany
from phosphene.events import Proposal

# Long enough to read a line and vote, short enough for a clip of 6 s: from a chosen line to the
# first picture that follows it p95 is 0.81 s.
OPEN_S: Final = 2.0
"""So long after its first proposal a ballot chooses, if no majority has chosen before."""

MOST: Final = 8
"""Proposals of one ballot: more than that nobody reads while a clip is drawn."""


class Ballot(Struct, frozen=True):
    """``proposals`` in the order in which they came, their own counts unused; ``votes`` maps a
    person's id to a proposal's. ``closes`` is None before the first proposal."""

    proposals: tuple[Proposal, ...] = ()
    votes: Mapping[str, str] = {}
    closes: float | None = None


def propose(ballot: Ballot, proposal: Proposal, now: float) -> Ballot:
    """The ballot with this proposal and its author's vote for it; words that are proposed already
    only get the vote. Raises TooMany: the ballot is full, or its author has proposed already."""
    same = find_text(ballot, proposal.text)
    if same is not None:
        return vote(ballot, proposal.author.id, same.id)
    closes = now + OPEN_S if ballot.closes is None else ballot.closes
    if any(one.author.id == proposal.author.id for one in ballot.proposals):
        raise TooMany("one line a person until the choice: yours is there", closes - now)
    if len(ballot.proposals) >= MOST:
        raise TooMany("enough lines to choose from: vote for one", closes - now)
    wider = msgspec.structs.replace(ballot, proposals=(*ballot.proposals, proposal), closes=closes)
    return vote(wider, proposal.author.id, proposal.id)


def vote(ballot: Ballot, person: str, proposal: str) -> Ballot:
    """The ballot with the person's one vote here; again changes nothing. Raises NotFound."""
    if all(one.id != proposal for one in ballot.proposals):
        raise NotFound("that line is not on the ballot any more")
    return msgspec.structs.replace(ballot, votes={**ballot.votes, person: proposal})


def standing(ballot: Ballot) -> tuple[Proposal, ...]:
    """The proposals with their votes, most first; of equals the one that came first."""
    counts = Counter(ballot.votes.values())
    counted = [msgspec.structs.replace(one, votes=counts[one.id]) for one in ballot.proposals]
    return tuple(sorted(counted, key=lambda one: -one.votes))


def choose(ballot: Ballot, viewers: int | None, now: float) -> Proposal | None:
    """What the clip is steered to now: the line that leads when the time is up, or as soon as more
    than half of those who watch want it (``viewers``, None where that is not known)."""
    if ballot.closes is None:
        return None
    first = standing(ballot)[0]
    # Nothing that comes later could win any more, so waiting would only cost seconds of the clip.
    majority = bool(viewers) and 2 * first.votes > (viewers or 0)
    return first if majority or now >= ballot.closes else None


def find_text(ballot: Ballot, text: str) -> Proposal | None:
    """The proposal that says the same, whatever its capitals."""
    return next((one for one in ballot.proposals if one.text.casefold() == text.casefold()), None)
