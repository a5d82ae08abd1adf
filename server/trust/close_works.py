"""Registered works by what describes them, and what is said of a text that comes close to one.

Above the strict threshold it is refused; between the two it is asked whether another is meant. Both
rise with the number of works: among more of them one is closer by chance.
"""

import math
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Final, Literal

import msgspec
from msgspec import Struct

from phosphene.meaning.meaning_messages import CloseWork, TextRead, WorkTexts

ASK: Final = (0.196, 0.0245)
REFUSE: Final = (0.262, 0.0295)
"""At one work, and more for each unit of the logarithm of their number; the harmless texts that are
above them are counted by ``python -m training.policy.thresholds``. It is asked from 0.035 less on
than that gives, for LEAST_SHARED words are wanted besides: parts of descriptions that are not
registered, in 8 to 14 words, are then told in 47 % instead of 38 %."""
CLOSE: Final = "This comes close to {name}: both have {shared}. If another is meant, say so."
"""Words between quotes are those of the prompt: they stay as they were written."""
DESCRIBED: Final = (
    "This describes {name}, which is not drawn here without leave: both have {shared}."
)
"""Nobody named it: what is said of names would puzzle."""
LEAST_SHARED: Final = 3
"""Words that a text must share with a work: a monkey with bananas, or an ogre, is nobody's."""
FOR_COMMON: Final = 0.0125
"""From how much more on it is asked for each of LEAST_SHARED words that many prompts have (old,
dance)."""
# A fish and a turtle in the sea were refused as Nemo. Of 114 described works 95 were refused with
# two words; with five 94.
SURE_SHARED: Final = 5
"""With fewer it is only asked: of so short a text little can be told."""


class DescribedWork(Struct, frozen=True, forbid_unknown_fields=True):
    """``entry``: the name in the rules; three texts in each language: looks, deeds, world."""

    entry: str
    en: tuple[str, ...]
    fr: tuple[str, ...]


class Closeness(Struct, frozen=True):
    """What a text comes close to, how, and above which threshold."""

    work: CloseWork
    outcome: Literal["ask", "refuse"]
    threshold: float


@lru_cache(maxsize=1)
def load_works() -> tuple[WorkTexts, ...]:
    """The shipped ones."""
    text = resources.files(__package__).joinpath("work_descriptions.toml").read_text("utf-8")
    works = msgspec.convert(tomllib.loads(text)["works"], list[DescribedWork])
    return tuple(WorkTexts(one.entry, (*one.en, *one.fr)) for one in works)


def closeness_thresholds(works: int) -> tuple[float, float]:
    """From which score on it is asked, and refused, among so many works."""
    grown = math.log(max(1, works))
    return ASK[0] + ASK[1] * grown, REFUSE[0] + REFUSE[1] * grown


def judge_closeness(
    read: TextRead, works: int, free: Sequence[str] = (), ask_only: Sequence[str] = ()
) -> Closeness | None:
    """What is to be said of a text. ``free``: entries that hold no more; ``ask_only``: those of
    which it is only asked."""
    ask, refuse = closeness_thresholds(works)
    near = (one for one in read.works if one.score >= ask and one.entry not in free)
    work = next((one for one in near if one.score >= ask + _for_common(one)), None)
    if work is None:
        return None
    unsure = work.entry in ask_only or len(work.shared) < SURE_SHARED
    if work.score < refuse or unsure:
        return Closeness(work, "ask", ask + _for_common(work))
    return Closeness(work, "refuse", refuse)


def _for_common(work: CloseWork) -> float:
    """How much closer than that a text must be which has few words in common with a work, or words
    that many have; infinite with fewer than LEAST_SHARED. A common one counts half."""
    said = len(work.shared)
    if said < LEAST_SHARED:
        return math.inf
    return 2 * FOR_COMMON * max(0.0, LEAST_SHARED - said + work.common / 2)
