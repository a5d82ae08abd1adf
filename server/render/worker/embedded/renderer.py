"""The embedded model behind the renderer seam."""

import hashlib
from collections.abc import Collection, Generator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import torch

from phosphene.model import Slot, Steer
from phosphene.render.worker.embedded.compositor import HEIGHT, WIDTH, Compositor
from phosphene.render.worker.embedded.denoise import ClipDenoiser, DenoiseStep
from phosphene.render.worker.embedded.director import Director, LexiconDirector, NounDirector
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.nouns.lent_looks import dress_cast, name_people
from phosphene.render.worker.embedded.nouns.lexicon import Lexicon
from phosphene.render.worker.embedded.nouns.model import NounModel
from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline, fastest_dtype
from phosphene.render.worker.embedded.places_and_weather import Surroundings
from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.scene import Scene
from phosphene.render.worker.embedded.score import FPS
from phosphene.render.worker.embedded.segments import (
    SceneSegment,
    draw_segments,
    from_bytes,
    to_bytes,
)
from phosphene.render.worker.embedded.synth.clip_sound import ClipSound
from phosphene.render.worker.embedded.world import World
from phosphene.render.worker.renderer import Brief, Drawing, Keep, MakeSound, Patch, Steers

# A quarter of a second: from a chosen line to the first picture that follows it p95 is 0.81 s, most
# of which is the 0.5 s that are drawn ahead.
PORTION: Final = 6
"""So many frames become final at once: steering can change the picture between them."""

STEERED: Final = 0.9
"""The noise level to which plates that a steering text touches are taken back."""

LEVELS: Final = 3
"""Noise levels that are seen of each step while the first second forms."""

VERSION: Final = 10
"""Of all that draws a clip from the weights: who is cast, where they stand, how it is composed. It
is a part of the fingerprint, since an older clip is another one by this code."""

_MARK: Final = 1000  # steering noise has seeds of its own, apart from those of the seconds


class EmbeddedRenderer:
    """The embedded model. Several clips may be rendered at once; the weights are shared."""

    # The name of before, because it stands in recipes, metrics and fingerprints that are kept.
    name = "theatre"
    width = WIDTH
    height = HEIGHT
    fps = FPS
    steers: Steers = "chunk"

    def __init__(self, folder: Path, dtype: torch.dtype | None = None) -> None:
        """Load the model, in the dtype that is quickest here if none is said. Raises OSError if
        the folder does not hold one, ValueError if it is of no world."""
        self.dtype = dtype or fastest_dtype()
        self._pipeline = EmbeddedPipeline.load(folder, self.dtype)
        self.world = self._pipeline.world
        behind = self._pipeline.backdrops
        self._surroundings = Surroundings(behind) if behind and self.world.shown else None
        self._director = direct(folder, self.world, self._pipeline.nouns, self._surroundings)
        self.fingerprint = fingerprint(folder)

    @property
    def draws_looks(self) -> bool:
        """Whether people are drawn as they chose: with a network of nouns."""
        return self._pipeline.nouns is not None

    @property
    def vocabulary(self) -> dict[str, tuple[str, ...]]:
        """The values of each slot, further places and weathers too."""
        known, behind = dict(self.world.values), self._pipeline.backdrops
        if behind and self._surroundings:
            known["place"] = (*known["place"], *behind.places)
            known["weather"] = (*known["weather"], *behind.weathers)
        return known

    def understand(self, text: str) -> tuple[Slot, ...]:
        """What of a prompt can be drawn; one Slot for each slot of the vocabulary, and if the
        world is read by a lexicon one more for what cannot be drawn."""
        return self._director.understand(name_people(text, ()).text)

    def plan_scene(
        self, text: str, seed: int, before: Scene | None = None
    ) -> tuple[dict[str, str], Cast]:
        """What a prompt would be drawn as, or, in a remix, what a scene becomes by it."""
        return self._director.plan_scene(text, seed, before)

    def render(self, brief: Brief) -> Drawing:
        """Patch after patch: while chunk 0 diffuses, its second is shown again and again, ever
        clearer; then comes second after second. Each becomes final in portions, between which a
        steering text re-noises the plates that it touches. Raises ValueError for latents that
        cannot be read. Closing the generator cancels."""
        return (yield from _ClipDrawing(self._pipeline, brief, self._director).draw_clip())


