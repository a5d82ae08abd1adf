import asyncio
import io
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import av
import numpy as np
import pytest

from phosphene.part_length import part_ticks
from phosphene.render import messages
from phosphene.render.worker.context import WorkerContext, open_context
from phosphene.render.worker.cost_model import TRIES, warm_up
from phosphene.render.worker.session import ClipSession
from phosphene.units import Unit, half_size
from tests.render.painter import FPS, HEIGHT, WIDTH, Painter, paint
from tests.render.worker.test_h264_encoder import decode, distance

pytestmark = pytest.mark.slow

Heard = list[messages.Answer]


def order(clip: str = "a", text: str = "disc", seed: int = 1, **more: object) -> messages.Render:
    return messages.Render(
        **{"clip": clip, "text": text, "seed": seed, "seconds": 1, "steps": 4, **more}  # type: ignore[arg-type]
    )


@asynccontextmanager
async def a_context(
    painter: Painter | None = None,
    pace: float = 0.0,
    on_answer: Callable[[messages.Answer], None] = lambda _: None,
) -> AsyncIterator[tuple[WorkerContext, Heard]]:
    heard: Heard = []

    async def send(answer: messages.Answer) -> None:
        heard.append(answer)
        on_answer(answer)

    with open_context(painter or Painter(), send, kbit=500, pace=pace) as context:
        yield context, heard


async def hear(
    *orders: messages.Render, painter: Painter | None = None, pace: float = 0.0
) -> Heard:
    """Everything that is said of the clips, drawn side by side."""
    async with a_context(painter, pace) as (context, heard):
        await asyncio.gather(*(ClipSession(context, one).run() for one in orders))
    return heard


def units(heard: Heard) -> list[Unit]:
    return [answer.unit for answer in heard if isinstance(answer, messages.Encoded)]


def files(heard: Heard) -> dict[str, messages.Artifact]:
    return {answer.kind: answer for answer in heard if isinstance(answer, messages.Artifact)}


@pytest.fixture(scope="module")
def live() -> Heard:
    """What is said of a live clip of one second, of which people saw every step: beside other work
    the painter would be done before the second picture."""
    gate, seen = threading.Semaphore(1), set[float]()

    def go_on(answer: messages.Answer) -> None:
        if isinstance(answer, messages.Encoded) and answer.unit.sigma not in seen:
            seen.add(answer.unit.sigma)
            gate.release()

    async def draw() -> Heard:
        async with a_context(Painter(gate=gate), 0.3, go_on) as (context, heard):
            await ClipSession(context, order()).run()
        return heard

    return asyncio.run(draw())


def test_a_clip_is_told_from_start_to_done(live: Heard) -> None:
    assert isinstance(live[0], messages.Started)
    assert live[0].understood[0].value == "disc"
    assert isinstance(live[-1], messages.Done)
    assert live[-1].frames == FPS
    assert live[-1].render_s > 0
    kinds = [type(answer) for answer in live]
    assert kinds.count(messages.Progress) == 4
    assert kinds[-5:-1] == [messages.Artifact] * 4
    assert kinds.index(messages.Artifact) > max(
        at for at, kind in enumerate(kinds) if kind is messages.Encoded
    )


def test_people_see_it_form_and_then_run_straight_through(live: Heard) -> None:
    shown = units(live)
    forming = [unit for unit in shown if not unit.final]
    run = [unit for unit in shown if unit.final]
    at = shown.index(run[0])
    assert all(unit.final or unit.frame == last.frame for last, unit in pairwise(shown[at:]))
    forming = shown[:at]
    assert [unit.frame for unit in run] == list(range(FPS))
    assert {unit.sigma for unit in run} == {0.0}
    sigmas = [unit.sigma for unit in forming]
    # Between the choice of a picture and its drawing the frame may become final.
    assert set(sigmas) - {0.0} == {0.75, 0.5, 0.25}
    assert sigmas == sorted(sigmas, reverse=True)


def test_ticks_rise_from_zero_and_both_parts_begin_with_a_keyframe(live: Heard) -> None:
    shown = units(live)
    ticks = [unit.pts for unit in shown]
    assert ticks[0] == 0
    assert ticks == sorted(set(ticks))
    assert shown[0].key
    assert next(unit for unit in shown if unit.final).key


