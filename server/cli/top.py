"""``phosphene top``: what each device of a running server does, in the terminal."""

import argparse
import http.client
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import msgspec
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Column, Table
from rich.text import Text

from phosphene.cli.listening import UNIX, address_of
from phosphene.cli.options import add_settings, operator_token_of, settings_of
from phosphene.errors import BadInput, PhospheneError, Unauthorized
from phosphene.status import Device, OnDevice, Status

ANSWER_S: Final = 5.0
COLUMNS: Final = ("clip", "prompt", "step", "second", "sigma", "drawn", "slack", "viewers")


class NoAnswer(PhospheneError):
    """The server does not answer; the message says how."""


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("top", help="show what a running server's devices do")
    parser.add_argument("url", nargs="?", help="of the server (default: host and port)")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between looks")
    parser.add_argument("--once", action="store_true", help="look once and end")
    parser.add_argument("--json", action="store_true", help="with --once: print JSON")
    add_settings(parser, "host", "port", "data", "operator_token")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the status again and again until Ctrl-C, or once."""
    settings = settings_of(options)
    if not options.url and settings.host.startswith(UNIX):
        raise BadInput("the server is on a socket in the file system: give its proxy's address")
    url = (options.url or address_of(settings.host, settings.port)).rstrip("/") + "/v1/status"
    token = operator_token_of(settings)
    if options.every <= 0:
        raise BadInput("--every: more than 0 seconds")
    if not options.once:
        return _watch(url, token, options.every)
    body = fetch(url, token)
    if options.json:
        print(body.decode())
    else:
        Console().print(view(read(body)))
    return 0


def fetch(url: str, token: str) -> bytes:
    """What the server says. Raises NoAnswer, Unauthorized, BadInput (no http address)."""
    try:
        asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=ANSWER_S) as answer:
            body: bytes = answer.read()
            return body
    except urllib.error.HTTPError as error:
        if error.code == Unauthorized.status:
            raise Unauthorized(
                "the server wants its operators' token: give --operator-token, or --data with its "
                "data folder"
            ) from None
        raise NoAnswer(f"{url} answers {error.code} {error.reason}") from None
    except (ValueError, http.client.InvalidURL):
        raise BadInput(f"{url} is no address of a server") from None
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{url} does not answer: {getattr(error, 'reason', error)}") from None


def read(body: bytes) -> Status:
    """Raises NoAnswer for an answer that is none of a server's."""
    try:
        return msgspec.json.decode(body, type=Status)
    except msgspec.MsgspecError as error:
        raise NoAnswer(f"that is no status of a server: {error}") from None


def view(status: Status) -> RenderableType:
    """The status as it is shown. Pure."""
    head = Text.assemble(
        (status.instance, "bold"),
        f"  phosphene {status.version}  {status.viewers} viewers  {status.sockets} sockets  ",
        f"{len(status.line)} waiting",
    )
    devices: list[RenderableType] = [_device(device) for device in status.devices]
    return Group(head, *(devices or [Text("no worker is ready", "yellow")]), *_line(status))


def _watch(url: str, token: str, every_s: float) -> int:
    stopped = threading.Event()
    asking = Text(f"asking {url}")
    with (
        suppress(KeyboardInterrupt),
        Live(asking, console=Console(), screen=sys.stdout.isatty()) as shown,
    ):
        while True:
            shown.update(_look(url, token), refresh=True)
            stopped.wait(every_s)
    return 0


def _look(url: str, token: str) -> RenderableType:
    try:
        return view(read(fetch(url, token)))
    except NoAnswer as away:
        return Text(f"{away}; trying again", "yellow")


def _device(device: Device) -> Table:
    title = (
        f"worker {escape(device.worker)}  {escape(device.model)} on {escape(device.device)} "
        f"({escape(device.hardware)})  {len(device.clips)} of {device.places} places"
        f"{'  draining' if device.draining else ''}"
    )
    columns = [Column(name, no_wrap=True) for name in COLUMNS]
    table = Table(*columns, title=title, title_justify="left", caption=_passes(device))
    table.caption_justify = "left"
    for clip in device.clips:
        table.add_row(*_cells(clip))
    return table


def _cells(clip: OnDevice) -> Iterator[str]:
    yield clip.clip[-8:]
    yield escape(clip.text)
    yield f"{'[bold]>[/] ' if clip.stepping else ''}{clip.step}/{clip.steps}"
    yield f"{min(clip.chunk + 1, clip.chunks)}/{clip.chunks}"
    yield f"{clip.sigma:.2f}"
    yield f"{clip.percent:.0f} %"
    yield _slack(clip.slack_s)
    yield str(clip.viewers)


def _slack(slack_s: float | None) -> str:
    if slack_s is None:
        return ""
    return f"[red]{slack_s:.2f} s[/]" if slack_s < 0 else f"{slack_s:.2f} s"


def _passes(device: Device) -> str:
    """Forward passes by how many clips shared them, and what one of them takes."""
    told = [
        f"{one.count} of {one.clips} ({1000 * one.seconds / one.count:.0f} ms)"
        for one in device.passes
        if one.count
    ]
    return "passes by clips in them: " + (", ".join(told) or "none yet")


def _line(status: Status) -> Iterator[RenderableType]:
    if status.line:
        names = ("place", "clip", "prompt", "begins in")
        columns = [Column(name, no_wrap=True) for name in names]
        table = Table(*columns, title="line", title_justify="left")
        for one in status.line:
            table.add_row(
                str(one.place), one.clip[-8:], escape(one.text), f"about {one.wait_s:.0f} s"
            )
        yield table
