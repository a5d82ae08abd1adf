"""A stop in the middle: clients are told to come back, and nobody waits for a clip for ever."""

import signal
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.flows.test_clip import events_until, make, subscribe
from tests.stream.webrtc.test_offer import SMALL
from tests.support import instance


@pytest.mark.asyncio
async def test_players_are_told_to_connect_anew_and_do_not_hold_the_stop_up(tmp_path: Path) -> None:
    with instance(tmp_path, workers=0) as server:
        async with httpx.AsyncClient(base_url=server.url) as http:
            headers = {"Content-Type": "application/sdp"}
            made = await http.post("/v1/whep", content=SMALL, headers=headers)
            assert made.status_code == 201
            async with http.stream("GET", made.headers["location"] + "/events") as told:
                server.process.send_signal(signal.SIGTERM)
                text = "".join([part async for part in told.aiter_text()])
        server.process.wait(30)
    assert text == "event: reconnect\ndata: {}\n\n"


@pytest.mark.asyncio
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_a_clip_cut_off_by_a_stop_is_said_to_have_failed(
    tmp_path: Path, how: signal.Signals
) -> None:
    with instance(tmp_path, painted=True, stop_grace=0, instance="same") as server:
        async with (
            httpx.AsyncClient(base_url=server.url) as http,
            connect(server.socket_url) as socket,
        ):
            await subscribe(socket, "feed")
            clip = await make(http, text="a blue fish under the sea", seconds=10)
            await events_until(socket, "clip_started")
            server.process.send_signal(how)
            with pytest.raises(ConnectionClosed) as closed:
                await events_until(socket, "never")
        server.process.wait(30)
    if how is signal.SIGTERM:
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
    with instance(tmp_path, workers=0, instance="same") as again:
        async with httpx.AsyncClient(base_url=again.url) as http:
            found = (await http.get(f"/v1/clips/{clip['id']}")).json()["clip"]
            shown = (await http.get("/v1/clips")).json()["clips"]
    assert found["status"] == "failed"
    assert "stop" in found["reason"]
    assert shown == []


@pytest.mark.asyncio
async def test_while_clips_on_air_finish_new_work_is_refused_and_the_port_is_open(
    tmp_path: Path,
) -> None:
    with instance(tmp_path, painted=True, stop_grace=60) as server:
        async with (
            httpx.AsyncClient(base_url=server.url) as http,
            connect(server.socket_url) as socket,
        ):
            await subscribe(socket, "feed")
            clip = await make(http, text="disc", seconds=1)
            await events_until(socket, "clip_started")
            server.process.send_signal(signal.SIGTERM)
            while (ready := await http.get("/readyz?for=watching")).status_code == 200:
                continue  # until the signal is there
            assert ready.json()["reason"] == "the server is stopping"
            refused = await http.post("/v1/clips", json={"text": "disc"})
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            headers = {"Content-Type": "application/sdp"}
            joining = await http.post("/v1/whep", content=SMALL, headers=headers)
            assert (joining.status_code, "retry-after" in joining.headers) == (503, True)
            assert (await http.get("/healthz")).status_code == 200
            assert (await http.get(f"/v1/clips/{clip['id']}/hls/index.m3u8")).status_code == 200
            finished = (await events_until(socket, "clip_finished"))[-1]["event"]["clip"]
            assert finished["id"] == clip["id"]
            with pytest.raises(ConnectionClosed):
                await events_until(socket, "never")
        assert server.process.wait(30) == -signal.SIGTERM


@pytest.mark.asyncio
async def test_a_second_signal_does_not_wait_for_clips(tmp_path: Path) -> None:
    with instance(tmp_path, painted=True, stop_grace=600) as server:
        async with (
            httpx.AsyncClient(base_url=server.url) as http,
            connect(server.socket_url) as socket,
        ):
            await subscribe(socket, "feed")
            await make(http, text="disc", seconds=10)
            await events_until(socket, "clip_queued")
            server.process.send_signal(signal.SIGTERM)
            while (await http.get("/readyz?for=watching")).status_code == 200:
                continue
            server.process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed):
                await events_until(socket, "never")
        assert server.process.wait(30) == -signal.SIGTERM
