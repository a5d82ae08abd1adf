"""A poll with real topics: what the audience hears and what the clip is given."""

import asyncio
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import pytest

from phosphene.errors import NotFound
from phosphene.events import ClipBallot, ViewersChanged
from phosphene.model import Person
from phosphene.social.poll import Poll, open_poll
from tests.social.reading import Follower
from tests.social.serving import Site

pytestmark = pytest.mark.asyncio
BEN = Person("ben-id", "ben")
CLEO = Person("cleo-id", "cleo")


def opened(site: Site, texts: asyncio.Queue[str]) -> AbstractAsyncContextManager[Poll]:
    viewers = partial(site.topics.viewers_of, "a")
    return open_poll("a", site.topics.emit_volatile, viewers, texts.put_nowait)


async def heard(follower: Follower, *, chosen: bool) -> dict[str, Any]:
    """The ballot said last, once it has a chosen line or has none."""
    while not follower.said or (follower.said[-1].get("chosen") is not None) != chosen:
        await follower.next()
    return follower.said[-1]


async def test_a_line_is_proposed_voted_for_chosen_and_followed(site: Site) -> None:
    texts: asyncio.Queue[str] = asyncio.Queue()
    follower = await Follower().follow(site.topics, site.store, "clip:a")
    await site.topics.emit_volatile(ViewersChanged("a", 3))
    async with opened(site, texts) as poll:
        proposal = poll.add_proposal(BEN, "at night")
        assert (proposal.text, proposal.votes) == ("at night", 1)
        await follower.next()
        assert [one["votes"] for one in follower.said[-1]["proposals"]] == [1]
        assert site.topics.ballot_of("a") is not None
        assert poll.add_vote(CLEO, proposal.id).votes == 2
        assert await texts.get() == "at night"
        with pytest.raises(NotFound):
            poll.add_vote(CLEO, proposal.id)
        choice = await heard(follower, chosen=True)
        assert (choice["chosen"]["text"], choice["proposals"]) == ("at night", [])
        poll.mark_followed()
        await heard(follower, chosen=False)
    assert site.topics.ballot_of("a") == ClipBallot("a")


@pytest.mark.slow
async def test_nobody_else_there_to_ask_the_ballot_closes_by_itself(site: Site) -> None:
    texts: asyncio.Queue[str] = asyncio.Queue()
    async with opened(site, texts) as poll:
        poll.add_proposal(BEN, "at night")
        assert await texts.get() == "at night"
