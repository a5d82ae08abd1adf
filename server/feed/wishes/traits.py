"""What a clip is, to who wishes for something: what its prompt was understood to show, of what
kinds that is, and what one may feel at it."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from msgspec import Struct

from phosphene.feed.wishes.vocabulary import WishVocabulary
from phosphene.model import Clip, Slot
from phosphene.text import TaggedPhrase, keywords, plain_words

SURE: Final = 0.5
"""Least confidence with which a slot has to be understood."""
THINGS: Final = frozenset(("subject", "other", "thing"))
"""Slots that say who or what is seen: one trait for all."""
SEEN: Final = THINGS | {"place", "time", "weather", "mood", "colour"}
LIKELY: Final = 0.7
"""Signs of a feeling that are enough to say that a clip has it."""
POSSIBLE: Final = 0.45
"""Signs that are enough for who wants none of it."""
HOMES: Final = frozenset(("underwater", "space"))
"""Homes of who can be nowhere else; where others are when nobody says it is chance."""
KEPT: Final = 25_000
"""Clips whose traits are remembered."""

Traits = frozenset[str]
TraitsOf = Callable[[Clip], Traits]


class PromptWords(Struct, frozen=True):
    """How prompts are read: ``read_phrases`` gives what a text calls, ``home_of`` the place where a
    subject is shown when none is said, or None."""

    read_phrases: Callable[[str], Sequence[TaggedPhrase]]
    home_of: Callable[[str], str | None]


class ClipTraits:
    """Works out traits, and remembers them; one for all that is shown. For one thread at a time."""

    def __init__(self, words: PromptWords, vocabulary: WishVocabulary) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self._known = OrderedDict[tuple[str, int], Traits]()

    def traits_of(self, clip: Clip) -> Traits:
        """The traits of a clip, such as ``subject:fox``, ``group:animal``, ``feeling:scary``;
        ``possible:scary`` of what may be that."""
        key = _key(clip)
        if (found := self._known.get(key)) is None:
            found = self._known[key] = self._work_out(clip)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return found

    def remembers_clip(self, clip: Clip) -> bool:
        """Whether the traits of a clip are remembered: to work them out takes 1 to 5 ms of CPU."""
        return _key(clip) in self._known

    def _work_out(self, clip: Clip) -> Traits:
        shown = set(_shown(clip.understood))
        if not any(slot.name in ("subject", "place") for slot in clip.understood):
            shown |= {one.trait for one in self._words.read_phrases(clip.text)}
        if not any(trait.startswith("place:") for trait in shown):
            homes = (self._words.home_of(one[len("subject:") :]) for one in _subjects(shown))
            shown |= {f"place:{home}" for home in homes if home in HOMES}
        spoken = plain_words(clip.text)
        shown |= self._vocabulary.seen.find_all(spoken)
        shown |= {f"word:{word}" for word in keywords(clip.text)}
        found = self._with_implied(shown)
        return frozenset(found | self._feelings(found | self._vocabulary.phrases_of(spoken)))

    def _with_implied(self, traits: Iterable[str]) -> set[str]:
        found, left = set[str](), list(traits)
        while left:
            one = left.pop()
            if one not in found:
                found.add(one)
                left += self._vocabulary.implied.get(one, ())
        return found

    def _feelings(self, told: Collection[str]) -> set[str]:
        """What one may feel, those that others speak against last."""
        scores = dict.fromkeys(self._vocabulary.signs, 0.0)
        for name, signs in self._vocabulary.signs.items():
            scores[name] = sum(
                weight for sign, weight in signs.items() if all(s in told for s in sign.split("+"))
            ) + (f"feeling:{name}" in told)
        for name, signs in self._vocabulary.signs.items():
            others = {one: weight for one, weight in signs.items() if one.startswith("feeling:")}
            scores[name] += sum(
                weight
                for one, weight in others.items()
                if one not in told and scores[one[len("feeling:") :]] >= LIKELY
            )
        likely = {f"feeling:{name}" for name, score in scores.items() if score >= LIKELY}
        return likely | {f"possible:{name}" for name, score in scores.items() if score >= POSSIBLE}


def _key(clip: Clip) -> tuple[str, int]:
    # What a model understood comes when it begins.
    return clip.id, len(clip.understood)


def _shown(understood: Sequence[Slot]) -> Iterable[str]:
    for slot in understood:
        if slot.value is not None and slot.confidence >= SURE and slot.name in SEEN:
            yield f"{'subject' if slot.name in THINGS else slot.name}:{slot.value}"


def _subjects(traits: Iterable[str]) -> list[str]:
    return [one for one in traits if one.startswith("subject:")]
