"""Whether what holders registered lets a text be drawn: the registry's own layer of rules, which is
made anew when the registry has changed, on every instance."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.errors import Refusal
from phosphene.model import Licence
from phosphene.rights import Right
from phosphene.studio.rights_found import ASKS, RightsFound
from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rights_rules import MESSAGE, UNANSWERED, is_enforced, rights_layer, today
from phosphene.trust.rule_file import rule_of_name

LICENSED: Final = "{name} is registered by {holder}, and drawn with a licence only: {terms}"


class EntryRules(Struct, frozen=True):
    """Entries as rules, and by how refusals name them; no rules of none."""

    rules: Rules | None
    by_rule: Mapping[str, Right]


class RightsLayer(Struct, frozen=True):
    """The registry at a number of its log, on a day. Apart, so that the answer to a question lets
    nobody past what is refused: ``refused`` to everybody, ``licensed`` to some, ``asked`` about."""

    version: int
    day: date
    refused: EntryRules
    licensed: EntryRules
    asked: EntryRules


class RightsCheck:
    """``get_version`` is the number of the registry's last change, ``list_live`` gives that and
    what is live; ``handle_of`` who somebody is called; ``today`` the day."""

    def __init__(
        self,
        get_version: Callable[[], Awaitable[int]],
        list_live: Callable[[], Awaitable[tuple[int, Sequence[Right]]]],
        handle_of: Callable[[str], Awaitable[str]],
        today: Callable[[], date] = today,
    ) -> None:
        self._get_version = get_version
        self._list_live = list_live
        self._handle_of = handle_of
        self._today = today
        self._layer = make_layer(0, (), today())
        self._making = asyncio.Lock()

    async def find_rights(self, text: str, person_id: str) -> RightsFound:
        """Why a text is not drawn for a person, or is asked about (``code`` is ``rights-ask``);
        and the licences that it is drawn with."""
        layer = await self._current()
        handle = await self._handle_of(person_id) if layer.licensed.rules else ""
        return await asyncio.to_thread(judge_rights, text, handle, layer)

    async def _current(self) -> RightsLayer:
        # Asked with each prompt: one row by its key, where a hint on the bus could be missed.
        known = await self._get_version(), self._today()
        if known == (self._layer.version, self._layer.day):
            return self._layer
        async with self._making:
            version, rights = await self._list_live()
            if (version, known[1]) != (self._layer.version, self._layer.day):
                self._layer = await asyncio.to_thread(make_layer, version, rights, known[1])
        return self._layer


def make_layer(version: int, rights: Sequence[Right], day: date) -> RightsLayer:
    """The rules of what is live; 7 ms of CPU for a hundred entries."""
    parts: dict[str, list[Right]] = {"refuse": [], "licence": [], "ask": []}
    for one in rights:
        if is_enforced(one, day):
            parts[one.mode if one.state == "confirmed" else "ask"].append(one)
    refused, licensed, asked = (entry_rules(part, day) for part in parts.values())
    return RightsLayer(version, day, refused, licensed, asked)


def entry_rules(rights: Sequence[Right], day: date) -> EntryRules:
    """Entries as rules of their own."""
    file = rights_layer(rights, day)
    by_id = {one.id: one for one in rights}
    found = {}
    for group in file.names:
        for name in group.list:
            right_id = name.name.rpartition("(")[2].rstrip(")")
            found[rule_of_name(group, name)] = by_id[right_id]
    return EntryRules(Rules(file, "rights") if file.names else None, found)


def judge_rights(text: str, handle: str, layer: RightsLayer) -> RightsFound:
    """What a layer says of a text of somebody, what refuses it before what asks. Pure."""
    if refusal := _refused(text, layer.refused):
        return RightsFound(refusal)
    licences, entries = list[Licence](), layer.licensed
    # A text may name several: each wants a licence of its own.
    while (refusal := _refused(text, entries)) and handle:
        right = entries.by_rule[refusal.rule]
        if handle not in right.licensed:
            break
        licences.append(Licence(right.id, right.name, right.holder, right.terms))
        left = [one for one in entries.by_rule.values() if one.id != right.id]
        entries = entry_rules(left, layer.day)
    refusal = refusal or _refused(text, layer.asked)
    return RightsFound(refusal, tuple(licences))


def _refused(text: str, entries: EntryRules) -> Refusal | None:
    refusal = decide(text, entries.rules) if entries.rules else None
    return _with_words(refusal, entries.by_rule[refusal.rule]) if refusal else None


def _with_words(refusal: Refusal, right: Right) -> Refusal:
    """A refusal with the words of its entry: what was not looked at, or only asks, is a question.
    Pure."""
    asks = right.state != "confirmed" or right.mode == "ask"
    words = UNANSWERED if asks else MESSAGE
    if right.mode == "licence" and not asks:
        words = LICENSED
    message = words.format(name=right.name, holder=right.holder, terms=right.terms)
    return replace(refusal, code=ASKS if asks else "rights", message=message)
