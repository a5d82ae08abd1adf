"""Whether what holders registered lets a text be drawn: the registry's own layer of rules, which is
made anew when the registry has changed, on every instance."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.errors import Refusal
from phosphene.model import Licence
from phosphene.rights import Right
from phosphene.studio.rights_found import ASKS, RightsFound
from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rights_rules import MESSAGE, UNANSWERED, rights_layer
from phosphene.trust.rule_file import rule_of_name

LICENSED: Final = "{name} is registered by {holder}, and drawn with a licence only: {terms}"


class RightsLayer(Struct, frozen=True):
    """The rules of the registry at a number of its log, and the entries by how refusals name
    them."""

    version: int
    rules: Rules | None
    rights: Mapping[str, Right]


class RightsCheck:
    """``get_version`` is the number of the registry's last change, ``list_live`` gives that and
    what is live; ``handle_of`` who somebody is called."""

    def __init__(
        self,
        get_version: Callable[[], Awaitable[int]],
        list_live: Callable[[], Awaitable[tuple[int, Sequence[Right]]]],
        handle_of: Callable[[str], Awaitable[str]],
    ) -> None:
        self._get_version = get_version
        self._list_live = list_live
        self._handle_of = handle_of
        self._layer = RightsLayer(0, None, {})
        self._making = asyncio.Lock()

    async def find(self, text: str, person_id: str) -> RightsFound:
        """Why a text is not drawn for a person, or is asked about (``code`` is ``rights-ask``);
        and the licence that it is drawn with."""
        layer = await self._current()
        if layer.rules is None:
            return RightsFound()
        refusal = await asyncio.to_thread(decide, text, layer.rules)
        if refusal is None or (right := layer.rights.get(refusal.rule)) is None:
            return RightsFound()
        licensed = right.mode == "licence" and right.state == "confirmed"
        if licensed and await self._handle_of(person_id) in right.licensed:
            return RightsFound(licence=Licence(right.id, right.name, right.holder, right.terms))
        return RightsFound(refusal=told(refusal, right))

    async def _current(self) -> RightsLayer:
        # Asked with each prompt: one row by its key, where a hint on the bus could be missed.
        if await self._get_version() == self._layer.version:
            return self._layer
        async with self._making:
            version, rights = await self._list_live()
            if version != self._layer.version:
                made = await asyncio.to_thread(make_layer, version, rights)
                self._layer = made
        return self._layer


def make_layer(version: int, rights: Sequence[Right]) -> RightsLayer:
    """The rules of what is live; 7 ms of CPU for a hundred entries."""
    file = rights_layer(rights)
    by_id = {one.id: one for one in rights}
    found = {}
    for group in file.names:
        for name in group.list:
            right_id = name.name.rpartition("(")[2].rstrip(")")
            found[rule_of_name(group, name)] = by_id[right_id]
    return RightsLayer(version, Rules(file, f"rights-{version}") if file.names else None, found)


def told(refusal: Refusal, right: Right) -> Refusal:
    """A refusal with the words of its entry: what was not looked at, or only asks, is a question.
    Pure."""
    asks = right.state != "confirmed" or right.mode == "ask"
    words = UNANSWERED if asks else MESSAGE
    if right.mode == "licence" and not asks:
        words = LICENSED
    message = words.format(name=right.name, holder=right.holder, terms=right.terms)
    return replace(refusal, code=ASKS if asks else "rights", message=message)
