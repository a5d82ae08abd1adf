"""Rows of what people did, as what the learner is told of them.

What somebody did with a clip comes in several rows: they like it, then they turn from it. Together
they count as one interest: each row adds to what those before it said.
"""

import zlib
from typing import Final

from phosphene.feed.feed_weights import WORTH, OutcomeWorth
from phosphene.feed.ranker.learner import Reaction
from phosphene.feed.ranker.person import PersonState
from phosphene.feed.ranker.value import (
    REJECTIONS,
    UNSEEN,
    VIEWINGS,
    deed_interest,
    viewing_interest,
)
from phosphene.model import StoredReaction

GUEST: Final = 0.3
"""What a guest teaches, who costs a cookie, until they have watched for a while."""
FAMILIAR: Final = 30
"""Clips watched after which a guest counts in full."""
VOICES: Final = 64


def voice_of(person_id: str) -> int:
    """One of 64 bits that stand for people: so many different ones are of at least as many people,
    and nobody is known by theirs."""
    return 1 << zlib.crc32(person_id.encode()) % VOICES


def reaction_of(
    row: StoredReaction,
    clip: int,
    seconds: float | None,
    person: PersonState,
    voice: int,
    worth: OutcomeWorth = WORTH,
) -> Reaction:
    """What a row tells the learner of ``clip``, which is ``seconds`` long, as the next one of a
    person."""
    viewed, told = row.kind in VIEWINGS, clip in person.held
    lone = told and clip in person.lone
    liked = row.kind not in VIEWINGS | REJECTIONS or row.kind == "looped"
    first = liked and clip not in person.liked
    if viewed:
        watched_s = None if row.watched_ms is None else row.watched_ms / 1000
        value = viewing_interest(row.kind, seconds, watched_s, worth) - UNSEEN * lone
    else:
        value = deed_interest(row.kind, worth) + UNSEEN * (not told)
    disliked = row.kind in REJECTIONS or (row.kind == "skip" and clip not in person.liked)
    return Reaction(
        clip=clip,
        value=value,
        liked=first,
        disliked=disliked,
        served=row.served,
        at=row.at,
        weight=1.0 if row.known or person.turns >= FAMILIAR else GUEST,
        # Who opens a clip by its address may like it before the page says how they came to it.
        chosen=not row.served and (first or (lone and clip in person.liked)),
        viewed=viewed,
        revises=lone if viewed else told,
        met=row.kind != "follow",
        voice=voice,
    )
