"""A line to a server that breaks: a relay of TCP that cuts connections at what comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress


class Line:
    """``cuts`` holds, for the next connections, after how many bytes of answers each is cut;
    those after the last are left alone. ``connections``: how many there were."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[asyncio.Task[None]] = set()
        self._is_down = False
        self.cuts: list[int] = []
        self.connections = 0
        self.url = ""

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Within, there is no connection."""
        self._is_down = True
        await self.cut_all()
        yield
        self._is_down = False

    async def cut_all(self) -> None:
        """End every connection."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One more connection."""
        task = asyncio.ensure_future(self._relay(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with AsyncExitStack() as closing:
            closing.push_async_callback(_close, writer)
            if self._is_down:
                return
            self.connections += 1
            allowed = self.cuts.pop(0) if self.cuts else None
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
            closing.push_async_callback(_close, back)
            tasks = [
                asyncio.ensure_future(one)
                for one in (_pass(reader, back, None), _pass(there, writer, allowed))
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None
) -> None:
    """Hand bytes on until one side ends, or ``most`` were handed on."""
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data if most is None else data[:most])
            await writer.drain()
            if most is not None and (most := most - len(data)) <= 0:
                return


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def a_line(url: str) -> AsyncIterator[Line]:
    """A line to the server at ``url``."""
    line = Line(int(url.rpartition(":")[2]))
    async with await asyncio.start_server(line.accept, "127.0.0.1", 0) as server:
        line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield line
        finally:
            await line.cut_all()
