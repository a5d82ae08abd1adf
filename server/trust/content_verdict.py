"""What the meaning of a text says beside its words: innocent, though a word of a category is in it,
or what the category keeps away, though none is."""

from typing import Final

from phosphene.errors import Refusal
from phosphene.meaning.meaning_messages import TextRead
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rule_file import rule_of_category

BRAKED: Final = frozenset({"violence", "self_harm", "hate"})
"""Categories of which a word alone is not enough where the meaning is innocent. What is said of
minors, and of sexual pictures, no measure takes back."""


def innocent_categories(read: TextRead | None) -> frozenset[str]:
    """Those whose words are innocent in a text."""
    if read is None:
        return frozenset()
    return frozenset(c for c, said in read.heads.items() if c in BRAKED and said.score < said.calm)


def refuse_content(read: TextRead, rules: Rules) -> Refusal | None:
    """Why a text is refused that none of the words told; the category that it is furthest in."""
    over = {code: said for code, said in read.heads.items() if said.score >= said.limit}
    broken = [one for one in rules.categories if one.code in over]
    if not broken:
        return None
    worst = max(broken, key=lambda one: over[one.code].score - over[one.code].limit)
    return Refusal(
        code=worst.code,
        rule=rule_of_category(worst),
        message=worst.message,
        rules_version=rules.version,
        layer="meaning",
        score=round(over[worst.code].score, 3),
        threshold=round(over[worst.code].limit, 3),
    )
