"""A law: no route tells anybody what they may not see.

Every GET of the document, and the feed that is asked with a POST, is asked by everybody: a guest, a
person, an author, a moderator and who has the operators' token. What each hidden thing says is a
word that stands nowhere else, so that an answer holds it or does not.
"""

import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
import pytest_asyncio

from phosphene.model import Person
from phosphene.store.imports import ImportedRecipe
from phosphene.store.sqlite import open_store
from tests.api.conftest import AddClip
from tests.api.somebody import Somebody, somebody
from tests.api.test_operating import bearer
from tests.support import Instance, instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]

LEFT_OUT = ("/v1/me/export", "/metrics", "/v1/openapi", "/v1/asyncapi", "/problems", "/client")
"""An archive of one's own, and what is the same for all."""
DESK = ("/v1/moderation/", "/v1/operator/held")


@dataclass
class Place:
    """Who is there, by their role, what is hidden, and by which words and ids it is known.

    ``seen`` are the words that a role may read anywhere, ``at`` those that it may read on routes
    that begin so; ``named`` those that anybody may read who names the id.
    """

    who: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    seen: dict[str, set[str]] = field(default_factory=dict)
    desk: set[str] = field(default_factory=set)
    withheld: str = ""
    named: dict[str, str] = field(default_factory=dict)

    def hide(self, word: str, *roles: str, desk: bool = False) -> str:
        """A word that only these may read, and moderators at their desk."""
        self.words.add(word)
        for role in roles:
            self.seen.setdefault(role, set()).add(word)
        self.desk |= {word} if desk else set()
        return word

    def may_read(self, role: str, path: str) -> set[str]:
        desk = self.desk if role in {"moderator", "operator"} else set()
        at_desk = path.startswith(DESK) or self.withheld in path
        by_name = {word for one, word in self.named.items() if one in path}
        # What one saved of a link that one was given is still there.
        kept = {"zunlisted"} if (role, path) == ("person", "/v1/me/clips") else set[str]()
        return self.seen.get(role, set()) | (desk if at_desk else set()) | by_name | kept


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(
        data,
        workers=0,
        sign_ins_per_minute=100,
        reports_per_minute=100,
        searches_per_minute=100_000,
    ) as running:
        yield running


@pytest_asyncio.fixture
async def place(server: Instance, data: Path, add_clip: AddClip) -> AsyncIterator[Place]:
    place = Place()
    author, person, blocked = [await a_guest(server, f"z_guest_{one}") for one in "abc"]
    moderator = await somebody(server)
    people = {"author": author, "person": person, "moderator": moderator, "blocked": blocked}
    operator = httpx.AsyncClient(base_url=server.url, headers=bearer(data))
    guest = httpx.AsyncClient(base_url=server.url)
    path = f"/v1/operator/roles/{moderator.person.handle}"
    assert (await operator.put(path, json={"role": "moderator"})).is_success
    place.who = {role: people[role].http for role in ("author", "person", "moderator")}
    place.who |= {"guest": guest, "operator": operator}
    place.ids["handle"] = [one.person.handle for one in people.values()]
    await hide_things(place, add_clip, author, person, blocked, moderator)
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        recipe = ImportedRecipe("recipe", place.hide("zrecipe", "author"), 3, 7, 1.0)
        await store.imports.add_recipe(author.person.id, recipe)
    yield place
    for one in (*place.who.values(), blocked.http):
        await one.aclose()


async def a_guest(server: Instance, handle: str) -> Somebody:
    """Somebody with a name of their own; an account would take a passkey each."""
    http = httpx.AsyncClient(base_url=server.url)
    await http.get("/v1/me")
    named = await http.patch("/v1/me", json={"handle": handle})
    return Somebody(http, msgspec.convert(named.json(), Person))


