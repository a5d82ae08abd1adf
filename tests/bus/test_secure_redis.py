"""Redis behind TLS and a password, as one has it that others' machines can reach."""

import asyncio
import datetime
import ipaddress
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from phosphene.bus.bus import Gap, Hint, StreamEntry
from phosphene.bus.redis import open_bus
from phosphene.fleet.diagnostics import view_fleet
from tests.support import RedisServer

PASSWORD = "a+b%c"
ESCAPED = "a%2Bb%25c"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Of 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis")])
    now, here = datetime.datetime.now(datetime.UTC), ipaddress.ip_address("127.0.0.1")
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(here)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "redis.pem").write_bytes(made.public_bytes(pem))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "redis.key").write_bytes(key.private_bytes(pem, *private))
    return folder / "redis.pem", folder / "redis.key"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    certificate, key = make_certificate(tmp_path)
    server = RedisServer(tmp_path)
    server.options = ["--port", "0", "--tls-port", str(server.port), "--requirepass", PASSWORD]
    server.options += ["--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
    server.options += ["--tls-ca-cert-file", str(certificate), "--tls-auth-clients", "no"]
    server.url = f"rediss://:{ESCAPED}@127.0.0.1:{server.port}/0?ssl_ca_certs={certificate}"
    server.start()
    yield server
    server.kill()


@pytest.mark.asyncio
async def test_a_hint_crosses_and_whoever_has_no_password_is_away(redis: RedisServer) -> None:
    async with (
        asyncio.timeout(20),
        open_bus(redis.url, "one") as one,
        open_bus(redis.url, "two") as other,
        open_bus(redis.url.replace(ESCAPED, "wrong"), "three") as stranger,
    ):
        heard = other.receive_hints("channel")
        while await anext(heard) != Gap() or not (one.is_up and other.is_up):
            pass
        await one.publish_hint("channel", b"a word")
        while not isinstance(hint := await anext(heard), Hint):
            pass
        assert hint.data == b"a word"
        assert not await stranger.append_entries("units", StreamEntry(1, b"a"))
        assert not stranger.is_up
    assert view_fleet(redis.url).is_supported
    with pytest.raises(OSError, match=r"(?i)password|auth"):
        view_fleet(redis.url.replace(ESCAPED, "wrong"))
