"""What the meaning of a text says beside its words: innocent, though a word of a category is in it,
or what the category keeps away, though none is."""

from typing import Final

from phosphene.errors import Refusal
from phosphene.meaning.meaning_messages import HeadScore, TextRead
from phosphene.trust.overturned_rules import SEVERE
from phosphene.trust.refusal_rules import Rules
from phosphene.trust.rule_file import Category, rule_of_code

BRAKED: Final = frozenset({"violence", "self_harm", "hate"})
"""Categories of which a word alone is not enough where the meaning is innocent. What is said of
minors, and of sexual pictures, no measure takes back."""


def innocent_categories(read: TextRead | None) -> frozenset[str]:
    """Those whose words are innocent in a text."""
    if read is None:
        return frozenset()
    return frozenset(c for c, said in read.heads.items() if c in BRAKED and said.score < said.calm)


def refuse_content(read: TextRead, rules: Rules) -> list[Refusal]:
    """Why a text is refused that none of the words told, by each category that it is in: severe
    ones first, then the one that it is furthest in. Whoever passes one of them meets the next."""
    over = {code: said for code, said in read.heads.items() if said.score >= said.limit}
    broken = {one.code: one for one in reversed(rules.categories) if one.code in over}

    def order(one: Category) -> tuple[bool, float]:
        return one.code not in SEVERE, over[one.code].limit - over[one.code].score

    return [_refusal_of(one, over[one.code], rules) for one in sorted(broken.values(), key=order)]


def _refusal_of(category: Category, said: HeadScore, rules: Rules) -> Refusal:
    return Refusal(
        code=category.code,
        rule=rule_of_code(category.code),
        message=category.message,
        rules_version=rules.version,
        layer="meaning",
        score=round(said.score, 3),
        threshold=round(said.limit, 3),
    )
