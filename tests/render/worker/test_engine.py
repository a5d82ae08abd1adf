"""The engine on its own thread, with drawings that are a few lines each."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np
import pytest

from phosphene.model import Steer
from phosphene.render.worker.engine import DeviceRequest, Engine, open_engine
from phosphene.render.worker.renderer import Drawing, Forward, Patch
from phosphene.status import Standing


@dataclass
class Model:
    """Doubles numbers, several at once; notes what it was given together."""

    calls: list[list[int]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    gate: threading.Event | None = None

    def together(self, numbers: Sequence[int]) -> list[int]:
        if self.gate is not None:
            self.gate.wait()
        self.calls.append(list(numbers))
        if len(numbers) > 1 and 13 in numbers:
            raise MemoryError("out of memory")
        if 99 in numbers:
            raise ArithmeticError("not finite")
        return [2 * number for number in numbers]

    def draw(self, number: int, steps: int = 3, key: str = "k", passes: int = 2) -> Drawing:
        """Each step makes ``passes`` forward passes; the latents tell the last result."""
        try:
            made, text = 0, None
            for step in range(1, steps + 1):
                if text is not None:
                    yield Steer(text, 0, step)
                for _ in range(passes):
                    made = yield Forward(key, number, self.together)
                text = yield patch(step, steps)
            return str(made).encode()
        finally:
            self.closed.append(number)


def patch(step: int, steps: int) -> Patch:
    blank = np.zeros((3, 2), np.uint8)
    return Patch(step, 0, 1, 0.5, lambda _: blank, False, step, steps, 0, 1)


@contextmanager
def engine() -> Iterator[tuple[Engine, list[int], list[list[str]]]]:
    sizes: list[int] = []
    traced: list[list[str]] = []
    with open_engine(
        count_pass=lambda size, _: sizes.append(size),
        mark_inflight=lambda clips: traced.append(list(clips)),
    ) as made:
        yield made, sizes, traced


async def follow(made: Engine, request: DeviceRequest, due: float = inf) -> tuple[int, bytes]:
    """How many patches a clip has, and its latents."""
    patches = 0
    try:
        made.want_patch(request, due)
        while not isinstance(news := await request.next_news(), bytes):
            if isinstance(news, Patch):
                patches += 1
                made.want_patch(request, due)
        return patches, news
    finally:
        await made.remove_clip(request)


async def all_at_once(made: Engine, model: Model, *drawings: Drawing) -> list[Any]:
    """What becomes of clips that all want their first patch before the device is free."""
    model.gate = threading.Event()
    requests = [made.add_clip(str(at), str(at), one) for at, one in enumerate(drawings)]
    following = [asyncio.create_task(follow(made, request)) for request in requests]
    asyncio.get_running_loop().call_soon(model.gate.set)  # after each has begun to follow
    return await asyncio.gather(*following, return_exceptions=True)


@pytest.mark.asyncio
async def test_a_clip_alone_goes_from_its_first_patch_to_its_latents() -> None:
    model = Model()
    with engine() as (made, sizes, traced):
        request = made.add_clip("a", "me", model.draw(4))
        assert await follow(made, request) == (3, b"8")
    assert sizes == [1] * 6
    assert model.closed == [4]
    assert request.spent > 0
    assert not request.shared
    assert traced[0] == ["a"]
    assert traced[-1] == []


@pytest.mark.asyncio
async def test_clips_share_forward_passes_and_each_gets_its_own_result() -> None:
    model = Model()
    with engine() as (made, sizes, traced):
        ends = await all_at_once(made, model, *(model.draw(number, 20) for number in range(3)))
    assert ends == [(20, f"{2 * number}".encode()) for number in range(3)]
    assert max(sizes) == 3
    assert len(model.calls) < 3 * 40
    assert sum(sizes) == 3 * 40
    assert ["0", "1", "2"] in [sorted(clips) for clips in traced]


@pytest.mark.asyncio
async def test_passes_of_other_keys_and_lone_clips_are_made_apart() -> None:
    model = Model()
    with engine() as (made, sizes, _):
        lone = asyncio.create_task(
            follow(made, made.add_clip("l", "l", model.draw(7, 5), lone=True))
        )
        ends = await all_at_once(made, model, model.draw(1, 5, "x"), model.draw(2, 5, "y"))
        assert await lone == (5, b"14")
    assert ends == [(5, b"2"), (5, b"4")]
    assert set(sizes) == {1}


@pytest.mark.asyncio
async def test_a_pass_for_which_there_is_no_room_is_made_for_each_alone() -> None:
    model = Model()
    with engine() as (made, _, _):
        ends = await all_at_once(made, model, model.draw(13), model.draw(5), model.draw(6))
    assert ends == [(3, b"26"), (3, b"10"), (3, b"12")]
    assert any(13 in call and len(call) > 1 for call in model.calls)


@pytest.mark.asyncio
async def test_a_clip_that_fails_takes_nobody_with_it() -> None:
    model = Model()
    with engine() as (made, _, _):
        ends = await all_at_once(made, model, model.draw(1), model.draw(99), model.draw(2))
    assert ends[0] == (3, b"2")
    assert isinstance(ends[1], ArithmeticError)
    assert ends[2] == (3, b"4")
    assert sorted(model.closed) == [1, 2, 99]


@pytest.mark.asyncio
async def test_a_step_without_a_forward_pass_may_fail_too() -> None:
    def broken() -> Drawing:
        yield patch(1, 2)
        raise ValueError("unreadable")

    model = Model()
    with engine() as (made, _, _):
        ends = await all_at_once(made, model, broken(), model.draw(2))
    assert isinstance(ends[0], ValueError)
    assert ends[1] == (3, b"4")


@pytest.mark.asyncio
async def test_a_clip_that_leaves_makes_no_step_after_the_one_that_is_going_on() -> None:
    model = Model(gate=threading.Event())
    assert model.gate is not None
    with engine() as (made, _, _):
        request = made.add_clip("a", "me", model.draw(4, steps=50))
        made.want_patch(request, inf)
        asyncio.get_running_loop().call_soon(model.gate.set)  # after the request is dropped
        await made.remove_clip(request)
        assert len(model.calls) <= 1
        assert model.closed == [4] or not model.calls
        made.want_patch(request, inf)
        assert await follow(made, made.add_clip("b", "me", model.draw(5))) == (3, b"10")
    assert [4] not in model.calls[1:]


@pytest.mark.asyncio
async def test_no_patch_is_made_that_nobody_wants() -> None:
    model = Model()
    with engine() as (made, _, _):
        request = made.add_clip("a", "me", model.draw(4))
        made.want_patch(request, inf)
        assert isinstance(await request.next_news(), Patch)
        assert await follow(made, made.add_clip("b", "b", model.draw(5))) == (3, b"10")
        assert model.calls.count([4]) == 2
        await made.remove_clip(request)


@pytest.mark.asyncio
async def test_a_steering_text_reaches_the_drawing_with_its_next_step() -> None:
    model = Model()
    with engine() as (made, _, _):
        request = made.add_clip("a", "me", model.draw(4))
        made.want_patch(request, inf)
        assert isinstance(await request.next_news(), Patch)
        request.steer_to("at night")
        made.want_patch(request, inf)
        assert await request.next_news() == Steer("at night", 0, 2)
        assert isinstance(await request.next_news(), Patch)
        await made.remove_clip(request)


@pytest.mark.asyncio
async def test_the_earliest_deadline_goes_first() -> None:
    model = Model(gate=threading.Event())
    assert model.gate is not None
    with engine() as (made, _, _):
        requests = {
            due: made.add_clip(f"at {due}", str(due), model.draw(int(due), 1, f"{due}"))
            for due in (30.0, 10.0, 20.0)
        }
        following = []
        for due, request in requests.items():
            following.append(asyncio.create_task(follow(made, request, due - 1e9)))
        asyncio.get_running_loop().call_soon(model.gate.set)  # after all of them want a patch
        await asyncio.gather(*following)
    # The first was on the device before the others came.
    assert [numbers[0] for numbers in model.calls if numbers != [30]] == [10, 10, 20, 20]


@pytest.mark.asyncio
async def test_operators_see_where_each_clip_stands() -> None:
    model = Model(gate=threading.Event())
    with ThreadPoolExecutor(1) as device:
        made = Engine(device, clock=lambda: 100.0)
        one = made.add_clip("a", "anna", model.draw(1))
        made.add_clip("b", "ben", model.draw(2))
        assert made.clip_standings() == (Standing("a", False), Standing("b", False))
        made.want_patch(one, 105.0)
        standing, _ = made.clip_standings()
        assert standing.slack_s == 5.0
        assert model.gate is not None
        model.gate.set()
        assert isinstance(await one.next_news(), Patch)
        await made.remove_clip(one)
        assert [one.clip for one in made.clip_standings()] == ["b"]
