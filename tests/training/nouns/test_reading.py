import pytest

from phosphene.model import Slot
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon, Meaning
from phosphene.render.worker.embedded.nouns.reader import NounReader
from phosphene.render.worker.embedded.nouns.understanding import SlotCorrector
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from phosphene.render.worker.embedded.vocabulary import NOBODY, SLOTS
from tests.breadth import few_of
from training.export import WEIGHTS
from training.nouns.lexicon import everyday, table
from training.nouns.reading import shares, verdicts
from training.world import WORLD


def test_everyday_prompts_are_read_as_what_they_are() -> None:
    found = verdicts(NounReader(Lexicon.load(WEIGHTS)))
    assert len(found) >= 600
    for language in ("en", "fr"):
        share = shares([v for v in found if v.language == language])
        assert share["itself"] + share["kind"] + share["undrawable"] >= 95
        assert share["wrong"] <= 3
        assert share["missing"] <= 2


def test_no_prompt_gets_a_subject_that_it_does_not_name() -> None:
    lexicon = Lexicon.load(WEIGHTS)
    understanding = SlotCorrector(lexicon, WORLD)
    stand_in = {name: value for value, names in WORLD.shown.items() for name in names}
    for seed, row in enumerate(table("prompts")):
        reading = understanding.read_prompt(row["prompt"])
        slots = {s.name: s.value for s in understanding.correct_slots(reading, open_slots())}
        drawn = resolve_slots(WORLD, {name: slots[name] for name in SLOTS}, seed)
        said = {s.value for s in reading.said}
        figures = {lexicon.actions[s][0] for s in said if s in lexicon.actions}
        asked = {stand_in.get(name) for name in said | figures}
        assert {drawn["subject"], drawn["other"]} - {NOBODY} <= asked


def open_slots() -> list[Slot]:
    return [Slot(name, None, 0.0) for name in SLOTS]


SPARSE = 5
"""One of so many names is read."""
FRAMES = {
    "de": "ein {} am Abend", "es": "un {} con un amigo", "it": "un {} di sera",
    "pt": "um {} com um amigo", "nl": "een {} in de avond", "sv": "en {} och det",
    "da": "en {} og det",
    "pl": "{} i wieczór", "ru": "{} и вечер", "uk": "{} й вечір", "ja": "{}の夕方", "zh": "一只{}",
}  # fmt: skip


@pytest.mark.parametrize("language", few_of([*FRAMES], ("de", "ru", "zh")))
def test_other_languages_call_everyday_things(language: str) -> None:
    reader, found = NounReader(Lexicon.load(WEIGHTS)), []
    for said, meaning in [*everyday(language)][::SPARSE]:
        wanted = Meaning.parse(meaning)
        if wanted.value == "-" or wanted.role == "action":
            continue
        reading = reader.read_prompt(FRAMES[language].format(said))
        found.append(wanted.value in (reading.subject, reading.place))
    assert len(found) >= 150
    assert sum(found) >= 0.97 * len(found)


@pytest.mark.parametrize("number", ["one", "two", "three", "four"])
def test_sentences_of_other_languages_are_read_as_what_they_are(number: str) -> None:
    found = verdicts(NounReader(Lexicon.load(WEIGHTS)), f"fresh/abroad-{number}")
    for language in {v.language for v in found}:
        share = shares([v for v in found if v.language == language])
        assert share["itself"] + share["kind"] + share["undrawable"] >= 90
