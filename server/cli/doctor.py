"""``phosphene doctor``: what is here, what is missing and why it matters."""

import argparse
import asyncio
import importlib.metadata
import os
import platform
import shutil
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import av
import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from phosphene.blobs.blobs import Address, Blobs, BlobsAway
from phosphene.blobs.opening import films_in_bucket, films_of
from phosphene.cli.listening import UNIX
from phosphene.cli.options import add_settings, settings_of
from phosphene.disk_usage import Usage
from phosphene.errors import BadInput, Busy
from phosphene.fleet.blob_messages import Undeliverable, store_of
from phosphene.fleet.diagnostics import FleetView, try_blob_store, view_fleet
from phosphene.render.preflight import (
    class_of,
    installed_renderer,
    locate_model,
    read_index,
    vet_model,
)
from phosphene.settings import PREFIX, Settings, hide_passwords, shown
from phosphene.store.connection import SqlConnection
from phosphene.store.filesystem import need_local
from phosphene.store.one_query import look_once

FREE_DISK_GB = 1.0
ANSWER_S = 5.0
POSTGRES = 15
PACKAGES = {
    "torch": "workers diffuse with it; phosphene[worker]",
    "diffusers": "models are loaded in its layout",
    "accelerate": "many diffusers models refuse to load without it; phosphene[models]",
    "transformers": "text encoders of models other than the embedded one; phosphene[models]",
    "ftfy": "the same",
    "opencv-python-headless": "looks at cameras in presence checks; phosphene[likeness]",
    "aiortc": "WebRTC: without it nobody watches live",
    "uvloop": "a faster event loop; the standard one serves too",
    "c2pa-python": "signs each MP4 with where it came from",
}
OPTIONAL = {"uvloop", "accelerate", "transformers", "ftfy", "opencv-python-headless"}
FOR_DRAWING = {"torch", "diffusers"}
MARKS = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "missing": "[red]missing[/]"}


class Finding(Struct, frozen=True):
    """One thing looked at; ``missing`` means that the server cannot work as it should."""

    what: str
    state: Literal["ok", "note", "missing"]
    found: str
    why: str


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("doctor", help="say what is here and what is missing")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--settings", action="store_true", help="print all settings and end")
    add_settings(parser, "data", "model", "redis_url", "blobs", "host", "port")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Look at everything; the exit status is 1 when something needed is missing."""
    settings = settings_of(options)
    if options.settings:
        _print_settings(settings)
        return 0
    findings = list(examine(settings))
    if options.json:
        print(msgspec.json.encode(findings).decode())
    else:
        _print(findings)
    return int(any(finding.state == "missing" for finding in findings))


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which a start would meet them."""
    yield _python()
    optional = OPTIONAL if settings.workers else OPTIONAL | FOR_DRAWING
    yield from (_package(name, name in optional) for name in PACKAGES)
    yield _encoder()
    yield _model(settings.model, here=settings.workers > 0)
    yield _data(Path(settings.data), settings)
    if settings.database_url:
        yield _postgres(settings.database_url)
    if films_in_bucket(settings):
        yield _films(settings)
    if not settings.host.startswith(UNIX):
        yield _port(settings.host, settings.port)
    yield from _fleet(settings)
    yield _cores()
    yield _gpu()
    yield from (_program(name) for name in ("redis-server", "chromium"))


def _python() -> Finding:
    state: Literal["ok", "missing"] = "ok" if sys.version_info >= (3, 11) else "missing"
    return Finding("Python", state, platform.python_version(), "3.11 or newer runs Phosphene")


def _package(name: str, optional: bool) -> Finding:
    why = PACKAGES[name]
    try:
        return Finding(name, "ok", importlib.metadata.version(name), why)
    except importlib.metadata.PackageNotFoundError:
        state: Literal["note", "missing"] = "note" if optional else "missing"
        return Finding(name, state, "not installed", why)


def _encoder() -> Finding:
    why = "every picture that is watched passes through it"
    if "libx264" in av.codecs_available:
        return Finding("H.264 encoder", "ok", "libx264", why)
    return Finding("H.264 encoder", "missing", "PyAV was built without libx264", why)


def _model(model: str, *, here: bool) -> Finding:
    why = "what draws the clips"
    try:
        vet_model(model, here=here)
        if (entry := installed_renderer(model)) is not None:
            return Finding(f"model {model}", "ok", f"{entry.value} of another package", why)
        folder = locate_model(model)
    except BadInput as error:
        return Finding(f"model {model}", "missing", str(error), why)
    if folder is None:
        return Finding(f"model {model}", "note", "on the hub: fetched when a worker starts", why)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Finding(f"model {model}", "ok", f"{class_of(read_index(folder))}, {_bytes(size)}", why)


def _bytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _data(folder: Path, settings: Settings) -> Finding:
    why = "holds the database, the files and the keys"
    home = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not os.access(home, os.W_OK):
        return Finding("data folder", "missing", f"{home} cannot be written", why)
    try:
        if not settings.database_url:
            need_local(folder / "phosphene.db")
    except BadInput as error:
        return Finding("data folder", "missing", str(error), why)
    free, usage = shutil.disk_usage(home).free / 1e9, Usage(settings.data_budget)
    if folder.exists():
        usage.measure_folder(folder, time.time())
    roomy = free >= FREE_DISK_GB and usage.used <= usage.keep_below(settings.notice_days)
    found = f"{folder}, {_bytes(usage.used)} used"
    if usage.budget < inf:
        found += f" of {_bytes(int(usage.budget))}"
    return Finding("data folder", "ok" if roomy else "note", f"{found}, {free:.1f} GB free", why)


