"""What will be drawn is said before anybody asks for a clip."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support import Instance, instance

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    data = tmp_path_factory.mktemp("data")
    with instance(data, painted=True, readings_per_minute=6) as running:
        yield running


@pytest.fixture
def http(server: Instance) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        token = client.get("/v1/me").json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.cookies.clear()
        yield client


def test_phrases_and_a_sentence_say_what_is_drawn_and_what_stays_away(http: httpx.Client) -> None:
    read = http.post("/v1/readings", json={"text": " a  ball "}).json()
    assert (read["text"], read["summary"]) == ("a ball", "Ball, drawn as a disc")
    assert read["phrases"] == [
        {"text": "ball", "slot": "subject", "drawn_as": "disc", "exact": False}
        | {"told": "ball, drawn as a disc"}
    ]
    assert read["understood"][0]["value"] == "disc"
    cube = {"text": "a cube", "changes": True}
    assert http.post("/v1/readings", json=cube).json()["summary"] == (
        "Nothing here that I can draw: all would stay as it is; not drawn: “cube”"
    )


def test_a_parent_that_is_not_there_is_not_found(http: httpx.Client) -> None:
    nobody = http.post("/v1/readings", json={"text": "a ball", "parent": "0" * 20})
    assert nobody.status_code == 404


def test_the_policy_counts_and_offers_only_what_can_be_drawn(http: httpx.Client) -> None:
    refused = [http.post("/v1/readings", json={"text": f"{one} Taylor Swift"}) for one in
               ("a cube and", "a ball and")]  # fmt: skip
    assert [one.status_code for one in refused] == [403, 403]
    offered = [one.json()["refusal"].get("allowed") for one in refused]
    assert "cube" not in offered[0], "a painter of discs draws no cube"
    assert "ball" in offered[1]
    clip = http.post("/v1/clips", json={"text": "a cube and Taylor Swift"})
    assert "cube" not in clip.json()["refusal"]["allowed"]


def test_who_asks_too_often_waits_and_what_cannot_be_read_is_no_fault(http: httpx.Client) -> None:
    unread = http.post("/v1/readings", json={"text": "misread"})
    assert (unread.status_code, unread.headers["retry-after"]) == (503, "2")
    assert http.post("/v1/readings", json={"text": " "}).status_code == 422
    asked = [http.post("/v1/readings", json={"text": "a ball"}).status_code for _ in range(5)]
    assert asked == [200, 200, 200, 200, 429]
