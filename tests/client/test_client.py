"""What a person does through the client, on a real server."""

import asyncio
from pathlib import Path

import pytest

from phosphene.client import Client, Unreachable
from phosphene.errors import AlreadyTaken, BadInput, NotFound, Refused, Unauthorized, Unusable
from phosphene.events import ClipFinished
from phosphene.model import Clip, clip_topic
from phosphene.social.protocol import Subscribed
from tests.client.line import a_line
from tests.support import Instance

SOON_S = 30


async def finished(client: Client, clip: str) -> Clip:
    """The clip when it is done."""
    async with asyncio.timeout(SOON_S), client.follow_topics(clip_topic(clip)) as events:
        async for told in events:
            if isinstance(told, Subscribed):
                assert told.snapshot is not None
                now = told.snapshot.clip
            elif isinstance(told.event, ClipFinished):
                now = told.event.clip
            if now is not None and now.status == "done":
                return now
    raise AssertionError("the events ended")


@pytest.mark.asyncio
async def test_a_prompt_becomes_a_clip_a_remix_and_a_file(server: Instance, tmp_path: Path) -> None:
    async with Client(server.url) as client:
        clip = await client.create_clip("a red disc", seconds=1, seed=7)
        assert (clip.status, clip.text) == ("queued", "a red disc")
        done = await finished(client, clip.id)
        assert done.recipe is not None
        assert done.recipe.seed == 7
        await client.save_video(clip.id, tmp_path / "disc.mp4")
        remix = await client.remix_clip(clip.id, "a blue disc", strength=0.5)
        assert remix.parent == clip.id
        with pytest.raises(Unusable, match="at most 0"):  # nothing would be left to draw
            await client.fork_clip(clip.id, 1, "a disc")
        family = await client.read_lineage(clip.id)
    assert (tmp_path / "disc.mp4").read_bytes()[4:8] == b"ftyp"
    assert not (tmp_path / ".disc.mp4.part").exists()
    assert [one.id for one in family.clips] == [clip.id, remix.id]


@pytest.mark.asyncio
async def test_likes_and_comments_count_once(server: Instance) -> None:
    async with Client(server.url) as client:
        clip = (await client.create_clip("a disc")).id
        assert (await client.like_clip(clip)).counts.likes == 1
        assert (await client.like_clip(clip)).counts.likes == 1
        assert (await client.get_clip(clip)).liked
        assert (await client.unlike_clip(clip)).counts.likes == 0
        first = await client.write_comment(clip, "hello", key="a-key-of-mine")
        assert await client.write_comment(clip, "hello", key="a-key-of-mine") == first
        for number in range(3):
            await client.write_comment(clip, f"number {number}")
        page = await client.list_comments(clip, limit=3)
        everything = [one.text async for one in client.iterate_comments(clip)]
    assert page.cursor is not None
    assert everything == ["number 2", "number 1", "number 0", "hello"]


@pytest.mark.asyncio
async def test_a_comment_is_answered_changed_liked_pinned_and_removed(server: Instance) -> None:
    async with Client(server.url) as client:
        clip = (await client.create_clip("a disc")).id
        first = await client.write_comment(clip, "hello")
        answer = await client.write_comment(clip, "hello you", parent=first.id)
        assert (await client.list_comments(clip, parent=first.id)).comments == (answer,)
        assert (await client.edit_comment(first, "good day")).text == "good day"
        assert (await client.like_comment(first)).likes == 1
        assert (await client.like_comment(first, on=False)).likes == 0
        await client.pin_comment(first)
        pinned = (await client.list_comments(clip)).pinned
        assert pinned is not None
        assert (pinned.text, pinned.replies) == ("good day", 1)
        await client.pin_comment(first, on=False)
        await client.remove_comment(first)
        assert (await client.list_comments(clip)).comments == ()


