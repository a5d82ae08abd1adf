"""Uses of likenesses: decided, written down with the clip, and told to their owners. Each function
is one piece of a transaction."""

from collections.abc import Iterator
from typing import Final

import msgspec

from phosphene.consent.ledger import UseGranted, UseRefused, person_digest
from phosphene.consent.refusal import refuse_use
from phosphene.consent.request import UseRequest
from phosphene.consent.terms import UseWords, Via, decide_together, decide_use
from phosphene.consent.uses import OwnerVerdict, OwnUse, UseReview
from phosphene.events import Recorded
from phosphene.guest_names import guest_handle
from phosphene.model import Clip, Look, Person
from phosphene.store import inbox, reads
from phosphene.store.connection import SqlConnection
from phosphene.store.likeness_ledger import add_entry, add_refusal, entry_hash
from phosphene.store.likeness_standing import get_likeness, get_standing, owners_in, use_ask
from phosphene.store.likeness_totals import count_deed

MOST: Final = 5
"""So many people can be in one clip."""
USES: Final = 200
"""Uses in one list."""


def review_use(cx: SqlConnection, request: UseRequest, now: float) -> UseReview:
    """What the owners of all likenesses in a use say to it. A handle that nobody has is a no."""
    named = [_owner_of(cx, handle) for handle in request.handles]
    shown = [] if not request.parent else owners_in(cx, request.parent)
    owners = list(dict.fromkeys([*(one for one in named if one), *shown]))
    found = tuple(_verdict(cx, owner, request, now) for owner in owners)
    answer = decide_together(one.verdict for one in found)
    if None in named or len(owners) > MOST:
        answer = "no"
    return UseReview(answer, found)


def add_uses(
    cx: SqlConnection, clip: Clip, request: UseRequest | None, now: float
) -> list[Recorded]:
    """Write down whose likeness a clip shows, and tell them, in the transaction that adds it.

    Raises:
        Refused: somebody says no at this very moment, or has to be asked.
    """
    if request is None:
        if clip.recipe is not None and clip.recipe.looks:
            raise refuse_use(())
        return []
    review = review_use(cx, request, now)
    if review.answer != "yes":
        raise refuse_use(request.handles, asked=review.answer == "ask")
    # A card that was chosen anew in between is another grant than the one that was drawn by.
    if (
        clip.recipe is not None
        and request.via != "steer"
        and clip.recipe.looks != review.allowed_looks
    ):
        raise refuse_use(request.handles)
    recorded = list[Recorded]()
    for one in review.owners:
        recorded += _add_use(cx, clip, one, request, now)
    return recorded


def add_steering(
    cx: SqlConnection, clip_id: str, request: UseRequest, now: float
) -> list[Recorded]:
    """Write down who steers a clip that shows somebody. Raises Refused, NotFound."""
    return add_uses(cx, reads.clip(cx, clip_id), request, now)


def note_refusals(cx: SqlConnection, request: UseRequest, now: float) -> list[Recorded]:
    """Owners whose likeness was asked for in vain have it in their ledgers, and are told by whom;
    never the words."""
    recorded = list[Recorded]()
    for one in review_use(cx, request, now).owners:
        # Who does not lend, or never did, is none whose name could be told apart from any other.
        if one.verdict.answer != "no" or get_likeness(cx, one.owner).level == "none":
            continue
        by, why = request.by, one.verdict.why
        fact = UseRefused(person_digest(by.id), request.via, why)
        add_refusal(cx, one.owner, fact, now, by.id)
        count_deed(cx, "refused", now)
        recorded += inbox.notify_likeness(cx, one.owner, "likeness_refused", by, now)
    return recorded


def list_uses(cx: SqlConnection, owner: str, before: float) -> list[OwnUse]:
    """Clips that show somebody, the newest first, from before a time."""
    rows = cx.execute(
        "SELECT u.clip, u.person, p.handle, u.via, u.at, c.status, c.withheld_for"
        " FROM likeness_uses AS u JOIN clips AS c ON c.id = u.clip"
        " LEFT JOIN people AS p ON p.id = u.person"
        " WHERE u.owner = ? AND u.at < ? ORDER BY u.at DESC, u.clip DESC LIMIT ?",
        (owner, before, USES),
    )
    return [_own_use(*row) for row in rows]


def _own_use(
    clip: str, person: str, handle: str | None, via: Via, at: float, status: str, why: str | None
) -> OwnUse:
    by = Person(person, handle or guest_handle(person))
    return OwnUse(clip=clip, by=by, via=via, at=at, status=status, withheld=why is not None)


def _owner_of(cx: SqlConnection, handle: str) -> str | None:
    row = cx.execute("SELECT id FROM people WHERE handle = ?", (handle,)).fetchone()
    return None if row is None else str(row[0])


def _verdict(cx: SqlConnection, owner: str, request: UseRequest, now: float) -> OwnerVerdict:
    user = request.by.id
    standing, ask = get_standing(
        cx, owner, user, now, purpose=request.purpose, drawn_from=request.drawn_from
    )
    verdict = decide_use(standing, request.reading, now)
    handle = inbox.own_name(cx, owner).handle
    lent = get_likeness(cx, owner)
    if verdict.answer != "yes" or lent.card is None:
        return OwnerVerdict(owner, handle, verdict)
    look = Look(
        owner=handle,
        card=msgspec.to_builtins(lent.card),
        grant=entry_hash(cx, owner, verdict.grant),
        level=lent.level,
        checked_by=lent.checked_by,
        checked_at=lent.checked_at,
        portrait=entry_hash(cx, owner, verdict.portrait) if verdict.portrait else "",
    )
    return OwnerVerdict(owner, handle, verdict, ask if verdict.why == "answered" else "", look)


def _add_use(
    cx: SqlConnection, clip: Clip, one: OwnerVerdict, request: UseRequest, now: float
) -> Iterator[Recorded]:
    user, grant, portrait = request.by, one.verdict.grant, one.verdict.portrait
    reading = msgspec.json.encode(_all_words(cx, clip.id, one.owner, request)).decode()
    cx.execute(
        "INSERT INTO likeness_uses (clip, owner, person, via, at, grant_seq, ask, reading,"
        " portrait_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (clip, owner, person) DO UPDATE SET reading = excluded.reading",
        (clip.id, one.owner, user.id, request.via, now, grant, one.ask, reading, portrait),
    )
    use_ask(cx, one.ask)
    count_deed(cx, "used", now)
    add_entry(
        cx,
        one.owner,
        UseGranted(clip.id, person_digest(user.id), request.via, grant, portrait),
        now,
        user.id,
    )
    yield from inbox.notify_likeness(
        cx, one.owner, "likeness_used", user, now, clip=clip.id, text=clip.text
    )


def _all_words(cx: SqlConnection, clip_id: str, owner: str, request: UseRequest) -> UseWords:
    """What was read of all that somebody said of one clip: rules are asked of every line."""
    row = cx.execute(
        "SELECT reading FROM likeness_uses WHERE clip = ? AND owner = ? AND person = ?",
        (clip_id, owner, request.by.id),
    ).fetchone()
    if row is None:
        return request.reading
    before, now = msgspec.json.decode(row[0], type=UseWords), request.reading
    return UseWords(
        tuple(dict.fromkeys((*before.categories, *now.categories))),
        tuple(dict.fromkeys((*before.readings, *now.readings))),
    )
