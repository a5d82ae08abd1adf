"""Rules tried on prompts by which nobody means any harm."""

import pytest

from phosphene.trust.harmless_prompts import harmless_prompts, try_rules
from tests.trust.shipped import RULES

AT_MOST = 0.003
"""Of ordinary prompts that may be refused (asked of the shipped rules)."""


@pytest.mark.slow
def test_the_shipped_rules_refuse_nearly_nothing_harmless() -> None:
    prompts = harmless_prompts()
    assert len(prompts) > 3_000
    assert len(set(prompts)) == len(prompts)
    trial = try_rules(RULES, prompts)
    assert sum(trial.refused.values()) <= AT_MOST * trial.prompts, trial.examples


def test_a_rule_that_refuses_the_innocent_is_said_with_an_example() -> None:
    trial = try_rules(RULES, ["a red fox", "mickey mouse", "a mickey mouse at sea", "fog"])
    assert trial.refused == {"names/character/mickey-mouse": 2}
    assert trial.examples == {"names/character/mickey-mouse": "mickey mouse"}
    assert 0 < trial.p50_ms <= trial.p99_ms
