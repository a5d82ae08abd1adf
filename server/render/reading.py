"""What will be drawn for each phrase of a prompt, in values and in the words of who asks."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.language import name_drawn, name_thing, say
from phosphene.model import Slot

THINGS: Final = ("subject", "other", "thing")
"""The slots that are somebody or something, and not how or where it is."""
LOOKED_UP: Final = frozenset((*THINGS, "place"))
OF_THINGS: Final = frozenset(
    ("colour", "other_colour", "count", "size", "motion", "relation", "action")
)
"""The slots that say something of things: of nothing they say nothing."""
AS_SAID: Final = frozenset((*OF_THINGS, "glasses", "beard", "headwear", "clothes")) - {"motion"}
"""The slots of which a phrase says the same in any words: grosses, trois, chasing."""
STEM: Final = 4
"""So many letters at the front tell that a phrase says a value: gloomily, gloomy."""
CAMERA: Final = frozenset(
    ("camera", "caméra", "plan", "shot", "zoom", "zooms", "zooming", "pan", "panning", "tilt",
     "tilting", "dolly", "crane", "travelling", "tracking", "panoramique", "closer", "approche")
)  # fmt: skip
"""Words of camera talk: what else a camera moves for (a rising balloon) is told with how."""
FILMED: Final = frozenset(("camera", "caméra", "plan", "shot"))
"""Of these that say that there is a camera, and alone not what it does."""
LEFT_EMPTY: Final = "nothing"
"""The value of a slot that is left empty: nothing is drawn as that."""
UNDRAWN: Final = "undrawn"
"""The slot that names what was said and stays away. It is there even if that is nothing, so that
one knows that no subject comes by chance."""
TRUNCATED: Final = "truncated"
"""The slot whose words are the end of a prompt that the model did not read."""


class PhraseReading(Struct, frozen=True, kw_only=True):
    """A phrase as it is written, and what will be drawn for it: ``drawn_as`` is None where nothing
    will. ``exact``: that itself, and not the nearest that can be drawn. ``told``: both, as the
    summary has it, in the language of who asks; empty where another phrase tells it."""

    text: str
    slot: str
    drawn_as: str | None
    exact: bool = True
    told: str = ""


def read_phrases(text: str, understood: Sequence[Slot]) -> tuple[PhraseReading, ...]:
    """The phrases of a text that the model knows, in the order in which they stand in it."""
    named = any(slot.name == UNDRAWN for slot in understood)
    nobody = named and not any(slot.name in THINGS and slot.value for slot in understood)
    slots = [slot for slot in understood if not (nobody and slot.name in OF_THINGS)]
    found = [phrase for slot in _apart(slots) for phrase in _phrases(slot, named)]
    kept = _told([one for one in found if not _is_told_within(one, found)])
    lower = text.lower()
    return tuple(sorted(kept, key=lambda one: lower.find(one.text.split(" ")[0].lower())))


def _apart(slots: Sequence[Slot]) -> Iterable[Slot]:
    """What is guessed of words without those that are looked up, where others are left: the night
    of a "night nurse" is no nurse."""
    named = {word for slot in slots if slot.name in LOOKED_UP for word in _words(slot)}
    for slot in slots:
        own = tuple(word for word in slot.words if word.lower() not in named)
        yield slot if slot.name in LOOKED_UP or not own else replace(slot, words=own)


def _words(slot: Slot) -> Iterable[str]:
    return " ".join(slot.words).lower().split() if slot.value not in (None, LEFT_EMPTY) else ()


def _is_told_within(guess: PhraseReading, phrases: Iterable[PhraseReading]) -> bool:
    """Whether a guess is from words of a longer phrase that is a thing itself: the "monde" of
    "plein de monde", which is a person."""
    words = {*guess.text.lower().split()}
    return not guess.exact and any(
        one.slot in LOOKED_UP and words < {*one.text.lower().split()} for one in phrases
    )


def _phrases(slot: Slot, named: bool) -> Iterable[PhraseReading]:
    """``named``: whether things are looked up, so that a confidence under 1 says that it is only
    the nearest; else it is that of a guess."""
    if slot.name in (UNDRAWN, TRUNCATED):
        return [PhraseReading(text=said, slot=slot.name, drawn_as=None) for said in slot.words]
    if slot.value in (None, LEFT_EMPTY) or not slot.words:
        return []
    exact = not named or slot.name not in LOOKED_UP or slot.confidence >= 1
    said = " ".join(slot.words)
    return [PhraseReading(text=said, slot=slot.name, drawn_as=slot.value, exact=exact)]


FREELY: Final = "This model reads freely: what it makes of these words shows when it draws"


def describe(text: str, understood: Sequence[Slot], *, free: bool, changes: bool = False) -> str:
    """What would be drawn for a text, in one sentence for people; see ``describe_phrases``.
    ``free``: the model has no list of what it can draw."""
    return (
        say(FREELY)
        if free
        else describe_phrases(
            read_phrases(text, understood),
            changes=changes,
            stays=[
                (name_thing if slot.name in THINGS else name_drawn)(f"{slot.value}")
                for slot in understood
                if slot.inherited
            ],
        )
    )


def describe_phrases(
    phrases: Sequence[PhraseReading], *, changes: bool = False, stays: Sequence[str] = ()
) -> str:
    """One sentence for people. ``changes``: the text changes a clip that there is, of which stays
    what it does not say; ``stays``: what of it was told."""
    drawn = [one for one in phrases if one.drawn_as is not None and one.told]
    parts = [one.told for one in drawn]
    if drawn and not changes and not any(one.slot in THINGS for one in drawn):
        parts.append(say("with nobody and nothing in it"))
    if stays:
        parts.append(say("stays as it is: {0}", ", ".join(dict.fromkeys(stays))))
    elif drawn and changes:
        parts.append(say("the rest stays"))
    if not drawn and not stays:
        parts.append(
            say("nothing here that I can draw: all would stay as it is")
            if changes
            else say("nothing here that I can draw: I can show a place")
        )
    parts += _missing("not drawn: {0}", phrases, UNDRAWN)
    parts += _missing("too long, not read: {0}", phrases, TRUNCATED)
    sentence = say("; ").join(parts)
    return sentence[:1].upper() + sentence[1:]


def _told(phrases: Sequence[PhraseReading]) -> list[PhraseReading]:
    """With their words for people. What a word names already is not told again by it: who dances
    also sways."""
    always = LOOKED_UP | AS_SAID | {UNDRAWN, TRUNCATED}
    named = {one.text.lower() for one in phrases if one.slot in LOOKED_UP | AS_SAID}
    return [
        replace(one, told=_in_words(one))
        if one.slot in always or one.text.lower() not in named
        else one
        for one in phrases
    ]


def _in_words(phrase: PhraseReading) -> str:
    if phrase.drawn_as is None:
        return phrase.text
    value = phrase.drawn_as
    if phrase.slot in THINGS and not phrase.exact:
        return say("{0}, drawn as {1}", phrase.text, name_thing(value))
    if phrase.slot == "place" and phrase.text.lower() != name_drawn(value):
        return say("{0}, shown as {1}", phrase.text, name_drawn(value))
    if phrase.slot in LOOKED_UP | AS_SAID or _says(phrase.text, value):
        return phrase.text
    if phrase.slot == "camera":
        words = {*phrase.text.lower().split()}
        return (
            phrase.text
            if CAMERA & words and words - FILMED
            else say("{0} (camera: {1})", phrase.text, name_drawn(value))
        )
    return say("{0} ({1})", phrase.text, name_drawn(value))


def _says(text: str, value: str) -> bool:
    """Whether a phrase has a word for a value, in English or in the language of who asks."""
    said = [word[:STEM] for word in text.lower().split()]
    called = (value, name_drawn(value))
    return any(stem[:STEM] in said for name in called for stem in name.lower().split(" "))


def _missing(words: str, phrases: Sequence[PhraseReading], slot: str) -> list[str]:
    said = [say("“{0}”", one.text) for one in phrases if one.slot == slot]
    return [say(words, ", ".join(said))] if said else []
