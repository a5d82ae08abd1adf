"""Somebody appeals a refusal with their prompt; the desk looks, beside the rule that spoke; what it
answers holds on every instance. And what attackers try with appeals."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.somebody import Somebody
from tests.api.test_operating import bearer
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
ICICLE = "a stabbing icicle of light"
DESK = "/v1/moderation/refusals"


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, painted=True, instance="first") as running:
        yield running


async def refused(who: Somebody, text: str, url: str = "", **more: Any) -> Any:
    made = await ask(who, {"text": text, **more}, url)
    return made.json().get("refusal")


async def ask(who: Somebody, body: Any, url: str = "") -> httpx.Response:
    if not url:
        return await who.http.post("/v1/clips", json=body)
    token = {"authorization": f"Bearer {who.http.cookies['phosphene_identity']}"}
    async with httpx.AsyncClient(base_url=url, headers=token) as elsewhere:
        return await elsewhere.post("/v1/clips", json=body)


async def appeal(who: Somebody, refusal: Any, text: str, **more: Any) -> httpx.Response:
    body = {"text": text, "consent": True, **more}
    return await who.http.post(refusal["appeal"], json=body)


async def answer(http: httpx.AsyncClient, data: Path, which: str, **said: Any) -> httpx.Response:
    return await http.put(f"{DESK}/{which}", json=said, headers=bearer(data))


def database_of(data: Path) -> bytes:
    """All that is in the database, also in its write-ahead log."""
    return b"".join(path.read_bytes() for path in data.glob("phosphene.db*"))


async def waiting(http: httpx.AsyncClient, data: Path) -> list[Any]:
    found: list[Any] = (await http.get(DESK, headers=bearer(data))).json()["appeals"]
    return found


async def test_a_pass_draws_one_prompt_once_for_one_person_on_any_instance(
    server: Instance, http: httpx.AsyncClient, data: Path, anna: Somebody, ben: Somebody
) -> None:
    told = await refused(anna, ICICLE)
    assert told["appeal"] == f"/v1/refusals/{told['id']}/appeal"
    assert (told["appeal_keeps"], told["rule"]) == ("prompt", "categories/violence")
    assert await waiting(http, data) == [], "a refusal by itself keeps nothing"
    assert (await appeal(anna, told, ICICLE, consent=False)).status_code == 422
    made = await appeal(anna, told, ICICLE, words="it is ice")
    assert made.status_code == 201, made.text
    assert (made.json()["state"], made.json()["matched"]) == ("open", ["stabbing"])
    again = await refused(anna, ICICLE)
    assert (await appeal(anna, again, ICICLE)).status_code == 409
    (one,) = await waiting(http, data)
    assert (one["text"], one["words"]) == (ICICLE, "it is ice")
    assert one["seen"]["message"] == "Graphic violence is not shown here."
    early = await answer(http, data, one["id"], outcome="right", days=3)
    assert early.status_code == 422
    given = await answer(http, data, one["id"], outcome="once", note="We looked.")
    assert given.status_code == 200, given.text
    assert (await answer(http, data, one["id"], outcome="right")).status_code == 409
    own = (await anna.http.get(told["appeal"])).json()
    assert (own["state"], own["note"], own["pass_uses"]) == ("once", "We looked.", 1)
    inbox = (await anna.http.get("/v1/me/inbox")).json()["notices"]
    assert [(n["kind"], n["outcome"], n["text"]) for n in inbox] == [
        ("moderated", "refusal", "We looked.")
    ]
    assert await refused(ben, ICICLE), "a pass is one person's"
    assert await refused(anna, ICICLE + " and blood splatter"), "and of one prompt"
    with instance(data, workers=0, instance="second") as second:
        # Nobody draws there: what was not drawn is not spent.
        assert (await ask(anna, {"text": ICICLE}, second.url)).status_code == 503
        drawn = await asyncio.gather(*(ask(anna, {"text": ICICLE}) for _ in range(3)))
        codes = [one.status_code for one in drawn]
        assert codes.count(202) == 1, codes
        assert await refused(anna, ICICLE, second.url), "it was drawn"


async def test_a_wrong_rule_gets_an_innocent_phrase_after_a_trial_and_it_is_undone(
    server: Instance, http: httpx.AsyncClient, data: Path, anna: Somebody, ben: Somebody
) -> None:
    text = "a strangled clarinet sings"
    made = (await appeal(anna, await refused(anna, text), text)).json()
    trials = f"{DESK}/{made['id']}/trials"
    tried = await http.post(trials, json={"phrase": "strangled clarinet"}, headers=bearer(data))
    assert tried.json() == {
        **{"phrase": "strangled clarinet", "frees": True, "read_as": ""},
        **{"names": [], "severe": [], "loosened": []},
    }
    wrong = await answer(http, data, made["id"], outcome="rule", phrase="a clarinet sings")
    assert wrong.status_code == 422
    given = await answer(http, data, made["id"], outcome="rule", phrase="strangled clarinet")
    assert given.status_code == 200, given.text
    with instance(data, workers=0, instance="third") as third:
        for url in (server.url, third.url):
            assert await refused(ben, "one strangled clarinet", url) is None
        assert await refused(ben, "one strangled man", third.url)
        (change,) = (await http.get("/v1/moderation/rules", headers=bearer(data))).json()["rules"]
        path = f"/v1/moderation/rules/{change['seq']}"
        assert (await http.delete(path, headers=bearer(data))).status_code == 200
        assert (await http.delete(path, headers=bearer(data))).status_code == 404
        assert await refused(ben, "one strangled clarinet", third.url)
    deeds = (await http.get("/v1/operator/deeds", headers=bearer(data))).json()["deeds"]
    told = [one["deed"] for one in deeds[:2]]
    assert told == ["innocent phrase taken back", "innocent phrase"]


async def test_nobody_washes_a_listed_name_in(
    http: httpx.AsyncClient, data: Path, anna: Somebody, server: Instance
) -> None:
    text = "mickey mouse dancing by the sea"
    made = (await appeal(anna, await refused(anna, text), text)).json()
    for phrase in ("mickey mouse", "mickey mouse dancing", "mouse dancing by the sea"):
        given = await answer(http, data, made["id"], outcome="rule", phrase=phrase)
        assert given.status_code == 422, phrase
    assert await refused(anna, text)


async def test_severe_rules_keep_nothing_but_a_hash_and_have_no_pass(
    http: httpx.AsyncClient, data: Path, anna: Somebody, server: Instance
) -> None:
    text = "a naked quxwort stands"
    told = await refused(anna, text)
    assert (told["rule"], told["appeal_keeps"]) == ("categories/sexual", "hash")
    made = (await appeal(anna, told, text, words=f"but {text}")).json()
    (one,) = [one for one in await waiting(http, data) if one["id"] == made["id"]]
    assert (one["text"], one["words"], one["matched"], one["keeps"]) == ("", "", [], "hash")
    for outcome in ("once", "rule"):
        given = await answer(http, data, one["id"], outcome=outcome, phrase="")
        assert given.status_code == 422
    assert (await answer(http, data, one["id"], outcome="unsure")).status_code == 200
    assert await refused(anna, text)
    assert b"quxwort" not in database_of(data)


async def test_ids_are_not_forged_nor_lent(
    server: Instance, http: httpx.AsyncClient, anna: Somebody, ben: Somebody
) -> None:
    told = await refused(anna, ICICLE + " falls")
    lent = await appeal(ben, told, ICICLE + " falls")
    changed = {"appeal": told["appeal"].replace("r1.", "r1.A")}
    forged = await appeal(anna, changed, ICICLE + " falls")
    other = await appeal(anna, told, "a corpse in the sea")
    assert [one.status_code for one in (lent, forged, other)] == [404, 404, 422]


async def test_nobody_floods_the_desk(
    server: Instance, http: httpx.AsyncClient, data: Path, anna: Somebody
) -> None:
    codes = []
    for number in range(4):
        text = f"a stabbing icicle, number {number} of four"
        codes.append((await appeal(anna, await refused(anna, text), text)).status_code)
    assert codes == [201, 201, 201, 429]
    found = (await anna.http.get("/v1/me/refusals")).json()["appeals"]
    assert [one["state"] for one in found] == ["open"] * 3


async def test_somebody_else_looks_once_more(
    server: Instance, http: httpx.AsyncClient, data: Path, anna: Somebody
) -> None:
    text = "a stabbing sunray"
    told = await refused(anna, text)
    made = (await appeal(anna, told, text)).json()
    assert (await anna.http.put(told["appeal"], json={"words": "look"})).status_code == 422
    assert (await answer(http, data, made["id"], outcome="right")).status_code == 200
    second = await anna.http.put(told["appeal"], json={"words": "it is light"})
    assert (second.json()["state"], second.json()["again"]) == ("open", True)
    assert (await answer(http, data, made["id"], outcome="once", days=2)).status_code == 200
    for _ in range(2):
        assert await refused(anna, text) is None
    assert (await anna.http.put(told["appeal"], json={"words": "more"})).status_code == 422
