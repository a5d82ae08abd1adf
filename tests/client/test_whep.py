"""Pictures of a clip on air, received as any viewer receives them."""

import asyncio

import pytest

from phosphene.client import Client
from phosphene.client.whep import open_frames
from phosphene.errors import NotFound, RenderFailed
from phosphene.events import ClipFailed
from phosphene.model import clip_topic
from tests.events import events_until, until_subscribed
from tests.support import Instance

SOON_S = 60


@pytest.mark.asyncio
async def test_a_clip_is_seen_from_its_noise_to_the_end_of_its_run(server: Instance) -> None:
    async with Client(server.url) as client, asyncio.timeout(SOON_S):
        clip = await client.create_clip("a red disc", seconds=1)
        async with open_frames(client, clip.id) as frames:
            sizes = [(frame.width, frame.height) async for frame in frames]
        assert (await client.get_clip(clip.id)).clip.status == "done"
    assert len(sizes) > clip.fps / 2  # its run has a second of them, and the first is a keyframe
    assert set(sizes) <= {(clip.width, clip.height), (clip.width // 2, clip.height // 2)}


@pytest.mark.asyncio
async def test_what_will_never_be_on_air_is_said(server: Instance) -> None:
    async with Client(server.url) as client, asyncio.timeout(SOON_S):
        with pytest.raises(NotFound):
            async with open_frames(client, "nothing"):
                pass
        clip = await client.create_clip("a disc that is stopped", seconds=10)
        async with client.follow_topics(clip_topic(clip.id)) as events:
            await until_subscribed(events)
            await client.delete_clip(clip.id)
            await events_until(events, ClipFailed)
        with pytest.raises(RenderFailed, match="cancelled"):
            async with open_frames(client, clip.id):
                pass
