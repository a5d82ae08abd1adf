"""A stop in the middle: clients are told to come back, and nobody waits for a clip for ever."""

import signal
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.flows.test_clip import events_until, make, subscribe
from tests.support import instance


@pytest.mark.asyncio
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_a_clip_cut_off_by_a_stop_is_said_to_have_failed(
    tmp_path: Path, how: signal.Signals
) -> None:
    with instance(tmp_path, stop_grace=0, instance="same") as server:
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