def _postgres(url: str) -> Finding:
    why = "holds everything but films and keys"
    try:
        version = look_once(url, _postgres_version)
    except (BadInput, Busy) as error:
        return Finding("PostgreSQL", "missing", str(error), why)
    state: Literal["ok", "missing"] = "ok" if version >= POSTGRES else "missing"
    found = f"{version} at {hide_passwords(url)}; {POSTGRES} or newer is needed"
    return Finding("PostgreSQL", state, found, why)


def _postgres_version(cx: SqlConnection) -> int:
    """The number of its major release."""
    (number,) = cx.execute("SELECT current_setting('server_version_num')").fetchone()
    return int(number) // 10_000


def _films(settings: Settings) -> Finding:
    why = "finished clips lie there, and browsers read them there"
    try:
        films = films_of(settings)
        films.read_mark()
        shared = asyncio.run(_read_as_a_page(films))
    except (BlobsAway, OSError) as error:
        said = error.why if isinstance(error, BlobsAway) else error
        return Finding("films", "missing", f"{settings.blobs}: {said}", why)
    except BadInput as error:
        return Finding("films", "missing", str(error), why)
    found = f"{settings.blobs}, read at {', '.join(films.origins)}"
    if not shared:
        return Finding("films", "missing", f"{found}, where pages need a rule for CORS", why)
    return Finding("films", "ok", found, why)


async def _read_as_a_page(films: Blobs) -> bool:
    """Whether a page may read what its browser is sent to. Raises BlobsAway, OSError: nothing can
    be kept or read there."""
    name = await films.put(b"what doctor keeps, reads and deletes", ".jpg", "private")
    try:
        address = await films.locate_blob(name, "private")
        assert isinstance(address, Address), "films in a bucket have addresses"
        # After a redirect from another origin a browser says that its own is null (Fetch, 4.4).
        asked = urllib.request.Request(address.url, headers={"Origin": "null"})
        with await asyncio.to_thread(urllib.request.urlopen, asked, timeout=ANSWER_S) as answer:
            return answer.headers.get("Access-Control-Allow-Origin") in {"*", "null"}
    finally:
        await films.delete_blob(name)


def _port(host: str, port: int) -> Finding:
    why = "where the server listens"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As the server does: without it connections of a server that has just ended would be told
        # as a port in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return Finding("port", "note", f"{host}:{port}: {error.strerror}", why)
    return Finding("port", "ok", f"{host}:{port} is free", why)


def _fleet(settings: Settings) -> Iterator[Finding]:
    why = "lets several instances share one audience and workers; one instance needs none"
    if not settings.redis_url:
        yield Finding("Redis", "ok", "not configured: this instance alone", why)
        return
    # Without the password: what doctor prints is pasted into reports of faults.
    where = urlsplit(settings.redis_url).netloc.rpartition("@")[2] or settings.redis_url
    try:
        seen = view_fleet(settings.redis_url)
    except (OSError, ValueError) as error:
        yield Finding("Redis", "missing", f"{where}: {error}", why)
        return
    state: Literal["ok", "missing"] = "ok" if seen.is_supported else "missing"
    yield Finding("Redis", state, f"{seen.version} at {where}; 7 or newer is needed", why)
    yield _workers(seen)
    yield _blobs(store_of(settings))


def _workers(seen: FleetView) -> Finding:
    state: Literal["ok", "note"] = "ok" if seen.fit else "note"
    found = ", ".join(seen.workers) or "none beats now"
    return Finding("remote workers", state, found, "draw what own workers have no room for")


def _blobs(where: str) -> Finding:
    why = "carries what is too large for Redis, to and from remote workers"
    try:
        try_blob_store(where)
    except (BadInput, Undeliverable) as error:
        return Finding("blob store", "missing", str(error), why)
    return Finding("blob store", "ok", where, why)


def _cores() -> Finding:
    cores = os.cpu_count() or 1
    state: Literal["ok", "note"] = "ok" if cores > 1 else "note"
    return Finding("CPU", state, f"{cores} cores", "one draws, one serves; a single one does both")


def _gpu() -> Finding:
    found = "NVIDIA driver" if shutil.which("nvidia-smi") else "none: the CPU draws"
    return Finding("GPU", "ok", found, "larger models want one, the embedded model does not")


def _program(name: str) -> Finding:
    path = shutil.which(name)
    return Finding(name, "ok" if path else "note", path or "not installed", "only the tests use it")


def _print(findings: list[Finding]) -> None:
    table = Table("", "what", "found", "why it matters", box=None, pad_edge=False)
    for finding in findings:
        table.add_row(MARKS[finding.state], finding.what, finding.found, finding.why)
    Console().print(table)


def _print_settings(settings: Settings) -> None:
    table = Table("environment", "now", "what it is for", box=None, pad_edge=False)
    for name, kind in Settings.__annotations__.items():
        about = kind.__metadata__[0].description
        table.add_row(PREFIX + name.upper(), shown(name, settings), about)
    Console().print(table)
