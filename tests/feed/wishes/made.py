"""Clips and readers for tests of wishes."""

from phosphene.feed.wishes.traits import PromptWords
from phosphene.model import Clip, Person, Slot
from phosphene.render.prompt_words import load_prompt_lexicon

NOW = 1_790_000_000.0


def prompt_words() -> PromptWords:
    """The product's."""
    lexicon = load_prompt_lexicon()
    return PromptWords(lexicon.read_phrases, lexicon.home_of)


def a_clip(text: str, *slots: tuple[str, str], clip_id: str = "c") -> Clip:
    """With the slots that a model understood."""
    return Clip(
        id=clip_id,
        author=Person("a", "x"),
        text=text,
        seconds=5,
        status="done",
        created_at=NOW,
        understood=tuple(Slot(name, value, 1.0) for name, value in slots),
    )
