"""How well it is known which clips a wish means: against 204 clips that were labelled by hand
(``wish_clips.tsv``), by what their prompts say, without a model."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from phosphene.feed.wishes.traits import ClipTraits, PromptWords, Traits
from phosphene.feed.wishes.vocabulary import load_vocabulary
from phosphene.model import Clip, Person
from phosphene.render.prompt_words import load_prompt_lexicon

LABELS: Final = {
    "animals": "group:animal",
    "people": "group:person",
    "vehicles": "group:vehicle",
    "food": "group:food",
    "night": "time:night",
    "snow": "weather:snow",
    "rain": "weather:rain",
    "space": "place:space",
    "city": "group:town",
    "forest": "place:forest",
    "underwater": "place:underwater",
    "scary": "feeling:scary",
    "calm": "feeling:calm",
    "funny": "feeling:funny",
    "sad": "feeling:sad",
    "cute": "feeling:cute",
    "magical": "feeling:magical",
}
LIST: Final = Path(__file__).with_name("wish_clips.tsv")


class LabelledClip(Struct, frozen=True):
    """The words of a clip, and what it is."""

    text: str
    labels: frozenset[str]


class Score(Struct, frozen=True):
    """How many were told rightly, told wrongly, and not told."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of those told, 1 where none was."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of those that there are, 1 where there is none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def load_labelled() -> list[LabelledClip]:
    """The list, in its order."""
    lines = [one for one in LIST.read_text().splitlines() if not one.startswith("#")]
    cut = [line.partition("\t") for line in lines]
    return [LabelledClip(text, frozenset(labels.split())) for text, _, labels in cut]


def shipped_traits() -> ClipTraits:
    """What the product takes clips for."""
    lexicon = load_prompt_lexicon()
    return ClipTraits(PromptWords(lexicon.read_phrases, lexicon.home_of), load_vocabulary())


def score_labels(clips: Sequence[LabelledClip], prefix: str = "") -> dict[str, Score]:
    """How each label was told; ``prefix``: feelings that are only possible count as well."""
    traits = shipped_traits()
    found = [traits.traits_of(_clip(one.text)) for one in clips]
    told = {name: trait.replace("feeling:", prefix or "feeling:") for name, trait in LABELS.items()}
    return {name: _score(name, trait, clips, found) for name, trait in told.items()}


def _score(name: str, trait: str, clips: Sequence[LabelledClip], found: Sequence[Traits]) -> Score:
    pairs = [(trait in one, name in clip.labels) for one, clip in zip(found, clips, strict=True)]
    counts = (pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True)))
    return Score(*counts)


def total(scores: Sequence[Score]) -> Score:
    """Of all labels together."""
    return Score(
        sum(one.right for one in scores),
        sum(one.wrong for one in scores),
        sum(one.missed for one in scores),
    )


def _clip(text: str) -> Clip:
    return Clip(id=text, author=Person("a", "a"), text=text, seconds=5, status="done", created_at=0)


def judge_traits() -> Iterator[str]:
    """Lines of the judgement: of every second clip, which nobody looked at when the table of traits
    was made, and of the others."""
    clips = load_labelled()
    for said, some in (("not looked at", clips[1::2]), ("looked at", clips[::2])):
        scores, possible = score_labels(some), score_labels(some, "possible:")
        yield f"{len(some)} clips that were {said} when the traits were written down"
        for name, one in [*scores.items(), ("all", total([*scores.values()]))]:
            line = f"  {name:11} precision {one.precision:.2f}  recall {one.recall:.2f}"
            yield f"{line}  of {one.right + one.missed}"
        scary = possible["scary"]
        yield f"  not wanted: scary, recall {scary.recall:.2f}, precision {scary.precision:.2f}"
