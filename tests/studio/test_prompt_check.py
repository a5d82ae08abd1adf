"""Whose word is told of a text that comes near both a work of the rules and a registered one: the
same for a prompt, a remix, a line, and what would be drawn."""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec import Struct

from phosphene.errors import Refusal, Refused
from phosphene.meaning.meaning_messages import WorkTexts
from phosphene.refusal_appeals import LiveDeskRules, RefusalPass
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.rights import Right
from phosphene.settings import Settings
from phosphene.studio.desk_rules import NOTHING, DeskRulesLayer
from phosphene.studio.dialogue import Dialogue
from phosphene.studio.prompt_check import PromptCheck
from phosphene.studio.rights_check import RightsCheck
from phosphene.studio.rights_found import PREFIX, clean_line
from phosphene.trust.policy import load_rules
from phosphene.trust.prompt_reader_process import PromptReaderProcess
from tests.encoder import needs_encoder
from tests.render.easel import READY

pytestmark = [pytest.mark.process, pytest.mark.asyncio, needs_encoder]

TEN = tomllib.loads((Path(__file__).parents[1] / "trust/ten_works.toml").read_text("utf-8"))
WORKS = [WorkTexts(one["entry"], (*one["en"], *one["fr"])) for one in TEN["works"]]
GROMBO = Right(
    id="grombo",
    kind="character",
    name="Grombo",
    holder="Studio Lark",
    domain="lark.example",
    mode="refuse",
    state="confirmed",
    described=(
        "a huge grumpy green ogre with trumpet ears, a copper diving helmet and a patched raincoat",
        "the grumpy green ogre dives in his swamp for sunken church bells and rings them at night",
        "a swamp with drowned church bells, reeds and a crooked hut of the ogre",
    ),
    at=0.0,
)
COPY = (
    "un gros ogre vert grognon aux oreilles en trompette, avec un casque de plongée en cuivre,"
    " repêche des cloches d'église dans son marais"
)
LIST = "a grumpy green ogre with trumpet ears who lives in a swamp rescues a princess with a donkey"

Value = TypeVar("Value")


class Judges(Struct, frozen=True):
    """What judges texts, with the registry as it is given."""

    prompts: PromptCheck
    rights: RightsCheck
    pool: Pool


@asynccontextmanager
async def judging(right: Right) -> AsyncIterator[Judges]:
    """With ten works and one entry, once both can be told by what describes them."""
    noted = list[Refusal]()

    async def note(refusal: Refusal, text: str, entry: str = "") -> None:
        noted.append(refusal)

    async def live() -> tuple[int, Sequence[Right]]:
        return 1, [right]

    pool = Pool(Settings())
    pool.info = READY
    meaning = PromptReaderProcess(WORKS, answer_s=60)
    version, nobody = partial(_given, 1), partial(_given, "")
    rights = RightsCheck(version, live, nobody, note, meaning, lambda: date(2026, 11, 30))
    layer = DeskRulesLayer(load_rules(""), partial(_given, NOTHING.version), _no_desk_rules)
    judged = layer, _unsigned, _no_passes, ModelPools([pool]), partial(_given, False), note
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(meaning.run())
        await rights.load_layer()
        await meaning.ready.wait()
        yield Judges(PromptCheck(*judged, meaning, rights.find_rights), rights, pool)
        task.cancel()


async def _given(value: Value, *asked: object) -> Value:
    return value


async def _no_desk_rules() -> LiveDeskRules:
    return NOTHING


async def _no_passes(person_id: str, text: str, before: Sequence[str]) -> Sequence[RefusalPass]:
    return ()


def _unsigned(refusal: Refusal, text: str, before: Sequence[str], person_id: str) -> Refusal:
    return refusal


async def told(judges: Judges, text: str, dialogue: Dialogue) -> list[str]:
    """The rules that refuse a text: as a prompt that goes on so, as a line, and as it is read."""
    prompts, admit = judges.prompts, judges.rights.admit_rights

    async def as_prompt() -> None:
        judged = await prompts.judge_prompt(text, "anna", dialogue)
        await admit(judged.text, "anna", dialogue)

    async def as_line() -> None:
        await clean_line(prompts.clean_text, admit, text, "anna", Dialogue("steering", ("a lake",)))

    async def as_reading() -> None:
        await prompts.read_text(text, "anna", judges.pool)

    found = list[str]()
    for way in (as_prompt, as_line, as_reading):
        with pytest.raises(Refused) as refused:
            await way()
        found.append(refused.value.refusal.rule)
    return found


async def test_all_ways_name_whom_a_text_comes_closest_to() -> None:
    async with judging(GROMBO) as judges:
        for dialogue in (Dialogue(), Dialogue("remix", ("a lake in the mist",))):
            assert await told(judges, COPY, dialogue) == [PREFIX + "grombo"] * 3
            assert await told(judges, LIST, dialogue) == ["names/character/shrek"] * 3
