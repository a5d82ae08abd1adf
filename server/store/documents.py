"""What is found by which words, and which words a question means. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from phosphene.clip_tags import tag_of, tags_of
from phosphene.model import Clip, Person
from phosphene.text import keywords

TAG: Final = "#"
"""Before the tag of a clip in the index."""
PERSON: Final = "@"
"""Before each word of a person: who looks for clips must not find people."""
WORDS: Final = 12
"""Words of a question that count."""


class Document(Struct, frozen=True):
    """``words`` are the tokens of the index; ``terms`` are pairs of a word and the tag that it
    says, empty if none."""

    words: tuple[str, ...]
    terms: tuple[tuple[str, str], ...] = ()


class SearchTerm(Struct, frozen=True):
    """A word of the index, or the beginning of one."""

    text: str
    begins: bool = False


Question = tuple[tuple[SearchTerm, ...], ...]
"""Of each of these, one has to be there."""


def document_of_clip(clip: Clip) -> Document:
    """What a clip is found by: its words, the lines that its audience chose, and its tags."""
    lines = clip.recipe.steering if clip.recipe else ()
    said = keywords(" ".join((clip.text, *(line.text for line in lines))))
    means = dict[str, str]()
    for slot in clip.understood:
        if (tag := tag_of(slot)) is not None:
            # A word that says a slot alone means it: "renard" is a fox in English clips too. Of
            # several nobody knows which.
            by = keywords(" ".join(slot.words))
            values = keywords(slot.value or "")
            means |= dict.fromkeys((*by, *values) if len(by) == 1 else values, tag)
    words = dict.fromkeys((*said, *means, *(TAG + tag for tag in tags_of(clip))))
    return Document(tuple(words), tuple((word, means.get(word, "")) for word in {*said, *means}))


def document_of_person(person: Person, about: str) -> Document:
    """What a person is found by: the name, its parts, and what they say of themselves."""
    words = (person.handle, *keywords(person.handle.replace("_", " ")), *keywords(about))
    return Document(tuple(dict.fromkeys(PERSON + word for word in words)))


def question_of_clips(
    words: Sequence[str],
    tags: Sequence[str],
    means: Mapping[str, str],
    endings: Sequence[str] = (),
) -> Question:
    """Clips with all of the words, or for the last one of its ``endings``, and all of the tags.
    ``means``: the tag that a word says."""
    asked = list[tuple[SearchTerm, ...]]()
    for place, word in enumerate(words, 1):
        # Words and no beginning: of all words that begin so FTS5 joins the lists first, however few
        # clips are wanted (25 ms of CPU among 500,000 clips, for three words).
        others = [one for one in endings if one != word] if place == len(words) else []
        said = [TAG + means[word]] if word in means else []
        asked.append(tuple(SearchTerm(one) for one in (word, *others, *said)))
    return (*asked, *((SearchTerm(TAG + tag),) for tag in tags))


def question_of_people(words: Sequence[str]) -> Question:
    """People with all of the words, each perhaps unfinished."""
    return tuple((SearchTerm(PERSON + word, begins=True),) for word in words)
