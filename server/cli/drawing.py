"""Clips drawn to files for a command that has no server: one worker, a bar on standard error."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from phosphene.errors import RenderFailed
from phosphene.model import Slot
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.prompt_reader import PromptReader
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.render.reading import describe
from phosphene.settings import Settings


class Drawn(Struct, frozen=True, kw_only=True):
    """A clip that was drawn to its end."""

    understood: tuple[Slot, ...]
    files: dict[str, bytes]
    done: messages.Done


class Artist:
    """Draws what is ordered, clip after clip; ``info``: what the worker says of itself."""

    def __init__(self, pool: Pool, info: messages.Ready, bar: Progress, task: TaskID) -> None:
        self.info = info
        self._pool = pool
        self._bar = bar
        self._task = task

    async def read_prompt(self, text: str) -> str:
        """What would be drawn for a text, in one sentence. Raises Busy: the worker is lost."""
        reader = PromptReader(self._pool)
        understood = await reader.read_prompt(text)
        return describe(text, understood, free=reader.reads_freely)

    async def draw(self, order: messages.Render) -> Drawn:
        """Raises RenderFailed, with the reason."""
        understood: tuple[Slot, ...] = ()
        files: dict[str, bytes] = {}
        async for message in self._pool.render_clip(order):
            match message:
                case messages.Progress(percent=percent):
                    self._bar.update(self._task, completed=percent, description="drawing")
                case messages.Started():
                    understood = message.understood
                case messages.Artifact():
                    files[message.kind] = message.data
                case messages.Done():
                    self._bar.update(self._task, completed=100, description="done")
                    return Drawn(understood=understood, files=files, done=message)
                case messages.Failed(reason=reason):
                    raise RenderFailed(reason)
        raise RenderFailed("the worker ended without a clip")


@asynccontextmanager
async def open_artist(
    settings: Settings, *, quiet: bool, command: Sequence[str] | None = None
) -> AsyncIterator[Artist]:
    """A worker with its model loaded, which ends with the block; ``command`` starts it, by default
    that of the settings.

    Raises:
        RenderFailed: no worker can be started.
    """
    with _bar(quiet) as bar:
        task = bar.add_task("loading the model", total=100)
        async with open_pool(settings, command) as pool:
            await pool.wait_ready()
            assert pool.info is not None, "a pool that is ready knows its model"
            yield Artist(pool, pool.info, bar, task)


def _bar(quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description:>18}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        disable=quiet,
        transient=True,
    )