@pytest.mark.asyncio
async def test_lists_are_read_to_their_end(server: Instance) -> None:
    async with Client(server.url) as client:
        made = [(await client.create_clip(f"a disc {number}", seconds=1)).id for number in range(3)]
        for clip in made:
            await finished(client, clip)
        latest = [clip.id async for clip in client.iterate_clips()]
        async with asyncio.timeout(SOON_S):
            feed = list[str]()
            while not set(made[1:]) <= set(feed):  # what is ranked may be a second old
                feed = [clip.id async for clip in client.iterate_feed(liked=made[:1])]
                assert len(feed) == len(set(feed))
                assert made[0] not in feed
    assert latest[:3] == made[::-1]
    assert len(latest) == len(set(latest))


@pytest.mark.asyncio
async def test_a_clip_is_removed_once(server: Instance) -> None:
    async with Client(server.url) as client, Client(server.url) as other:
        clip = await client.create_clip("a disc", seconds=1)
        await finished(client, clip.id)
        with pytest.raises(NotFound):
            await other.delete_clip(clip.id)
        await client.delete_clip(clip.id)
        with pytest.raises(NotFound) as gone:
            await client.get_clip(clip.id)
    assert gone.value.problem is not None
    assert (gone.value.problem.status, gone.value.problem.type) == (404, "/problems/not-found")
    assert gone.value.problem.request_id


@pytest.mark.asyncio
async def test_a_problem_is_the_exception_that_it_was(server: Instance) -> None:
    async with Client(server.url) as client, Client(server.url) as other:
        with pytest.raises(Refused) as refused:
            await client.create_clip("a naked child")
        assert refused.value.refusal.message
        with pytest.raises(BadInput, match="seconds"):
            await client.create_clip("a disc", seconds=11)
        assert (await client.change_handle("of_this_test")).handle == "of_this_test"
        assert (await client.read_me()).person.handle == "of_this_test"
        with pytest.raises(AlreadyTaken):
            await other.change_handle("of_this_test")
    async with Client(server.url, token="nobody's") as nobody:
        with pytest.raises(Unauthorized):
            await nobody.list_clips()


@pytest.mark.asyncio
async def test_what_is_no_server_of_ours_is_said(server: Instance) -> None:
    async with Client("http://127.0.0.1:1", patience_s=0) as client:
        with pytest.raises(Unreachable, match="does not answer"):
            await client.list_clips()
        with pytest.raises(Unreachable, match="does not answer"):
            async with client.follow_topics("feed"):
                pass
    async with Client(server.url + "/client") as client:
        with pytest.raises(NotFound):
            await client.list_clips()
    for address in ("http://[", "localhost:8000", "ftp://localhost", "http://"):
        with pytest.raises(BadInput, match="no address"):
            Client(address)


@pytest.mark.asyncio
async def test_a_wish_whose_answer_was_lost_is_granted_once(server: Instance) -> None:
    token = await a_token(server)
    async with a_line(server.url) as line:
        line.cuts = [0, 40, 0]
        async with Client(line.url, token=token) as client:
            clip = await client.create_clip("a disc whose answer was lost", seconds=1)
        assert line.connections == 4
        line.cuts = [0, 40]
        async with Client(line.url, token=token) as client:
            await client.write_comment(clip.id, "said once")
            found = [one.id async for one in client.iterate_clips() if one.text == clip.text]
            said = [one.text async for one in client.iterate_comments(clip.id)]
    assert (found, said) == ([clip.id], ["said once"])


@pytest.mark.asyncio
async def test_a_guest_is_who_they_were_when_their_first_wish_is_repeated(server: Instance) -> None:
    async with a_line(server.url) as line:
        line.cuts = [10_000, 0]
        async with Client(line.url) as client:
            clip = await client.create_clip("the first wish of a guest", seconds=1)
            assert (await client.read_me()).person.id == clip.author.id
            found = [one.id async for one in client.iterate_clips() if one.text == clip.text]
    assert found == [clip.id]


@pytest.mark.asyncio
async def test_a_deletion_whose_answer_was_lost_is_not_asked_for_again(server: Instance) -> None:
    token = await a_token(server)
    async with a_line(server.url) as line, Client(line.url, token=token) as client:
        line.cuts = [0]
        with pytest.raises(Unreachable):
            await client.delete_clip("whatever")
        assert line.connections == 1


async def a_token(server: Instance) -> str:
    async with Client(server.url) as client:
        await client.read_me()
        return client.token
