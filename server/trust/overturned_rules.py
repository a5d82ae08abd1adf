"""Whether a rule is overturned so often that it asks from now on instead of refusing. Pure."""

import math
from typing import Final

from phosphene.errors import JudgedBy
from phosphene.refusal_appeals import RuleLooks

LEAST_LOOKS: Final = 10
LEAST_PEOPLE: Final = 5
"""So many looks it takes, asked for by so many different people."""
SHARE: Final = 0.5
Z: Final = 1.96
"""Of a confidence of 95 %."""
SEVERE: Final = frozenset({"minors", "sexual"})
"""Categories that never ask, have no pass, and of which an appeal keeps no words."""
_NEVER: Final = ("names/person/", *(f"categories/{code}" for code in sorted(SEVERE)))


def may_ask(rule: str, layer: JudgedBy) -> bool:
    """Whether a rule may ever turn to asking by itself: of persons somebody always looks first."""
    return layer != "likeness" and not rule.startswith(_NEVER)


def turns_to_asking(rule: str, layer: JudgedBy, looks: RuleLooks) -> bool:
    """Whether a rule asks from now on."""
    return may_ask(rule, layer) and is_overturned_too_often(looks)


def is_overturned_too_often(looks: RuleLooks) -> bool:
    """Whether more than half of a rule's refusals that people appeal are wrong, as surely as so
    few looks say: by the lower end of Wilson's interval (Wilson 1927). 10 of 10 and 15 of 20 are
    enough, 8 of 10 are not. Who could not say did not look at the rule."""
    wrong = looks.once + looks.rule
    seen = looks.right + wrong
    if seen < LEAST_LOOKS or looks.people < LEAST_PEOPLE:
        return False
    return lower_share(wrong, seen) > SHARE


def lower_share(count: int, of: int) -> float:
    """The lower end of Wilson's interval of a share."""
    share, z2 = count / of, Z * Z
    centre = share + z2 / (2 * of)
    spread = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return (centre - spread) / (1 + z2 / of)
