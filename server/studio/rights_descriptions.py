"""Registered characters by what describes them: found where nobody names them, once an operator has
confirmed them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from phosphene.errors import Refusal
from phosphene.meaning.meaning_messages import CloseWork, TextRead, WorkTexts
from phosphene.model import Licence
from phosphene.rights import Right
from phosphene.studio.dialogue import WholeText
from phosphene.studio.rights_found import ASKS, PREFIX, RightsFound
from phosphene.trust.close_works import CLOSE, Closeness, judge_closeness
from phosphene.trust.rights_rules import is_enforced

MOST: Final = 1000
"""Entries that are found so: the thresholds rise with their number."""
REFUSED: Final = (
    "This describes {name}, registered by {holder}, who wants nothing drawn of it: both have"
    " {shared}."
)
LICENSED: Final = (
    "This describes {name}, registered by {holder}, and drawn with a licence only ({terms}): both"
    " have {shared}."
)
ReadMeaning = Callable[[str], Awaitable[TextRead | None]]
"""What a text comes close to; None where nothing can say it."""


class Described(Struct, frozen=True):
    """Entries by their names among ``works``, of which there are so many with those of the
    rules."""

    entries: Mapping[str, Right]
    works: int


def described_rights(rights: Sequence[Right], day: date) -> dict[str, Right]:
    """Those that are found by what describes them, by their names among the works. What nobody has
    looked at could else ask about everything. Pure."""
    found = [one for one in rights if one.described and one.state == "confirmed"]
    live = [one for one in found if is_enforced(one, day)]
    return {PREFIX + one.id: one for one in live[:MOST]}


def work_of(right: Right) -> WorkTexts:
    """An entry as a work. Pure."""
    return WorkTexts(PREFIX + right.id, right.described)


async def find_described(
    said: WholeText, handle: str, known: Described, read: ReadMeaning, *, on_air: bool
) -> RightsFound:
    """Whom a text describes, or all of it together: what was drawn before is no reason to ask, nor
    to stop a line for a clip on air."""
    found = judge_described(await read(said.text), handle, known)
    if found.refusal is not None or not said.whole:
        return found
    together = judge_described(await read(said.whole), handle, known)
    if together.refusal is not None and (on_air or together.refusal.ask):
        earlier = judge_described(await read(said.before), handle, known)
        if earlier.entry == together.entry:
            return RightsFound(None, together.licences)
    return together


def judge_described(read: TextRead | None, handle: str, known: Described) -> RightsFound:
    """What the closest entry says of a text that was read, and the licences of those that are
    licensed to who asks. Pure."""
    licences = list[Licence]()
    others = [one.entry for one in read.works if one.entry not in known.entries] if read else []
    asking = [name for name, right in known.entries.items() if right.mode == "ask"]
    while read is not None:
        close = judge_closeness(read, known.works, others, asking)
        if close is None:
            break
        right = known.entries[close.work.entry]
        if not (right.mode == "licence" and handle and handle in right.licensed):
            return RightsFound(refuse_described(close, right), tuple(licences), right.id)
        licences.append(Licence(right.id, right.name, right.holder, right.terms))
        others.append(close.work.entry)
    return RightsFound(None, tuple(licences))


def judge_alone(work: CloseWork, right: Right, works: int) -> Refusal | None:
    """What an entry says of a text by itself. Pure."""
    asking = [work.entry] if right.mode == "ask" else []
    close = judge_closeness(TextRead(0, (work,)), works, (), asking)
    return refuse_described(close, right) if close else None


def refuse_described(found: Closeness, right: Right) -> Refusal:
    """The refusal, or the question, without rewordings. Pure."""
    ask = found.outcome == "ask"
    words = CLOSE if ask else LICENSED if right.mode == "licence" else REFUSED
    shared = ", ".join(f"“{word}”" for word in found.work.shared)
    told = {"name": right.name, "holder": right.holder, "terms": right.terms, "shared": shared}
    return Refusal(
        code=ASKS if ask else "rights",
        rule=PREFIX + right.id,
        message=words.format(**told),
        matched=found.work.shared,
        layer="meaning",
        entry=right.name,
        holder=right.holder,
        score=round(found.work.score, 3),
        threshold=round(found.threshold, 3),
        ask=ask,
    )
