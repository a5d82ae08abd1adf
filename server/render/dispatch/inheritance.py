"""What a remix or a fork has of its parent's words: what is told stays until its words go. Pure."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

import msgspec

from phosphene.model import Clip, Slot
from phosphene.render.reading import THINGS, TRUNCATED, UNDRAWN

SUBJECT: Final = "subject"
NEVER: Final = frozenset((TRUNCATED, UNDRAWN))
"""Slots of what is not seen."""
OF_THEM: Final = frozenset((*THINGS, "relation", "action", "count"))
"""Slots of who is there: with somebody new nobody of before stays."""
OF_PLATES: Final = frozenset(("place", "time", "weather", "mood", "camera"))
"""Slots that stay whoever is there."""
# Each sign of languages without spaces is a word here.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")


def dropped_slots(parent: Clip, text: str) -> tuple[str, ...]:
    """The slots that the parent's words told, and of whose words a new text has left none: for a
    text that is the parent's, edited, and no mere change of it ("at night")."""
    if not _is_edit(parent, text):
        return ()
    before, after = set(_words(parent.text)), set(_words(text))
    told = (slot for slot in parent.understood if slot.value is not None and slot.words)
    return tuple(
        slot.name
        for slot in told
        if slot.name not in NEVER | OF_THEM
        and (said := {word for phrase in slot.words for word in _words(phrase)}) <= before
        and not said & after
    )


def inherited_slots(parent: Clip, dropped: Iterable[str]) -> tuple[Slot, ...]:
    """What a clip shows of what its parent's words told, as long as its own say nothing else."""
    return tuple(
        msgspec.structs.replace(slot, confidence=1.0, words=(), inherited=True)
        for slot in parent.understood
        if slot.value is not None and slot.name not in {*NEVER, *dropped}
        if slot.words or slot.inherited or slot.name in OF_THEM
    )


def with_inherited(own: Sequence[Slot], inherited: Sequence[Slot]) -> tuple[Slot, ...]:
    """What of a text is understood, and what stays of the parent's where it says nothing."""
    told = {slot.name: slot for slot in own if slot.value is not None}
    before = {slot.name: slot for slot in inherited}
    same = SUBJECT not in told or _value(told, SUBJECT) == _value(before, SUBJECT)
    # With somebody new only where and when it is stays: a cat has nobody's glasses.
    stays = {
        name: slot
        for name, slot in before.items()
        if name not in told
        and (SUBJECT not in told or (name not in OF_THEM and (same or name in OF_PLATES)))
    }
    known = {slot.name for slot in own}
    more = (slot for name, slot in stays.items() if name not in known)
    return (*(stays.get(slot.name, slot) for slot in own), *more)


def _value(of: dict[str, Slot], name: str) -> str | None:
    return of[name].value if name in of else None


def _is_edit(parent: Clip, text: str) -> bool:
    """Whether a text is the parent's with other words: most of it is from there, the subject
    too."""
    before, after = _words(parent.text), _words(text)
    common = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    subject = (s.words for s in parent.understood if s.name == SUBJECT and s.value)
    named = {word for words in subject for phrase in words for word in _words(phrase)}
    return 2 * sum(block.size for block in common) > len(after) and named <= {*after}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
