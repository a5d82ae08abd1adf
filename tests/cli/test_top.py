"""What operators see of a server, drawn and asked for."""

import msgspec
import pytest
from rich.console import Console

from phosphene.cli.top import NoAnswer, fetch, read, view
from phosphene.errors import BadInput
from phosphene.status import Device, InLine, OnDevice, Passes, Status
from tests.cli.test_commands import phosphene
from tests.support import free_port

STATUS = Status(
    instance="here:8000",
    version="0.1.0",
    viewers=5,
    sockets=6,
    devices=[
        Device(
            worker="4711",
            model="theatre",
            device="cpu",
            hardware="x86_64 AVX512",
            places=3,
            clips=[
                OnDevice(clip="01m83w6xsa2cqynf7000", text="a [red] fox", step=3, steps=12,
                         chunk=0, chunks=5, sigma=0.25, percent=15, slack_s=-0.2, viewers=2),
                OnDevice(clip="01m83w6xsa2cqynf7001", text="an owl"),
            ],
            passes=[Passes(1, 40, 0.4), Passes(2, 10, 0.15)],
        )
    ],
    line=[InLine("01m83w6xsa2cqynf7002", "a whale", 1, 7.6)],
)  # fmt: skip


def shown(status: Status) -> str:
    console = Console(width=120, record=True, quiet=False, file=None)
    with console.capture() as captured:
        console.print(view(status))
    return captured.get()


def test_every_clip_on_every_device_is_shown_and_the_line() -> None:
    text = shown(read(msgspec.json.encode(STATUS)))
    for said in ("here:8000", "5 viewers", "4711", "2 of 3 places", "a [red] fox", "3/12", "1/5"):
        assert said in text
    for said in ("0.25", "15 %", "-0.20 s", "40 of 1 (10 ms)", "10 of 2 (15 ms)", "an owl"):
        assert said in text
    assert "about 8 s" in text
    assert "no worker" in shown(msgspec.structs.replace(STATUS, devices=[]))


@pytest.mark.process
def test_a_server_that_is_away_is_said_so() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(NoAnswer, match="does not answer"):
        fetch(url, "")
    with pytest.raises(BadInput, match="no address"):
        fetch("nonsense", "")
    with pytest.raises(NoAnswer, match="no status"):
        read(b"<html>")
    done = phosphene("top", url, "--once")
    assert done.returncode == 1
    assert done.stderr.startswith("phosphene: http://127.0.0.1")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.process
def test_a_server_on_a_path_is_asked_through_its_proxy() -> None:
    done = phosphene("top", "--once", "--host", "unix:/run/x")
    assert done.returncode == 1
    assert "proxy" in done.stderr
