"""Before the embedded model, from outside: a prompt becomes units, events and files, the audience
of a clip on air steers it, and a finished clip is forked."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from websockets.asyncio.client import connect

from phosphene.client import Client
from phosphene.errors import NotLive, Refused, TooMany
from phosphene.events import ClipBallot, ClipFinished, ClipStarted, ClipSteered
from phosphene.model import FEED_TOPIC, clip_topic
from phosphene.trust.provenance import verify
from phosphene.trust.watermark_words import WatermarkWords
from phosphene.verification.messages import Examined, ExamineFile
from phosphene.verification.worker.examination import examine_file
from phosphene.watermark.reading import Reader, mean_residual
from phosphene.watermark.residual import residual_of
from tests.cli.test_commands import phosphene
from tests.events import events_until as told_until
from tests.events import until_subscribed
from tests.flows.test_clip import (
    TIMEOUT_S,
    events_until,
    make,
    root_certificate,
    said,
    subscribe,
)
from tests.support import Instance, instance


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, by_command=True) as running:
        yield running


@pytest.mark.asyncio
async def test_a_prompt_becomes_a_signed_file_and_everybody_hears_how(
    server: Instance, data: Path
) -> None:
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        connect(server.socket_url) as socket,
    ):
        assert (await subscribe(socket, "feed"))["snapshot"] is not None
        clip = await make(http, text="a red balloon over the hills at sunset", seconds=1, seed=7)
        await said(socket, "event")
        assert (await subscribe(socket, f"clip:{clip['id']}"))["at"]["seq"] >= 1
        events = await events_until(socket, "clip_finished")
        video = await http.get(f"/v1/clips/{clip['id']}/video.mp4")
        part = await http.get(f"/v1/clips/{clip['id']}/video.mp4", headers={"Range": "bytes=0-99"})
        poster = await http.get(f"/v1/clips/{clip['id']}/poster.jpg")
        preview = await http.get(f"/v1/clips/{clip['id']}/preview.webp")
        birth = await http.get(f"/v1/clips/{clip['id']}/birth.mp4")
        download = await http.get(f"/v1/clips/{clip['id']}/download.mp4", timeout=TIMEOUT_S)
        latest = (await http.get("/v1/clips")).json()["clips"]
        metrics = (await http.get("/metrics")).text
    kinds = [one["event"]["type"] for one in events]
    assert "clip_progress" in kinds
    places = [one["seq"] for one in events if one["seq"] is not None and one["topic"] != "feed"]
    assert places == sorted(set(places))
    progress = [
        one["event"]["percent"] for one in events if one["event"]["type"] == "clip_progress"
    ]
    assert progress == sorted(progress)
    assert progress[-1] == 100
    assert (part.status_code, len(part.content)) == (206, 100)
    assert poster.headers["content-type"] == "image/jpeg"
    assert preview.headers["content-type"] == "image/webp"
    assert latest[0]["id"] == clip["id"]
    with av.open(BytesIO(video.content), "r") as file:
        pictures = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    assert len(pictures) == clip["fps"]
    assert pictures[0].shape == (1024, 576)
    verdict = verify(video.content, root_certificate(data))
    assert verdict.recipe is not None
    assert verdict.recipe.text == clip["text"]
    assert verdict.recipe.seed == 7
    with av.open(BytesIO(birth.content), "r") as file:
        seen = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    assert len(seen) > len(pictures)
    assert all((a == b).all() for a, b in zip(seen[-24:], pictures, strict=True))
    assert verify(birth.content, root_certificate(data)).recipe == verdict.recipe
    check_papers(data, clip["id"], poster, preview, birth, download)
    assert 'phosphene_stall_seconds_count{model="theatre"} 1.0' in metrics
    assert 'phosphene_first_light_seconds_count{model="theatre"} 1.0' in metrics


@pytest.mark.breadth
@pytest.mark.asyncio
async def test_a_clip_is_drawn_again_by_its_recipe(server: Instance, data: Path) -> None:
    """The command (tests/cli/test_verify.py) with the model that redraws to the bit
    (tests/render/worker/embedded/test_renderer.py)."""
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        connect(server.socket_url) as socket,
    ):
        await subscribe(socket, "feed")
        clip = await make(http, text="a red balloon over the hills at sunset", seconds=1, seed=7)
        await events_until(socket, "clip_finished")
    again = phosphene("verify", clip["id"], "--data", str(data))
    assert (again.returncode, "identical" in again.stdout) == (0, True), again


@pytest.mark.breadth
@pytest.mark.asyncio
async def test_a_clip_is_steered_by_those_who_watch_it(
    server: Instance, data: Path, tmp_path: Path
) -> None:
    line = "a red balloon over the sea at night in the rain"
    async with (
        Client(server.url, patience_s=0) as ben,
        Client(server.url, patience_s=0) as cleo,
        cleo.follow_topics(FEED_TOPIC) as events,
    ):
        await until_subscribed(events)
        clip = await ben.create_clip("a red balloon over the hills at sunset", seconds=6, seed=7)
        await told_until(events, ClipStarted)
        await events.subscribe(clip_topic(clip.id))
        proposal = await cleo.propose_line(clip.id, f"  {line} ")
        assert (proposal.text, proposal.votes) == (line, 1)
        assert [(await ben.vote_for_proposal(clip.id, proposal.id)).votes for _ in range(2)] == [
            2,
            2,
        ]
        with pytest.raises(TooMany):
            await cleo.propose_line(clip.id, "a cat")
        with pytest.raises(Refused):
            await ben.propose_line(clip.id, "Mickey Mouse")
        ballot = (await ben.get_clip(clip.id)).ballot
        assert ballot is not None
        assert ballot.proposals[0].votes == 2

        told, steered = await told_until(events, ClipSteered)
        ballots = [one for one in told if isinstance(one, ClipBallot)]
        assert any(one.chosen and one.chosen.text == line for one in ballots)
        assert steered.steer.text == line
        assert 0 < steered.steer.frame < 6 * clip.fps
        await told_until(events, ClipFinished)
        # Whose clip it is was told whose line it follows.
        headers = {"Authorization": f"Bearer {ben.token}"}
        async with httpx.AsyncClient(base_url=server.url, headers=headers) as http:
            notices = (await http.get("/v1/me/inbox")).json()["notices"]
        told_steered = [(one["text"], one["clip"]) for one in notices if one["kind"] == "steered"]
        assert told_steered == [(line, clip.id)]

        view = await cleo.get_clip(clip.id)
        assert view.clip.recipe is not None
        assert view.clip.recipe.steering == (steered.steer,)
        assert view.ballot is None
        with pytest.raises(NotLive):
            await cleo.vote_for_proposal(clip.id, proposal.id)
        await cleo.save_video(clip.id, tmp_path / "steered.mp4")
    video = (tmp_path / "steered.mp4").read_bytes()
    # The film under the visible mark says how it was made.
    said = verify(video, root_certificate(data))
    assert (said.state, said.parents, said.recipe) == ("trusted", (clip.id,), None)
    (recipe,) = said.ancestors
    assert [one.text for one in recipe.steering] == [line]


@pytest.mark.breadth
@pytest.mark.asyncio
async def test_a_fork_begins_as_its_parent_and_goes_another_way(
    server: Instance, data: Path
) -> None:
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        connect(server.socket_url) as socket,
    ):
        await subscribe(socket, "feed")
        parent = await make(http, text="a red balloon over the hills at sunset", seconds=2, seed=7)
        await events_until(socket, "clip_finished")
        begin = {"parent": parent["id"], "second": 1}
        fork = await make(http, text="a red balloon over the sea at night", seconds=2, fork=begin)
        ended = (await events_until(socket, "clip_finished"))[-1]["event"]["clip"]
        family = (await http.get(f"/v1/clips/{fork['id']}/lineage")).json()["clips"]
        videos = [(await http.get(one["video_url"])).content for one in (family[0], ended)]
    assert (ended["id"], ended["parent"]) == (fork["id"], parent["id"])
    assert ended["recipe"]["kept"] == 1
    assert [one["id"] for one in family] == [parent["id"], fork["id"]]
    before, after = (pictures(video) for video in videos)
    assert len(after) == 2 * fork["fps"]
    assert abs(before[12] - after[12]).mean() < 3
    assert abs(before[-1] - after[-1]).mean() > 10
    assert verify(videos[1], root_certificate(data)).parents == (parent["id"],)
    # What is kept of the parent is marked as the child's.
    words = WatermarkWords(data, 0.6)
    kept = mean_residual([residual_of(one.astype(np.uint8)[::2, ::2]) for one in after[:24]])
    found = Reader(words.field_key).read(kept)
    assert found is not None
    assert words.word_of_clip(fork["id"]) in found.words
    assert words.word_of_clip(parent["id"]) not in found.words


def check_papers(data: Path, clip_id: str, *files: httpx.Response) -> None:
    """Each says that a model made it, in a manifest that notices what is changed, and, if it is no
    thumbnail, in its pictures too."""
    words, anchors = WatermarkWords(data, 0.6), root_certificate(data)
    word = words.word_of_clip(clip_id)
    for file in files:
        order = ExamineFile(data=file.content, anchors=anchors, key=words.field_key)
        told, _ = examine_file(order)
        assert isinstance(told, Examined)
        assert (told.manifest.state, told.manifest.word) == ("trusted", word), file.url
        assert told.manifest.made_by_a_model
        assert b"digitalsourcetype/trainedAlgorithmicMedia" in file.content
        assert (word in told.words) == (file.url.path[-4:] != "webp"), file.url
        changed = bytearray(file.content)
        changed[-9] ^= 4
        kind = file.headers["content-type"]
        assert verify(bytes(changed), anchors, kind).state == "invalid", file.url


def pictures(video: bytes) -> list[NDArray[Any]]:
    """The luma of every frame."""
    with av.open(BytesIO(video), "r") as file:
        return [frame.to_ndarray(format="gray").astype(int) for frame in file.decode(video=0)]
