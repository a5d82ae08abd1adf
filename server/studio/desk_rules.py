"""The rules with what the desk changed in them, made anew when it has, on every instance."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import Struct

from phosphene.errors import JudgedBy, Refusal
from phosphene.refusal_appeals import LiveDeskRules
from phosphene.trust.overturned_rules import SEVERE, may_ask
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rule_file import RuleFile

NOTHING: Final = LiveDeskRules(0)


class RulesNow(Struct, frozen=True):
    """``base``: the rules of the files; ``rules``: to which the phrases of the desk are innocent;
    ``severe``: of the files those that no phrase and no pass touches; ``asks``: what asks instead
    of refusing."""

    version: int
    base: Rules
    rules: Rules
    severe: Rules
    asks: frozenset[tuple[str, JudgedBy]]

    def may_ask(self, refusal: Refusal) -> bool:
        """Whether it was found wrong so often that it asks."""
        found = refusal.rule, refusal.layer
        return found in self.asks and may_ask(*found)


class DeskRulesLayer:
    """``get_version`` is the number of the desk's last change, ``list_live`` gives what holds of
    them."""

    def __init__(
        self,
        base: Rules,
        get_version: Callable[[], Awaitable[int]],
        list_live: Callable[[], Awaitable[LiveDeskRules]],
    ) -> None:
        self.base = base
        self._get_version = get_version
        self._list_live = list_live
        self._now = rules_now(base, NOTHING)
        self._making = asyncio.Lock()

    async def get_rules(self) -> RulesNow:
        """What holds at this moment, on whichever instance it was changed."""
        # Asked with each prompt: one row by its key, where a hint on the bus could be missed.
        if await self._get_version() == self._now.version:
            return self._now
        async with self._making:
            live = await self._list_live()
            if live.version != self._now.version:
                self._now = await asyncio.to_thread(rules_now, self.base, live)
        return self._now


def rules_now(base: Rules, live: LiveDeskRules) -> RulesNow:
    """The rules with what the desk changed. Pure."""
    file = RuleFile(
        base.version,
        categories=tuple(one for one in base.categories if one.code in SEVERE),
    )
    severe = Rules(file, base.version)
    severe.innocent, severe.longest_innocent = base.innocent, base.longest_innocent
    rules = base
    if live.phrases:
        rules = base.with_innocent(live.phrases, f"{base.version}+desk{live.version}")
    return RulesNow(live.version, base, rules, severe, live.asks)
