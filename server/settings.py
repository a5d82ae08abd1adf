"""Every setting, its default, its unit and what it is for. Read once, in ``__main__``.

A setting ``name`` comes from the environment as ``PHOSPHENE_NAME`` or from a TOML file (the path in
``PHOSPHENE_CONFIG``, else ``phosphene.toml`` in the working directory when it exists); the
environment wins.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from server.errors import BadInput

PREFIX = "PHOSPHENE_"


def _says(description: str) -> Meta:
    return Meta(description=description)


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See each field's description; ``phosphene doctor --settings`` prints them all."""

    host: Annotated[str, _says("address to listen on")] = "127.0.0.1"
    port: Annotated[int, _says("TCP port to listen on; 0 takes a free one")] = 8000
    instance: Annotated[
        str, _says("name of this instance, the same after a restart; empty means host and port")
    ] = ""
    loopback: Annotated[
        bool, _says("offer 127.0.0.1 to WebRTC viewers too (browsers on this machine)")
    ] = True
    data: Annotated[str, _says("folder of the database, files and keys")] = "data"
    model: Annotated[str, _says("embedded, or a folder that holds a theatre model")] = "embedded"
    workers: Annotated[int, _says("render workers of this instance; 0 renders nothing here")] = 1
    worker_threads: Annotated[int, _says("CPU threads of a worker; 0 leaves one core free")] = 0
    queue: Annotated[int, _says("clips that may wait for a worker before 503")] = 32
    steps: Annotated[int, _says("denoising steps of a clip's first second, 4 to 24")] = 12
    pace: Annotated[
        float,
        _says("least seconds that the first second of a clip takes to form, so that people see it"),
    ] = 1.2
    bitrate: Annotated[int, _says("H.264 target in kbit/s")] = 2500
    redis_url: Annotated[str, _says("Redis of the fleet; empty means this instance alone")] = ""
    rules: Annotated[str, _says("policy file (TOML); empty means the one that ships")] = ""
    public_url: Annotated[
        str, _says("address people see, for links; empty means the request's")
    ] = ""
    prompts_per_minute: Annotated[int, _says("renders one person may ask for in a minute")] = 12
    writes_per_minute: Annotated[int, _says("other writes of one person in a minute")] = 120
    address_factor: Annotated[int, _says("how many people one address may stand for")] = 5
    viewers: Annotated[int, _says("WebRTC viewers of this instance before 503")] = 500
    sockets: Annotated[int, _says("WebSockets of this instance before 503")] = 5000
    stop_grace: Annotated[float, _says("seconds that a stop waits for renders on air")] = 10.0
    log_level: Annotated[str, _says("debug, info, warning or error")] = "info"


def load(environ: Mapping[str, str], **given: object) -> Settings:
    """Settings from the TOML file, the environment and what the command line gave (not None).

    Raises:
        BadInput: an unknown name or a value of the wrong kind, named.
    """
    values = _from_file(environ.get(PREFIX + "CONFIG", ""))
    names = set(Settings.__struct_fields__)
    values |= {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environ.items()
        if key.startswith(PREFIX) and key.removeprefix(PREFIX).lower() in names
    }
    values |= {key: value for key, value in given.items() if value is not None}
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"settings: {error}") from None


def _from_file(path: str) -> dict[str, object]:
    file = Path(path or "phosphene.toml")
    if not path and not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"settings file {file}: {error}") from None
