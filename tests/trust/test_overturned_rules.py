"""When a rule turns to asking: a function of counts."""

import pytest

from phosphene.refusal_appeals import RuleLooks
from phosphene.trust.overturned_rules import is_overturned_too_often, turns_to_asking

OFTEN = RuleLooks(once=8, rule=7, right=5, people=9)


@pytest.mark.parametrize(
    ("looks", "asks"),
    [
        (RuleLooks(once=10, people=5), True),
        (RuleLooks(once=9, people=9), False),
        (RuleLooks(once=40, people=4), False),
        (RuleLooks(once=4, rule=4, right=2, people=9), False),
        (RuleLooks(once=5, rule=4, right=1, people=9), True),
        (OFTEN, True),
        (RuleLooks(once=14, right=6, people=20), False),
        (RuleLooks(unsure=99, people=99), False),
    ],
)
def test_it_takes_looks_people_and_a_sure_majority(looks: RuleLooks, asks: bool) -> None:
    assert is_overturned_too_often(looks) is asks


def test_severe_rules_and_persons_never_ask() -> None:
    assert turns_to_asking("categories/violence", "meaning", OFTEN)
    assert turns_to_asking("names/character/zorb", "words", OFTEN)
    for rule in ("categories/minors", "categories/sexual", "names/person/somebody"):
        assert not turns_to_asking(rule, "words", OFTEN)
