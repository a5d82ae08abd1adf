"""A render worker without pictures: units of a usual size that carry the time of their sending.

The worker of ``bench.fleet``; it speaks the real messages on its pipes and needs no model.
"""

import asyncio
import os
import sys
import time
from contextlib import suppress

from phosphene.children.frames import read_frame
from phosphene.render import messages
from phosphene.render.schedule import Cost
from phosphene.units import Unit

FPS = 24
KEY_BYTES, BYTES = 48_000, 9_000
"""A keyframe and another picture at about 2 Mbit/s."""

READY = messages.Ready(
    model="stamps",
    fingerprint="stamps",
    device="none",
    width=576,
    height=1024,
    fps=FPS,
    vocabulary={},
    cost=Cost(first=0.1, second=0.01, shown=0.01),
)


class Stamps:
    """Answers orders until standard input ends."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def say(self, answer: messages.Answer) -> None:
        self._writer.write(messages.frame_message(answer))
        await self._writer.drain()

    async def clip(self, order: messages.Render) -> None:
        """One clip, in real time: a unit a tick, latents each second, and the files."""
        await self.say(messages.Started(clip=order.clip, understood=()))
        began = time.monotonic()
        for tick in range(order.seconds * FPS):
            await asyncio.sleep(began + tick / FPS - time.monotonic())
            key = tick % (2 * FPS) == 0
            body = time.time_ns().to_bytes(8, "big") + os.urandom(KEY_BYTES if key else BYTES)
            await self.say(messages.Encoded(order.clip, Unit(tick, key, tick, 0.0, True, body)))
            if tick % FPS == FPS - 1:
                await self.say(
                    messages.ClipCheckpoint(order.clip, tick // FPS + 1, os.urandom(60_000))
                )
        await self.say(messages.Artifact(order.clip, "video", "video/mp4", os.urandom(1_500_000)))
        await self.say(messages.Done(clip=order.clip, frames=order.seconds * FPS, render_s=0.1))


async def serve() -> None:
    """Hear orders."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    out, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), sys.stdout
    )
    stamps = Stamps(asyncio.StreamWriter(out, protocol, None, loop))
    await stamps.say(READY)
    async with asyncio.TaskGroup() as clips:
        while (body := await read_frame(reader)) is not None:
            match messages.decode_order(body):
                case messages.WorkerPing(number):
                    await stamps.say(messages.WorkerPong(number))
                case messages.Render() as order:
                    clips.create_task(stamps.clip(order))


if __name__ == "__main__":
    with suppress(ConnectionError):
        asyncio.run(serve())
