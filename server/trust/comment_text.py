"""What people write to each other and call themselves, judged by the policy of the prompts.

A comment draws nothing: it may name whom it likes, and is judged by the categories only. What only
nearly says what is refused is left to an operator.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from phosphene.errors import Refusal, Refused
from phosphene.metrics import Metrics
from phosphene.trust.policy import Words, decide, judge_words
from phosphene.trust.refusal_rules import Rules

SHORT: Final = 24
"""Characters that are judged at once: 0.04 ms and at worst 1.2, where a thread costs 0.15."""


class WordCheck:
    """The rules, for words that are not drawn. A refusal is counted. ``is_minor`` tells of who
    writes whether more is refused."""

    def __init__(
        self, rules: Rules, metrics: Metrics, is_minor: Callable[[str], Awaitable[bool]]
    ) -> None:
        self._is_minor = is_minor
        self._rules = rules
        self._metrics = metrics

    async def review_comment(self, text: str, person_id: str) -> str:
        """The code of the category that a comment nearly breaks, for which it has to wait; empty:
        it may be read by everybody. Raises Refused."""
        judged = await self._judge(text, person_id)
        if judged is None:
            return ""
        if not judged.near:
            raise self._refused(judged.refusal)
        return judged.refusal.code

    async def check_edit(self, text: str, person_id: str) -> None:
        """Whether a comment that is read already may say this: it cannot wait. Raises Refused."""
        judged = await self._judge(text, person_id)
        if judged is not None:
            raise self._refused(judged.refusal)

    async def check_name(self, text: str, person_id: str) -> None:
        """Whether somebody may call themselves so, or say this of themselves: names are protected
        here too. Raises Refused."""
        # An underscore is a letter to the rules, and a space to who reads a handle.
        minor, read = await self._is_minor(person_id), text.replace("_", " ")
        refusal = await asyncio.to_thread(decide, read, self._rules, minor=minor)
        if refusal is not None:
            raise self._refused(refusal)

    async def _judge(self, text: str, person_id: str) -> Words | None:
        judged = await _read(text, self._rules)
        if judged is not None or self._rules.for_minors is None:
            return judged
        # Who writes is asked for only where it makes a difference: that is a look into the store.
        stricter = await _read(text, self._rules.for_minors)
        if stricter is None or not await self._is_minor(person_id):
            return None
        return stricter

    def _refused(self, refusal: Refusal) -> Refused:
        self._metrics.refusals.labels(refusal.code).inc()
        return Refused(refusal)


async def _read(text: str, rules: Rules) -> Words | None:
    if len(text) <= SHORT:
        return judge_words(text, rules)
    # Off the loop: the worst 500 characters take milliseconds.
    return await asyncio.to_thread(judge_words, text, rules)