def test_the_units_on_air_decode_to_the_pictures(live: Heard) -> None:
    run = [unit for unit in units(live) if unit.final]
    pictures, _ = decode([unit.data for unit in run])
    for unit, picture in zip(run, pictures, strict=True):
        assert distance(picture, paint(1, unit.frame)) < 2


def test_the_file_is_made_of_the_units_of_the_run(live: Heard) -> None:
    run = [unit for unit in units(live) if unit.final]
    aired, _ = decode([unit.data for unit in run])
    with av.open(io.BytesIO(files(live)["video"].data), "r") as video:
        kept = [np.asarray(frame.to_ndarray(), np.uint8) for frame in video.decode(video=0)]
        assert video.duration == 1_000_000
    assert len(kept) == FPS
    assert all(np.array_equal(a, b) for a, b in zip(kept, aired, strict=True))


def test_what_stays_is_of_the_kinds_that_browsers_know(live: Heard) -> None:
    made = files(live)
    assert {kind: file.media_type for kind, file in made.items()} == {
        "video": "video/mp4",
        "half": "video/mp4",
        "poster": "image/jpeg",
        "preview": "image/webp",
        "latents": "application/octet-stream",
    }
    with av.open(io.BytesIO(made["half"].data), "r") as half:
        assert half.streams.video[0].frames == FPS
        assert half.streams.video[0].width == half_size(WIDTH, HEIGHT)[0]
    assert made["latents"].data == b"1 disc"
    assert made["poster"].data[:3] == b"\xff\xd8\xff"
    assert made["preview"].data[8:12] == b"WEBP"


def test_there_is_a_still_of_each_keyframe_until_the_run(live: Heard) -> None:
    told = [one for one in live if isinstance(one, messages.Encoded | messages.Still)]
    before = [one for one, after in pairwise(told) if isinstance(after, messages.Still)]
    shown = [one.unit for one in before if isinstance(one, messages.Encoded)]
    keys = [unit for unit in units(live) if unit.key and (not unit.final or unit.frame == 0)]
    assert shown == keys
    stills = [one.data for one in live if isinstance(one, messages.Still)]
    assert all(one[:3] == b"\xff\xd8\xff" for one in stills)
    assert len(set(stills)) > 1


def test_progress_rises_to_the_end(live: Heard) -> None:
    said = [answer for answer in live if isinstance(answer, messages.Progress)]
    assert [answer.percent for answer in said] == [25, 50, 75, 100]
    assert [answer.sigma for answer in said] == [0.75, 0.5, 0.25, 0]
    assert [(answer.step, answer.steps) for answer in said] == [(n, 4) for n in range(1, 5)]
    assert all(answer.eta_s >= 0 for answer in said)
    assert said[-1].eta_s == 0


@pytest.mark.asyncio
async def test_a_file_is_made_without_a_clock_and_without_sending_units() -> None:
    heard = await hear(order(seconds=3, live=False))
    assert not units(heard)
    assert isinstance(heard[-1], messages.Done)
    with av.open(io.BytesIO(files(heard)["video"].data), "r") as video:
        pictures = [np.asarray(frame.to_ndarray(), np.uint8) for frame in video.decode(video=0)]
    assert len(pictures) == 3 * FPS
    for at, picture in enumerate(pictures):
        assert distance(picture, paint(1, at)) < 2


@pytest.mark.asyncio
@pytest.mark.parametrize("is_live", [True, False])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("explode", "the model failed: out of paint"),
        ("nan", "the model broke a rule: sigma nan is not in 0..1"),
        ("smudge", "the model failed: the brush is broken"),
        ("wrong size", "the model failed: a picture of"),
        ("unfinished", "the model broke a rule: the renderer ended with 24 frames"),
    ],
)
async def test_however_a_renderer_fails_the_clip_says_why_and_others_go_on(
    text: str, reason: str, is_live: bool
) -> None:
    painter = Painter()
    async with a_context(painter) as (context, heard):
        await ClipSession(context, order(text=text, live=is_live)).run()
        assert isinstance(heard[-1], messages.Failed)
        assert heard[-1].reason.startswith(reason)
        assert not heard[-1].cancelled
        assert painter.closed == [1]
        await ClipSession(context, order("b", live=False)).run()
        assert isinstance(heard[-1], messages.Done)