class _ClipDrawing:
    """One clip being drawn."""

    def __init__(self, pipeline: EmbeddedPipeline, brief: Brief, director: Director) -> None:
        self._brief = brief
        self._director = director
        self._world = pipeline.world
        parent = None
        if brief.parent is not None:
            parent = from_bytes(brief.parent, self._world)[-1].scene
        self._segments = self._kept(brief)
        last = self._segments[-1].scene if self._segments else None
        slots, cast = (
            (dict(last.slots), last.cast) if last else self._plan(brief.text, parent, brief.dropped)
        )
        self._denoiser: ClipDenoiser = pipeline.start_clip(
            slots,
            brief.seed,
            brief.steps,
            parent=parent,
            strength=brief.strength,
            cast=cast,
        )
        if last:
            self._denoiser.resume_from(last, brief.kept)
        self._sound = ClipSound(brief.tune, brief.seconds) if brief.tune else None
        self._foreseen = {(steer.frame, steer.step): steer.text for steer in brief.steering}
        self._pending: str | None = None
        self._revision = 0

    def draw_clip(self) -> Drawing:
        """All of it; returns the latents."""
        kept, seconds = self._brief.kept, self._brief.seconds
        for chunk in range(kept):
            yield from self._finals(chunk, kept=True)
        if kept:
            yield from self._go_another_way()
        for chunk in range(kept, seconds):
            yield from self._steer(chunk * FPS)
            yield from self._second(chunk)
        return to_bytes(self._segments)

    def _plan(
        self, text: str, before: Scene | None, dropped: Collection[str] = ()
    ) -> tuple[dict[str, str], Cast]:
        """What a text is drawn as: people whom it names as they chose."""
        named = name_people(text, self._brief.looks)
        slots, cast = self._director.plan_scene(named.text, self._brief.seed, before, dropped)
        return slots, dress_cast(cast, named)

    def _kept(self, brief: Brief) -> list[SceneSegment]:
        if brief.begun is None or not brief.kept:
            return []
        segments = from_bytes(brief.begun, self._world)
        score = segments[-1].scene.score[: brief.kept]
        if len(score) < brief.kept:
            raise ValueError(f"latents of {len(score)} seconds, of which {brief.kept} are to stay")
        return [
            SceneSegment(
                segment.start,
                msgspec.structs.replace(segment.scene, score=score),
                segment.compositor,
            )
            for segment in segments
            if segment.start < brief.kept * FPS
        ]

    def _second(self, chunk: int) -> Drawing:
        steps = self._denoiser.denoise_second(chunk, self._brief.seconds)
        answer: Any = None
        while True:
            try:
                news = steps.send(answer)
            except StopIteration:
                break
            if not isinstance(news, DenoiseStep):
                answer = yield news
                continue
            answer = None
            yield from self._show_step(news)
        yield from self._finals(chunk)
        return b""

    def _show_step(self, step: DenoiseStep) -> Drawing:
        """Show what a step led to. Of the first second every level on the way is seen; after it
        only the score grows."""
        if self._segments and step.chunk:
            last = self._segments[-1]
            self._segments[-1] = SceneSegment(last.start, step.scene, last.compositor)
            if step.step < step.steps:
                self._queue_text((yield self._forming(step)))
            return b""
        for level in levels_of(step):
            compositor = Compositor.of_scene(level.scene, level.sigma, level.noise)
            self._segments = [SceneSegment(0, level.scene, compositor)]
            self._queue_text((yield self._forming(level)))
        if step.step == step.steps:
            whole = Compositor.of_scene(step.scene)
            self._segments = [SceneSegment(0, step.scene, whole)]
        return b""

    def _forming(self, step: DenoiseStep) -> Patch:
        start = step.chunk * FPS
        return self._patch(start, start + FPS, step.sigma, step.step, step.steps, step.part)

    def _finals(self, chunk: int, kept: bool = False) -> Drawing:
        """The frames of a second become final, portion by portion."""
        for start in range(chunk * FPS, chunk * FPS + FPS, PORTION):
            if start and not kept:
                # The score of this second is drawn already: a line now is another than one before.
                yield from self._steer(start, 0 if start % FPS else self._brief.steps)
            ends = start + PORTION == chunk * FPS + FPS
            keep = partial(to_bytes, tuple(self._segments)) if ends and not kept else None
            steps = self._brief.steps
            final = self._patch(start, start + PORTION, 0.0, steps, steps, keep=keep)
            self._queue_text((yield final))
        return b""

    def _patch(
        self,
        start: int,
        stop: int,
        sigma: float,
        step: int,
        steps: int,
        part: float = 0.0,
        keep: Keep | None = None,
    ) -> Patch:
        self._revision += 1
        final, scene = step == steps, self._segments[-1].scene
        return Patch(
            revision=self._revision,
            start=start,
            stop=stop,
            sigma=sigma,
            draw=draw_segments(self._segments, start, stop),
            final=final,
            step=step,
            steps=steps,
            part=part,
            chunk=start // FPS,
            chunks=self._brief.seconds,
            sound=self._heard(start, stop) if final else None,
            hum=self._sound.of_forming(scene, sigma) if self._sound else None,
            keep=keep,
        )

    def _heard(self, start: int, stop: int) -> MakeSound | None:
        """What is heard with frames that are final."""
        if self._sound is None:
            return None
        score = self._segments[-1].scene.score
        *_, segment = [segment for segment in self._segments if segment.start <= start]
        return self._sound.of_frames(segment.scene, score, start, stop)

    def _queue_text(self, text: str | None) -> None:
        if text is not None:
            self._pending = text

    def _steer(self, frame: int, step: int = 0) -> Drawing:
        """From ``frame`` on another text counts, if there is one."""
        foreseen = self._foreseen.get((frame, step))
        text, self._pending = foreseen or self._pending, None
        if frame and text is not None:
            if foreseen is None:
                yield Steer(text, frame, step)
            yield from self._new_segment(text, frame)
        return b""

    def _go_another_way(self) -> Drawing:
        """What comes after the kept seconds is as the last text before it says."""
        frame = self._brief.kept * FPS
        texts = [steer.text for steer in self._brief.steering if steer.frame < frame]
        dropped = () if texts else self._brief.dropped
        yield from self._new_segment([self._brief.text, *texts][-1], frame, dropped)
        return b""

    def _new_segment(self, text: str, frame: int, dropped: Collection[str] = ()) -> Drawing:
        """A new segment, if the text changes anything that can be drawn."""
        last = self._segments[-1].scene
        slots, cast = self._plan(text, last, dropped)
        chunk, chunks = frame // FPS, self._brief.seconds
        steps = self._denoiser.restyle_plates(slots, STEERED, chunk, chunks, _MARK + frame, cast)
        scene = yield from _last(steps)
        if scene is not None:
            whole = msgspec.structs.replace(scene, score=last.score)
            before = [segment for segment in self._segments if segment.start < frame]
            drawn = Compositor.of_scene(whole)
            self._segments = [*before, SceneSegment(frame, whole, drawn)]
        return b""


