"""A server that is killed and comes back, under a client of each language."""

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from phosphene.client import Client
from phosphene.events import Commented
from phosphene.model import clip_topic
from phosphene.social.protocol import Subscribed
from phosphene.store.sqlite import open_store
from tests.client.page import a_page
from tests.social.serving import a_clip
from tests.support import free_port, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
CLIP = "restarted"
SAID = [f"number {number}" for number in range(60)]
MIDDLE = SAID[20]
SOON_S = 120
FOLLOW = """
async ([server, clip, last]) => {
  const { clipTopic, follow } = await import(`${server}/client.js`);
  const heard = [];
  for await (const { snapshot, event } of follow([clipTopic(clip)])) {
    if (snapshot) window.began = (window.began ?? 0) + 1;
    if (event?.type === 'commented') heard.push(event.comment.text);
    if (heard.at(-1) === last) return [heard, window.began];
  }
}
"""


async def listen(client: Client, begun: asyncio.Event, middle: asyncio.Event) -> list[str]:
    """The comments up to the last; ``begun`` is set at the snapshot, ``middle`` half-way."""
    heard = list[str]()
    async with client.follow_topics(clip_topic(CLIP)) as events:
        async for told in events:
            if isinstance(told, Subscribed):
                assert not begun.is_set()
                begun.set()
            elif isinstance(told.event, Commented):
                heard.append(told.event.comment.text)
            if MIDDLE in heard:
                middle.set()
            if SAID[-1] in heard:
                break
    return heard


async def talk(client: Client) -> None:
    for text in SAID:
        await client.write_comment(CLIP, text)


@pytest.mark.asyncio
async def test_nothing_is_lost_or_doubled_over_a_server_that_is_killed(tmp_path: Path) -> None:
    port, begun, middle = free_port(), asyncio.Event(), asyncio.Event()
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "data").mkdir()
    async with open_store(tmp_path / "data" / "phosphene.db", "test", time.time) as store:
        await store.add_clip(a_clip(CLIP, status="done"))

    def serve(stack: ExitStack) -> None:
        server = stack.enter_context(instance(tmp_path / "data", port=port, workers=0))
        stack.callback(server.process.kill)

    async with asyncio.timeout(SOON_S), a_page() as page, Client(url) as client:
        with ExitStack() as first:
            await asyncio.to_thread(serve, first)
            shown = asyncio.ensure_future(page.evaluate(FOLLOW, [url, CLIP, SAID[-1]]))
            await page.wait_for_function("window.began")
            heard = asyncio.ensure_future(listen(client, begun, middle))
            await begun.wait()
            talking = asyncio.ensure_future(talk(client))
            await middle.wait()
        with ExitStack() as second:
            await asyncio.to_thread(serve, second)
            await talking
            assert await heard == SAID
            assert await shown == [SAID, 1]
            kept = [one.text async for one in client.iterate_comments(CLIP)]
    assert kept[::-1] == SAID
