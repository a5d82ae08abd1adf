"""The documents against the routes and the types that they describe."""

import re
from collections.abc import AsyncIterator
from typing import Any, get_args

import httpx
import msgspec
import pytest
import pytest_asyncio
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute

from phosphene.api.asyncapi import asyncapi
from phosphene.app import create_app
from phosphene.errors import kinds
from phosphene.settings import Settings
from phosphene.social import protocol
from phosphene.social.protocol import ClientMessage, ServerMessage
from tests.breadth import wide
from tests.soak import contract
from tests.test_docs import DOCUMENTS

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Starlette]:
    settings = Settings(data=str(tmp_path_factory.mktemp("data")), workers=0, house=False)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


async def read(http: httpx.AsyncClient, name: str) -> Any:
    return (await http.get(f"/v1/{name}.json")).json()


@pytest.mark.asyncio(loop_scope="module")
async def test_routes_that_a_page_names_are_there(app: Starlette) -> None:
    """But for what a recipe adds, and what begins like ``/v1/clips/ID/*``."""
    known = {_filled(getattr(route, "path", "")) for route in app.router.routes}
    for page in DOCUMENTS:
        for path in set(re.findall(r"/v1/[\w/{}.*-]+\w", page.read_text())):
            assert _filled(path) in known or path.endswith("/annexb"), f"{page.name}: {path}"


def _filled(path: str) -> str:
    """A path with one name for each of its places: ``{clip_id}``, ``ID``."""
    return re.sub(r"\{[^}]*\}|\b[A-Z]+\b", "X", path)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_document_and_the_router_know_the_same(
    app: Starlette, http: httpx.AsyncClient
) -> None:
    document, sockets = await read(http, "openapi"), set[str]()
    routed: dict[str, set[str]] = {}
    for route in app.router.routes:
        match route:
            case Route():
                assert route.path not in routed
                routed[route.path] = (route.methods or set()) - {"HEAD", "OPTIONS"}
            case WebSocketRoute():
                sockets.add(route.path)
            case Mount():
                assert route.path == "/client"
            case _:
                pytest.fail(f"what is {route}?")
    described = {
        path: {method.upper() for method in methods} - {"OPTIONS"}
        for path, methods in document["paths"].items()
    }
    assert described == routed
    channels = (await read(http, "asyncapi"))["channels"].values()
    assert {one["address"] for one in channels} == sockets == {"/v1/socket"}
    assert len([path for path in described if path.startswith("/v1/")]) >= 30


@pytest.mark.asyncio(loop_scope="module")
async def test_the_document_is_openapi(http: httpx.AsyncClient) -> None:
    document = await read(http, "openapi")
    validate(document)
    operations = [one for path in document["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    assert all(one["summary"] and one["security"] and one["tags"] for one in operations)
    schemes = {name for one in operations for need in one["security"] for name in need}
    assert schemes == set(document["components"]["securitySchemes"])
    make = document["paths"]["/v1/clips"]["post"]
    assert make["x-rate-limit"] == "prompt"
    assert "Idempotency-Key" in {one["name"] for one in make["parameters"]}
    limit = document["paths"]["/v1/clips"]["get"]["parameters"][1]["schema"]
    assert (limit["minimum"], limit["maximum"]) == (1, 100)


@pytest.mark.asyncio(loop_scope="module")
async def test_every_type_of_problem_has_its_page(http: httpx.AsyncClient) -> None:
    told = await http.get("/v1/clips/none")
    problem = told.json()
    page = await http.get(problem["type"])
    assert (page.status_code, problem["title"] in page.text) == (200, True)
    everything = (await http.get("/problems")).text
    for name, kind in kinds().items():
        assert kind.title in (await http.get(f"/problems/{name}")).text
        assert kind.__doc__
        assert f'href="/problems/{name}"' in everything
    assert (await http.get("/problems/none")).status_code == 404


@pytest.mark.asyncio(loop_scope="module")
async def test_a_plain_request_to_the_socket_is_told_to_upgrade(http: httpx.AsyncClient) -> None:
    told = await http.get("/v1/socket")
    assert (told.status_code, told.headers["upgrade"]) == (426, "websocket")


def test_the_socket_s_document_names_every_message_of_both_sides() -> None:
    document = asyncapi("Phosphene", "1")
    for name, union in (("hear", ClientMessage), ("tell", ServerMessage)):
        operation = document["operations"][name]
        named = {one["$ref"].rpartition("/")[2] for one in operation["messages"]}
        assert named == {kind.__struct_config__.tag for kind in get_args(union)}
    schemas = document["components"]["schemas"]
    assert schemas["Subscribe"]["properties"]["type"] == {"enum": ["subscribe"]}
    assert {"ClipProgress", "Liked", "Problem"} <= set(schemas)
    text = document["channels"]["socket"]["description"]
    codes = [value for name, value in vars(protocol).items() if name.isupper() and value in CODES]
    assert all(str(code) in text for code in codes)
    assert len(codes) == 6
    for one in references(document):
        assert resolve(document, one) is not None


CODES = range(1000, 5000)


def references(part: Any) -> list[str]:
    """Every ``$ref`` in a document."""
    match part:
        case {"$ref": str(found)}:
            return [found]
        case dict():
            return [one for value in part.values() for one in references(value)]
        case list():
            return [one for value in part for one in references(value)]
    return []


def resolve(document: Any, reference: str) -> Any:
    found = msgspec.json.decode(msgspec.json.encode(document))
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


@pytest.mark.process
@pytest.mark.parametrize("paths", [r"^/v1/clips(/\{clip_id\})?$", wide("^/")])
def test_no_route_answers_what_the_document_does_not_say(paths: str) -> None:
    # The same case of each route every time; `make soak` makes twenty, others each time, and those
    # on every bound of the schemas.
    assert contract.check(cases=1, seed=1, phases="fuzzing", paths=paths) == 0
