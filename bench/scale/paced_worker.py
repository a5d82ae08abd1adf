"""A render worker that sends the stream of ``bench.material`` in real time, for LASTS_S seconds.

The worker of ``bench.scale check``: what it sends costs nothing to draw, so that the cores are the
instances' and the receivers'.
"""

import asyncio
import os
import sys
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from bench.material import FPS, GOP, HEIGHT, WIDTH, make
from phosphene.children.frames import read_frame
from phosphene.render import messages
from phosphene.render.schedule import Cost
from phosphene.units import Unit

LASTS_S: Final = "PACED_WORKER_LASTS_S"
READY: Final = messages.Ready(
    model="paced",
    fingerprint="0" * 64,
    device="none",
    width=WIDTH,
    height=HEIGHT,
    fps=FPS,
    vocabulary={},
    cost=Cost(first=0.1, second=0.01, shown=0.01),
)


async def send_clip(order: messages.Render, units: list[Unit], out: asyncio.StreamWriter) -> None:
    """The stream again and again, a unit a tick; the clip has no files, and so it fails then."""

    def say(answer: messages.Answer) -> None:
        out.write(messages.frame_message(answer))

    say(messages.Started(clip=order.clip, understood=()))
    began = time.monotonic()
    for tick in count():
        if tick == float(os.environ[LASTS_S]) * FPS:
            break
        await asyncio.sleep(began + tick / FPS - time.monotonic())
        body = units[tick % len(units)].data
        say(messages.Encoded(order.clip, Unit(tick, tick % GOP == 0, tick, 0.0, True, body)))
    say(messages.Failed(clip=order.clip, reason="the end of the measurement"))


async def serve() -> None:
    """Hear orders until standard input ends."""
    with tempfile.TemporaryDirectory() as folder:
        units = make(Path(folder) / "material")
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    pipe, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), sys.stdout
    )
    out = asyncio.StreamWriter(pipe, protocol, None, loop)
    out.write(messages.frame_message(READY))
    async with asyncio.TaskGroup() as clips:
        while (body := await read_frame(reader)) is not None:
            match messages.decode_order(body):
                case messages.WorkerPing(number):
                    out.write(messages.frame_message(messages.WorkerPong(number)))
                case messages.Render() as order:
                    clips.create_task(send_clip(order, units, out))


if __name__ == "__main__":
    with suppress(ConnectionError):
        asyncio.run(serve())