async def until(condition: Callable[[], bool], step: Callable[[], Awaitable[None]]) -> None:
    while not condition():
        await step()


@pytest.mark.asyncio
@pytest.mark.parametrize("is_live", [True, False])
async def test_a_cancel_takes_effect_within_one_step(is_live: bool) -> None:
    painter, progressed = Painter(gate=threading.Semaphore(2)), asyncio.Semaphore(0)

    def on_answer(answer: messages.Answer) -> None:
        if isinstance(answer, messages.Progress):
            progressed.release()

    async with a_context(painter, on_answer=on_answer) as (context, heard):
        session = ClipSession(context, order(live=is_live))
        running = asyncio.create_task(session.run())
        await progressed.acquire()
        await progressed.acquire()
        session.cancel()
        assert painter.gate is not None
        painter.gate.release(100)
        await running
    assert heard[-1] == messages.Failed(clip="a", reason="it was cancelled", cancelled=True)
    assert len(painter.log) <= 3
    assert painter.closed == [1]


@pytest.mark.asyncio
async def test_a_cancel_also_ends_the_run() -> None:
    sessions: list[ClipSession] = []

    def on_answer(answer: messages.Answer) -> None:
        if isinstance(answer, messages.Encoded) and answer.unit.final:
            sessions[0].cancel()

    async with a_context(on_answer=on_answer) as (context, heard):
        sessions.append(ClipSession(context, order(seconds=10)))
        await sessions[0].run()
    assert isinstance(heard[-1], messages.Failed)
    assert heard[-1].cancelled
    assert len([unit for unit in units(heard) if unit.final]) < FPS


ORDERS = (("a", 1), ("b", 2))


@pytest.mark.asyncio
async def test_two_clips_take_turns_step_by_step() -> None:
    gate = threading.Semaphore(0)
    painter = Painter(gate=gate)

    def on_answer(answer: messages.Answer) -> None:
        if isinstance(answer, messages.Started | messages.Progress):
            gate.release()

    async with a_context(painter, on_answer=on_answer) as (context, heard):
        one, other = (order(name, seed=at, seconds=10, live=False) for name, at in ORDERS)
        await asyncio.gather(ClipSession(context, one).run(), ClipSession(context, other).run())
    assert [type(answer) for answer in heard].count(messages.Done) == 2
    turns = [seed for seed, _ in painter.log]
    assert sorted(turns) == [1] * 40 + [2] * 40
    assert max(turns.index(1), turns.index(2)) < 20, "one waited for the other to end"
    assert {
        file.data
        for file in heard
        if isinstance(file, messages.Artifact) and file.kind == "latents"
    } == {
        b"1 disc",
        b"2 disc",
    }


@pytest.mark.asyncio
async def test_one_clip_that_fails_leaves_the_one_beside_it_alone() -> None:
    heard = await hear(order("a", text="explode"), order("b", live=False))
    ends = {
        answer.clip: type(answer)
        for answer in heard
        if isinstance(answer, messages.Done | messages.Failed)
    }
    assert ends == {"a": messages.Failed, "b": messages.Done}


@pytest.mark.asyncio
async def test_a_broken_pipe_is_no_failure_of_the_clip() -> None:
    async def send(answer: messages.Answer) -> None:
        if not isinstance(answer, messages.Started):
            raise BrokenPipeError

    painter = Painter()
    with open_context(painter, send, kbit=500, pace=0) as context:
        with pytest.raises(ExceptionGroup) as caught:
            await ClipSession(context, order()).run()
        assert caught.group_contains(ConnectionError)
    assert painter.closed == [1]


@pytest.mark.asyncio
async def test_a_keyframe_on_demand_comes_with_the_next_pictures() -> None:
    sessions: list[ClipSession] = []

    def on_answer(answer: messages.Answer) -> None:
        if isinstance(answer, messages.Encoded) and answer.unit.frame == 5 and answer.unit.final:
            sessions[0].request_keyframe()

    async with a_context(on_answer=on_answer) as (context, heard):
        sessions.append(ClipSession(context, order()))
        await sessions[0].run()
    keys = [unit.frame for unit in units(heard) if unit.final and unit.key]
    # Where pictures are late, the one of each second comes in between.
    assert next(frame for frame in keys if frame > 5) == 6


