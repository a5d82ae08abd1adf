"""Several methods on one path, CORS, preflights, ETags."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from phosphene.errors import NotFound, TooMany
from phosphene.operation import Operation, routes
from phosphene.ratelimit_headers import Allowance, note_limit
from phosphene.web import answer

pytestmark = pytest.mark.asyncio


async def read_word(request: Request) -> Response:
    if request.path_params["word"] == "none":
        raise NotFound("no such word")
    return answer({"text": request.path_params["word"]})


async def read_secret(request: Request) -> Response:
    return answer({}, headers={"Cache-Control": "no-store"})


async def count_elsewhere() -> None:
    note_limit("guest-address", Allowance(0.0, 3, 11.5))


async def forget_word(request: Request) -> Response:
    if request.path_params["word"] == "all":
        note_limit("write-person", Allowance(6.2, 0, 6.2))
        raise TooMany("that was a lot", 7.0)
    note_limit("write-person", Allowance(0.0, 59, 60.0))
    await asyncio.create_task(count_elsewhere())
    return Response(status_code=204)


POLICY = '"write-person";q=60;w=60, "write-address";q=240;w=60'
GUESTS = '"guest-address";q=40;w=60'
POLICIES = {"write": POLICY, "guest": GUESTS}
OPERATIONS = [
    Operation(method="GET", path="/words/{word}", summary="Read", endpoint=read_word),
    Operation(method="GET", path="/secret", summary="Read", endpoint=read_secret),
    Operation(
        method="DELETE",
        path="/words/{word}",
        summary="Forget",
        endpoint=forget_word,
        limit="write",
    ),
    Operation(method="GET", path="/page", summary="Page", endpoint=read_secret, shared=False),
]


@pytest_asyncio.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=routes(OPERATIONS, POLICIES)))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


async def test_a_path_names_all_its_methods(http: httpx.AsyncClient) -> None:
    methods = "DELETE, GET, HEAD, OPTIONS"
    asked = await http.options("/words/fox")
    assert (asked.status_code, asked.headers["allow"]) == (204, methods)
    assert asked.headers["access-control-allow-methods"] == methods
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    wrong = await http.put("/words/fox")
    assert (wrong.status_code, set(wrong.headers["allow"].split(", "))) == (
        405,
        set(methods.split(", ")),
    )
    assert (await http.delete("/words/fox")).status_code == 204
    assert (await http.head("/words/fox")).status_code == 200


async def test_every_origin_reads_the_answer_and_the_problem(http: httpx.AsyncClient) -> None:
    for path, status in (("/words/fox", 200), ("/words/none", 404)):
        told = await http.get(path, headers={"Origin": "https://other.example"})
        assert (told.status_code, told.headers["access-control-allow-origin"]) == (status, "*")
        assert "access-control-allow-credentials" not in told.headers
    assert "access-control-allow-origin" not in (await http.get("/page")).headers


async def test_what_is_known_is_not_sent_again(http: httpx.AsyncClient) -> None:
    first = await http.get("/words/fox")
    assert first.headers["cache-control"] == "private, no-cache"
    again = await http.get("/words/fox", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await http.get("/words/owl", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert "etag" not in (await http.get("/secret")).headers


async def test_limits_are_told_and_what_each_leaves(http: httpx.AsyncClient) -> None:
    done, refused = await http.delete("/words/fox"), await http.delete("/words/all")
    assert refused.headers["ratelimit-policy"] == POLICY
    assert (refused.status_code, refused.headers["ratelimit"]) == (429, '"write-person";r=0;t=7')
    assert refused.headers["retry-after"] == "7"
    assert done.headers["ratelimit-policy"] == f"{POLICY}, {GUESTS}"
    assert done.headers["ratelimit"] == '"write-person";r=59;t=60, "guest-address";r=3;t=12'
    free = await http.get("/words/fox")
    assert not {"ratelimit", "ratelimit-policy"} & set(free.headers)
