"""Prompts by which nobody means any harm: what new rules are tried on before they are live.

The list is made by ``scripts/harmless_prompts.py``.
"""

import lzma
import time
from collections import Counter
from collections.abc import Sequence
from importlib import resources
from statistics import quantiles

from msgspec import Struct

from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import Rules


class RuleTrial(Struct, frozen=True):
    """What rules would do to so many harmless ``prompts``: whom they would refuse, by rule and with
    an example, and the milliseconds of CPU of a decision."""

    prompts: int
    refused: dict[str, int]
    examples: dict[str, str]
    p50_ms: float
    p99_ms: float


def harmless_prompts() -> list[str]:
    """About 4,300, in twelve languages."""
    table = resources.files(__package__).joinpath("harmless_prompts.txt.xz").read_bytes()
    return lzma.decompress(table).decode().split("\n")


def try_rules(rules: Rules, prompts: Sequence[str]) -> RuleTrial:
    """Ask the policy about all of them."""
    refused, examples, took = Counter[str](), dict[str, str](), list[float]()
    for text in prompts:
        began = time.thread_time()
        refusal = decide(text, rules)
        took.append(1000 * (time.thread_time() - began))
        if refusal is not None:
            refused[refusal.rule] += 1
            examples.setdefault(refusal.rule, text)
    cuts = quantiles(took, n=100)
    return RuleTrial(len(prompts), dict(refused.most_common()), examples, cuts[49], cuts[98])
