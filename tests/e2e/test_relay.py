"""A viewer whom no UDP reaches: Chromium allowed nothing but a TURN relay, over TCP."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aioice.ice import get_host_addresses

from tests.e2e.conftest import Open
from tests.support import drain, free_port, instance, wait_for_line

pytestmark = pytest.mark.browser
SECRET = "north"
CONNECT = """
async () => {
  const { iceServers } = await import('/client/channel.js');
  const { negotiate } = await import('/client/whep.js');
  const told = await fetch('/v1/whep', { method: 'OPTIONS' });
  const peer = new RTCPeerConnection({
    bundlePolicy: 'max-bundle',
    iceTransportPolicy: 'relay',
    iceServers: iceServers(told.headers.get('link')),
  });
  const connected = new Promise((resolve) => {
    peer.onconnectionstatechange = () => peer.connectionState === 'connected' && resolve();
  });
  const { session } = await negotiate(peer, '/v1/whep', new AbortController().signal);
  await connected;
  const pair = peer.getReceivers()[0].transport.iceTransport.getSelectedCandidatePair();
  await fetch(session, { method: 'DELETE' });
  peer.close();
  return [pair.local.type, pair.local.relayProtocol];
}
"""


@contextmanager
def coturn(folder: Path, host: str) -> Iterator[str]:
    """A TURN server at an address of this machine; its own as a setting names it."""
    program = shutil.which("turnserver")
    assert program, "the tests need coturn: run `make test`"
    port = free_port()
    command = [
        *(program, "-n", "--listening-port", str(port), "--listening-ip", host),
        *("--relay-ip", host, "--realm", "here", "--log-file", "stdout", "--no-cli"),
        *("--use-auth-secret", "--static-auth-secret", SECRET, "--no-tls", "--no-dtls"),
        *("--userdb", str(folder / "turn.db"), "--pidfile", str(folder / "turn.pid")),
        "--allow-loopback-peers",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        wait_for_line(drain(process.stdout), "DB connection success", 20.0)
        yield f"turn:{host}:{port}?transport=tcp"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_viewer_connects_through_a_relay_with_credentials_of_its_own(
    tmp_path: Path, open_page: Open
) -> None:
    host = next(iter(get_host_addresses(use_ipv4=True, use_ipv6=False)), "127.0.0.1")
    with (
        coturn(tmp_path, host) as server,
        instance(tmp_path, workers=0, ice_servers=server, turn_secret=SECRET) as running,
    ):
        page = open_page(running)
        assert page.evaluate(CONNECT) == ["relay", "tcp"]
