"""The texts that a clip was made by, with those of the clips that it goes on from."""

import pytest

from phosphene.errors import NotFound
from phosphene.model import Clip, Person, Recipe, Steer
from phosphene.studio.said_before import GENERATIONS, texts_of

pytestmark = pytest.mark.asyncio


def clip(number: int, *, parent: int | None, lines: tuple[str, ...] = ()) -> Clip:
    steering = tuple(Steer(line, frame=24) for line in lines)
    recipe = Recipe(
        model="m",
        fingerprint="f",
        text=f"text {number}",
        seed=1,
        seconds=5,
        width=512,
        height=896,
        fps=24,
        steps=8,
        steering=steering,
    )
    return Clip(
        id=str(number),
        author=Person("p", "somebody"),
        text=f"text {number}",
        seconds=5,
        status="done",
        created_at=1.0,
        parent=str(parent) if parent is not None else None,
        recipe=recipe,
    )


async def test_the_chain_is_read_from_its_oldest_with_the_lines_of_each() -> None:
    clips = {"1": clip(1, parent=None, lines=("then it rains",)), "2": clip(2, parent=1)}

    async def get_clip(clip_id: str) -> Clip:
        return clips[clip_id]

    found = await texts_of(get_clip, clip(3, parent=2, lines=("a door opens", "a horse comes")))
    first = ("text 1", "then it rains", "text 2")
    assert found == (*first, "text 3", "a door opens", "a horse comes")


async def test_a_removed_parent_and_a_long_chain_end_it() -> None:
    async def gone(clip_id: str) -> Clip:
        raise NotFound(clip_id)

    async def endless(clip_id: str) -> Clip:
        return clip(int(clip_id), parent=int(clip_id) - 1)

    assert await texts_of(gone, clip(3, parent=2)) == ("text 3",)
    assert len(await texts_of(endless, clip(100, parent=99))) == GENERATIONS