async def hide_things(
    place: Place,
    add_clip: AddClip,
    author: Somebody,
    person: Somebody,
    blocked: Somebody,
    moderator: Somebody,
) -> None:
    public = await add_clip("a red fox", "done", author=author.person)
    ids = [public.id]
    for word, visibility in (("zprivate", "private"), ("zunlisted", "unlisted")):
        said = place.hide(word, "author")
        some = await add_clip(
            f"a fox {said}", "done", public.id, author=author.person, visibility=visibility
        )
        ids.append(some.id)
    # Who knows the id of an unlisted clip sees it.
    place.named[ids[-1]] = "zunlisted"
    withheld = place.hide("zwithheld", "author", desk=True)
    place.withheld = (await add_clip(f"a fox {withheld}", "done", author=author.person)).id
    ids.append(place.withheld)
    theirs = place.hide("zblocked", *(role for role in place.who if role != "person"))
    shown = await add_clip(f"a fox {theirs}", "done", public.id, author=blocked.person)
    # A block keeps it out of lists; its address, and its author's, still lead to it.
    ids.append(shown.id)
    place.named[shown.id] = place.named[blocked.person.handle] = "zblocked"
    await person.http.put(f"{blocked.url}/block")
    comments = f"/v1/clips/{public.id}/comments"
    held = place.hide("zheld", "author", desk=True)
    place.ids["comment"] = [
        (await one.post(comments, json={"text": text})).json()["id"]
        for one, text in (
            (author.http, f"you are subhumann all {held}"),
            (blocked.http, f"come here {theirs}"),
            (author.http, place.hide("ztaken", "author", desk=True)),
        )
    ]
    note, why = place.hide("znote", "author", desk=True), place.hide("zappeal", "author", desk=True)
    for kind, subject in (("clip", ids[3]), ("comment", place.ids["comment"][2])):
        report = {"kind": kind, "subject": subject, "reason": "spam"}
        told = place.hide("zreport", "person", desk=True)
        await person.http.post("/v1/reports", json=report | {"words": told})
        decided = await moderator.http.post(
            "/v1/moderation/decisions",
            json={"kind": kind, "subject": subject, "action": "hide", "note": note},
        )
        decision = decided.json()["id"]
        place.ids.setdefault("decision", []).append(decision)
        appeal = f"/v1/me/decisions/{decision}/appeal"
        assert (await author.http.post(appeal, json={"words": why})).status_code == 201
    left = {"kind": "clip", "subject": public.id, "reason": "spam", "words": told}
    await person.http.post("/v1/reports", json=left)
    mine = await person.http.get("/v1/me/reports")
    place.ids["report"] = [one["id"] for one in mine.json()["reports"]]
    for one in (author, person):
        for clip in ids:
            await one.http.put(f"/v1/clips/{clip}/save")
            await one.http.put(f"/v1/clips/{clip}/like")
            await one.http.post(f"/v1/clips/{clip}/view")
    place.ids["clip"] = place.ids["clip_id"] = ids


def asked(document: dict[str, Any], place: Place) -> Iterable[tuple[str, str]]:
    """Methods and paths of all that is read, with everything that their parameters may be."""
    words = ("fox", "zprivate", "zunlisted", "zwithheld", "zblocked")
    for path, operations in document.items():
        if "get" not in operations or path.startswith(LEFT_OUT):
            continue
        parameters = operations["get"].get("parameters", [])
        named = [one["name"] for one in parameters if one["in"] == "path"]
        # A session, or a part of a stream, that nobody can name: there is none.
        if not set(named) <= set(place.ids):
            continue
        chosen = {"q": words, "limit": ("50",)}
        chosen |= {one["name"]: one["schema"]["enum"] for one in parameters if which(one)}
        given = [one["name"] for one in parameters if one["name"] in chosen]
        for values in product(*(place.ids[name] for name in named)):
            filled = path.format_map(dict(zip(named, values, strict=True)))
            for query in product(*(chosen[name] for name in given)):
                yield "GET", f"{filled}?{urlencode(dict(zip(given, query, strict=True)))}"
    yield "POST", "/v1/feed"


def which(parameter: dict[str, Any]) -> bool:
    return parameter["name"] == "which" and "enum" in parameter["schema"]


async def test_no_route_tells_anybody_what_they_may_not_see(place: Place) -> None:
    document = (await place.who["guest"].get("/v1/openapi.json")).json()["paths"]
    told, read = set[tuple[str, str, str]](), dict[str, set[str]]()
    requests = list(asked(document, place))
    assert len(requests) > 100
    for (method, path), (role, http) in product(requests, place.who.items()):
        body = {"limit": 50} if method == "POST" else None
        answer = await http.request(method, path, json=body)
        held = {word for word in place.words if word.encode() in answer.content}
        read.setdefault(role, set()).update(held)
        plain = path.partition("?")[0]
        # Of a search the answer may say what was asked.
        held -= {path.partition("q=")[2]} if answer.status_code != 200 else set()
        told |= {(role, plain, word) for word in held - place.may_read(role, plain)}
    assert told == set()
    # What one may see one has seen, or this would say nothing.
    assert read["author"] == place.words - {"zreport"}
    assert {"zreport"} <= read["person"]
    assert read["moderator"] >= place.desk
    assert read["operator"] >= place.desk
    assert read["guest"] == {"zunlisted", "zblocked"}


async def test_there_is_one_way_in_for_what_is_no_words(server: Instance) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        document = (await http.get("/v1/openapi.json")).json()["paths"]
    taken = {
        (path, kind)
        for path, operations in document.items()
        for one in operations.values()
        for kind in one.get("requestBody", {}).get("content", {})
        if kind != "application/json" and "sdp" not in kind
    }
    # The first keeps films only that an instance which is trusted has signed; the other looks at a
    # file and keeps nothing of it.
    assert taken == {
        ("/v1/me/import", "application/zip"),
        ("/v1/verify", "application/octet-stream"),
    }
