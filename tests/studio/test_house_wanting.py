from collections.abc import Sequence

import pytest

from phosphene.model import Clip
from phosphene.render.prompt_words import load_prompt_lexicon
from phosphene.studio.house_recipes import load_recipes
from phosphene.studio.house_wanting import RecipeDemand


@pytest.mark.asyncio
async def test_a_sentence_is_asked_about_as_the_clip_that_it_would_be() -> None:
    asked = list[Clip]()

    async def count_people(clips: Sequence[Clip]) -> Sequence[int]:
        asked.extend(clips)
        return [4]

    demand = RecipeDemand(count_people, load_prompt_lexicon().read_phrases)
    assert await demand.count_wanting(load_recipes()[:1]) == [4]
    told = {one.name: one.value for one in asked[0].understood}
    assert (told["subject"], told["place"]) == ("fox", "lake")
    assert "fox" in next(one for one in asked[0].understood if one.name == "subject").words
