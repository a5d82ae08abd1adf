"""Which models there are, and the words of each."""

import httpx
import pytest
from starlette.requests import Request

from phosphene.api.models import ModelRoutes
from phosphene.language import LANGUAGE
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.settings import Settings
from phosphene.studio.likenesses import LikenessAbility
from tests.render.easel import READY
from tests.support import decode


@pytest.mark.asyncio
async def test_where_nothing_draws_no_model_is_offered(http: httpx.AsyncClient) -> None:
    assert (await http.get("/v1/models")).json() == {"models": []}
    assert (await http.get("/v1/vocabulary")).status_code == 503
    assert (await http.get("/v1/vocabulary", params={"model": "wan"})).status_code == 422


@pytest.mark.asyncio
async def test_words_of_a_model_are_named_in_the_language_of_who_asks() -> None:
    pool = Pool(Settings())
    pool.info = READY
    models = ModelRoutes(ModelPools([pool]), lambda _: LikenessAbility("portrait", 5))
    told = {}
    for language in ("en", "fr"):
        chosen = LANGUAGE.set(language)
        answer = await models.read_vocabulary(Request({"type": "http", "query_string": b""}))
        told[language] = decode(bytes(answer.body))
        LANGUAGE.reset(chosen)
    assert told["en"]["names"] == {}
    assert told["en"]["people"] == {"drawn_from": "portrait", "most_people": 5}
    french = told["fr"]["names"]
    assert isinstance(french, dict)
    assert french["hot-air-balloon"] == "montgolfière"
