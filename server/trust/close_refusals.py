"""What somebody is told whose text comes close to a registered work."""

import re
from collections.abc import Iterator, Sequence

from phosphene.errors import Refusal
from phosphene.trust.close_works import CLOSE, DESCRIBED, Closeness
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rewording import is_french
from phosphene.trust.rule_file import rule_of_name

_PLACE = re.compile(
    r"\s(?:in|on|at|under|near|beside|behind|above|by|dans|sur|sous|près|devant|derrière|chez)\s",
    re.IGNORECASE,
)


def refuse_close(found: Closeness, rules: Rules) -> Refusal | None:
    """The refusal, or the question, without rewordings; None where the rules have no such entry (a
    site is without it)."""
    known = rules.entries.get(found.work.entry)
    if known is None:
        return None
    group, name = known
    plain = name.name.split(" (")[0]
    shared = ", ".join(f"“{word}”" for word in found.work.shared)
    ask = found.outcome == "ask"
    told = CLOSE if ask else DESCRIBED
    return Refusal(
        code=group.code,
        rule=rule_of_name(group, name),
        message=told.format(name=plain, shared=shared),
        matched=found.work.shared,
        rules_version=rules.version,
        layer="meaning",
        entry=name.name,
        holder=name.holder,
        score=round(found.work.score, 3),
        threshold=round(found.threshold, 3),
        ask=ask,
    )


def rewordings_of(
    refusal: Refusal, text: str, things: Sequence[str], rules: Rules
) -> Iterator[str]:
    """What might be asked for instead, in the language of the text, best first: what the work is a
    case of, and ``things`` that the model reads in the text, where the text has them. Nobody has
    checked them."""
    group, name = rules.entries[refusal.entry]
    plain = (name.fr or group.fr) if is_french(text) else (name.en or group.en)
    place = place_of(text, refusal.matched)
    for subject in dict.fromkeys((plain, *things)):
        yield from dict.fromkeys((f"{subject}{place}", subject))


def place_of(text: str, matched: Sequence[str]) -> str:
    """Where it all happens, as the text says it, behind everything that matched; else nothing."""
    end = max((text.find(word) + len(word) for word in matched if word in text), default=0)
    found = _PLACE.search(text, end)
    return text[found.start() :].rstrip(" .,;") if found else ""