@pytest.mark.asyncio
async def test_a_picture_that_stands_is_sent_again_and_the_file_needs_no_repeat() -> None:
    """The second second is not drawn before two pictures were sent again."""
    gate, stood = threading.Semaphore(4), list[Unit]()

    def on_answer(answer: messages.Answer) -> None:
        if isinstance(answer, messages.Encoded) and answer.unit.frame == FPS - 1:
            stood.append(answer.unit)
            if len(stood) == 3:
                gate.release(4)

    async with a_context(Painter(gate=gate), on_answer=on_answer) as (context, heard):
        await ClipSession(context, order(seconds=2)).run()
    shown, every = units(heard), part_ticks(FPS)
    keys = [unit.pts for unit in shown if unit.key]
    for key, end in pairwise([*keys, shown[-1].pts]):
        assert set(range(key, end, every)) <= {unit.pts for unit in shown}
    assert [unit.final for unit in stood[:3]] == [True, False, False]
    run = [unit for unit in shown if unit.final]
    assert [unit.frame for unit in run] == list(range(2 * FPS))
    pictures, _ = decode([unit.data for unit in run])
    for unit, picture in zip(run, pictures, strict=True):
        assert distance(picture, paint(1, unit.frame)) < 2


@pytest.mark.asyncio
async def test_a_rendition_that_is_asked_for_follows_the_full_one() -> None:
    sessions: list[ClipSession] = []

    def on_answer(answer: messages.Answer) -> None:
        if isinstance(answer, messages.Encoded) and answer.unit.frame == 5 and answer.unit.final:
            sessions[0].request_rendition("half")

    async with a_context(on_answer=on_answer) as (context, heard):
        sessions.append(ClipSession(context, order()))
        await sessions[0].run()
    said = [answer for answer in heard if isinstance(answer, messages.Encoded)]
    half = [answer.unit for answer in said if answer.rendition == "half"]
    # A picture that has to wait for the next one is shown twice.
    assert sorted({unit.frame for unit in half})[-18:] == list(range(6, FPS))
    assert half[0].key
    before = [said[at - 1] for at, answer in enumerate(said) if answer.rendition == "half"]
    assert [(one.rendition, one.unit.pts) for one in before] == [("full", u.pts) for u in half]
    with av.open(io.BytesIO(files(heard)["video"].data), "r") as video:
        assert {frame.width for frame in video.decode(video=0)} == {64}


@pytest.mark.asyncio
async def test_the_first_second_takes_its_pace_to_form() -> None:
    heard = await hear(order(), pace=0.5)
    run_from = next(unit.pts for unit in units(heard) if unit.final)
    assert run_from >= FPS // 2


def test_warming_up_measures_how_fast_the_model_is() -> None:
    painter = Painter()
    speed, cost = warm_up(painter, 500, cores=2.0)
    assert speed.first > 0
    assert speed.frame > 0
    assert min(cost.first, cost.second, cost.shown) > 0
    assert 0 < cost.share <= 1
    assert cost.cores == 2
    assert len(painter.log) == 8 + 3 * (1 + TRIES)


def test_warming_up_fails_where_the_model_does() -> None:
    class Broken(Painter):
        def _misbehave(self, text: str, number: int) -> None:
            raise RuntimeError("no device")

    with pytest.raises(RuntimeError, match="no device"):
        warm_up(Broken(), 500, cores=1.0)


@pytest.mark.asyncio
async def test_a_clip_alone_says_what_clips_cost_by_now() -> None:
    async with a_context() as (context, heard):
        context.speed, context.cost_model.cost = warm_up(Painter(), 500, cores=2.0)
        before = context.cost_model.cost
        await ClipSession(context, order(seconds=2, live=False)).run()
    (price,) = [answer for answer in heard if isinstance(answer, messages.Price)]
    assert price.cost == context.cost
    assert price.cost != before
    assert price.cost.share == before.share
