"""A real S3-compatible service of this machine."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import drain, free_port, wait_for_line

KEYS = {"accessKey": "somebody", "secretKey": "a secret"}


@contextmanager
def s3_server(folder: Path, host: str = "127.0.0.1") -> Iterator[str]:
    """Address of a SeaweedFS with one user; the bucket comes with the first object."""
    program = Path(sys.executable).parent / "weed"
    if not program.exists():
        pytest.skip("there is no SeaweedFS for this machine")
    access = [{"name": "us", "credentials": [KEYS], "actions": ["Admin", "Read", "Write", "List"]}]
    (folder / "s3.json").write_text(json.dumps({"identities": access}))
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    port_options = [f"-{name}.port={port}" for name, port in ports.items()]
    grpc = [f"-{name}.port.grpc={free_port()}" for name in ports]
    process = subprocess.Popen(
        [
            *(str(program), "-logtostderr", "server", "-s3", f"-ip={host}", f"-dir={folder}"),
            *(f"-s3.config={folder / 's3.json'}", "-master.volumeSizeLimitMB=64"),
            *("-s3.port.iceberg=0", "-s3.port.lance=0"),
            *port_options,
            *grpc,
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    lines = drain(process.stderr)
    try:
        wait_for_line(lines, "bucket owner index ready", 60)
        yield f"http://{host}:{ports['s3']}"
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def bucket(service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A place there, which this process and those that it starts may use."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", service)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS["accessKey"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS["secretKey"])
    return f"s3://clips/{tmp_path.name}"