def levels_of(step: DenoiseStep, count: int = LEVELS) -> Iterator[DenoiseStep]:
    """What is seen on the way of one step, each a scene of its own at its noise level: `count`
    pictures, the last of them where the step led to. The end of all steps is not among them."""
    for number in range(1, count + 1) if step.step else (0,):
        sigma = step.before + (step.sigma - step.before) * number / count
        if sigma > 0:
            done, part = divmod((step.step - 1) * count + number, count) if step.step else (0, 0)
            scene = step.noise.fade(step.scene, sigma)
            yield replace(step, step=done, part=part / count, sigma=sigma, scene=scene)


def direct(
    folder: Path, world: World, nouns: NounModel | None, surroundings: Surroundings | None
) -> Director:
    """Who reads prompts for a model's folder: as well as what lies in it allows."""
    parser = PromptParser.from_pretrained(folder)
    if not world.shown:
        return Director(world, parser)
    lexicon = Lexicon.load(folder)
    if nouns is None:
        return LexiconDirector(world, parser, lexicon, surroundings)
    return NounDirector(world, parser, lexicon, nouns, surroundings)


def _last(steps: Generator[Any, Any, None]) -> Generator[Any, Any, Scene | None]:
    """The scene that the last step led to; none of them is shown."""
    scene: Scene | None = None
    answer: Any = None
    while True:
        try:
            news = steps.send(answer)
        except StopIteration:
            return scene
        if isinstance(news, DenoiseStep):
            scene, answer = news.scene, None
        else:
            answer = yield news


def fingerprint(folder: Path) -> str:
    """SHA-256 over the version of the code that draws, and over the files of a model, their names
    and contents, in the order of the names."""
    digest = hashlib.sha256(f"{VERSION}\0".encode())
    # Of all files and not only of weights: another world or lexicon draws another clip from the
    # same words.
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
