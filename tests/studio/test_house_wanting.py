import threading
from collections.abc import Sequence

import pytest

from phosphene.model import Clip
from phosphene.render.prompt_words import load_prompt_lexicon
from phosphene.studio.house_recipes import load_recipes
from phosphene.studio.house_wanting import SentenceDemand
from phosphene.text import TaggedPhrase


@pytest.mark.asyncio
async def test_a_sentence_is_asked_about_as_the_clip_that_it_would_be() -> None:
    asked = list[Clip]()

    async def count_people(clips: Sequence[Clip]) -> Sequence[int]:
        asked.extend(clips)
        return [4]

    demand = SentenceDemand(count_people, load_prompt_lexicon().read_phrases)
    assert await demand.count_wanting([load_recipes()[0].en]) == [4]
    told = {one.name: one.value for one in asked[0].understood}
    assert (told["subject"], told["place"]) == ("fox", "lake")
    assert "fox" in next(one for one in asked[0].understood if one.name == "subject").words


@pytest.mark.asyncio
async def test_sentences_are_read_beside_the_loop() -> None:
    threads = set[int]()

    def read_phrases(text: str) -> Sequence[TaggedPhrase]:
        threads.add(threading.get_ident())
        return ()

    async def count_people(clips: Sequence[Clip]) -> Sequence[int]:
        return [0] * len(clips)

    texts = [one.en for one in load_recipes()]
    counted = await SentenceDemand(count_people, read_phrases).count_wanting(texts)
    assert counted == [0] * 60
    assert threads
    assert threading.get_ident() not in threads


@pytest.mark.asyncio
async def test_a_learner_that_does_not_answer_is_told_from_one_that_knows_of_nobody() -> None:
    async def count_people(clips: Sequence[Clip]) -> None:
        return None

    demand = SentenceDemand(count_people, load_prompt_lexicon().read_phrases)
    assert await demand.count_wanting(["a fox"]) is None
