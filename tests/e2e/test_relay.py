"""A viewer whom no UDP reaches: Chromium allowed nothing but a TURN relay, over TCP or TLS."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aioice.ice import get_host_addresses
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.e2e.conftest import Open
from tests.support import drain, free_port, instance, wait_for_line

pytestmark = pytest.mark.browser
SECRET = "north"
CONNECT = """
async (scheme) => {
  const { iceServers, negotiate } = await import('/client.js');
  const told = await fetch('/v1/whep', { method: 'OPTIONS' });
  const peer = new RTCPeerConnection({
    bundlePolicy: 'max-bundle',
    iceTransportPolicy: 'relay',
    iceServers: iceServers(told.headers.get('link')).filter(({ urls }) => urls.startsWith(scheme)),
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


EXAMPLE = Path(__file__).parents[2] / "examples" / "turnserver.conf"


@contextmanager
def coturn(folder: Path, host: str) -> Iterator[str]:
    """A TURN server at an address of this machine; its own two as a setting names them."""
    program = shutil.which("turnserver")
    assert program, "the tests need coturn: run `make test`"
    port, tls_port = free_port(), free_port()
    certificate, key = self_signed(folder, host)
    command = [
        *(program, "-c", str(EXAMPLE), "--allowed-peer-ip", host),
        *("--listening-port", str(port), "--listening-ip", host),
        *("--tls-listening-port", str(tls_port), "--cert", str(certificate), "--pkey", str(key)),
        *("--relay-ip", host, "--realm", "here", "--log-file", "stdout"),
        *("--static-auth-secret", SECRET, "--no-dtls"),
        *("--userdb", str(folder / "turn.db"), "--pidfile", str(folder / "turn.pid")),
        "--allow-loopback-peers",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        wait_for_line(drain(process.stdout), "DB connection success", 20.0)
        yield f"turn:{host}:{port}?transport=tcp turns:{host}:{tls_port}?transport=tcp"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def self_signed(folder: Path, host: str) -> tuple[Path, Path]:
    """A certificate of this address and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), False)
        .sign(key, hashes.SHA256())
    )
    where = folder / "turn.pem", folder / "turn.key"
    where[0].write_bytes(made.public_bytes(Encoding.PEM))
    where[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return where


@pytest.fixture(scope="module")
def browser_flags() -> list[str]:
    """The TURN server's certificate is its own."""
    return ["--ignore-certificate-errors"]


def test_a_viewer_connects_through_a_relay_with_credentials_of_its_own(
    tmp_path: Path, open_page: Open
) -> None:
    host = next(iter(get_host_addresses(use_ipv4=True, use_ipv6=False)), "127.0.0.1")
    with (
        coturn(tmp_path, host) as servers,
        instance(tmp_path, workers=0, ice_servers=servers, turn_secret=SECRET) as running,
    ):
        page = open_page(running)
        assert page.evaluate(CONNECT, "turn:") == ["relay", "tcp"]
        assert page.evaluate(CONNECT, "turns:") == ["relay", "tls"]
