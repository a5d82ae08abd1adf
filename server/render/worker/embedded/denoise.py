"""One clip being denoised: from noise to plates and, second by second, a score.

The forward passes are asked for, so that those of several clips can be made together.
"""

import hashlib
import math
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from torch import Tensor

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder, tokens
from phosphene.render.worker.embedded.backdrops import PLATES, Backdrop, Backdrops
from phosphene.render.worker.embedded.between_steps import Noise
from phosphene.render.worker.embedded.changes import changed_parts, touched_parts
from phosphene.render.worker.embedded.decoders import KindDecoder, PlateDecoder
from phosphene.render.worker.embedded.guesses import (
    NoisyNouns,
    NoisyPlates,
    NoisySecond,
    guess_nouns,
    guess_plates,
    guess_seconds,
)
from phosphene.render.worker.embedded.network import EmbeddedTransformer
from phosphene.render.worker.embedded.nouns.cast import ALONE, Cast
from phosphene.render.worker.embedded.nouns.model import NounModel
from phosphene.render.worker.embedded.plates import Plates
from phosphene.render.worker.embedded.scene import Scene, parts
from phosphene.render.worker.embedded.tracks import Track, finite, renoised
from phosphene.render.worker.embedded.vocabulary import (
    FRESH,
    KEYS,
    MEANT,
    NOBODY,
    OTHERS,
    SCALE,
    SCORE,
    kind,
)
from phosphene.render.worker.embedded.world import World
from phosphene.render.worker.renderer import Forward

# Guidance doubles a pass: where it changes little, steps go without.
_UNGUIDED: Final = 0.45  # sigma from which guidance changes little (arXiv 2404.07724)
_SCALE: Final = torch.tensor(SCALE)


@dataclass(frozen=True, slots=True)
class DenoiseStep:
    """`step` of `steps` steps of a chunk done (0 before the first one of a scene), and `part` of
    the way to the next one.

    `scene` is a whole clip so far (its score has chunk + 1 seconds), made of the x0 that this step
    predicted, `noise` what lies over it; `before` is the noise level that it began at, `sigma` the
    one that it has led to, 0 at the end of the chunk.
    """

    chunk: int
    chunks: int
    step: int
    steps: int
    before: float
    sigma: float
    scene: Scene
    noise: Noise
    part: float = 0.0


class ClipDenoiser:
    """One clip being denoised: its plates, and the seconds of its score so far.

    Raises ValueError for a cast that the nouns' network does not know.
    """

    def __init__(
        self,
        transformer: EmbeddedTransformer,
        autoencoder: EmbeddedAutoencoder,
        scheduler: FlowMatchEulerDiscreteScheduler,
        world: World,
        slots: Mapping[str, str],
        seed: int,
        steps: int,
        guidance: float,
        parent: Scene | None,
        strength: float,
        nouns: NounModel | None = None,
        cast: Cast = ALONE,
        backdrops: Backdrops | None = None,
    ) -> None:
        self.slots = dict(slots)
        self.cast = cast
        self._nouns = nouns
        self._backdrops = backdrops
        self._world = world
        self._transformer = transformer
        self._autoencoder = autoencoder
        self._scheduler = scheduler
        self._rows = _rows(world, slots, cast)
        self._vectors = self._told(cast)
        self._scenery = self._behind(slots, cast)
        self._decoders = self._decoding()
        self._anything = torch.tensor([world.slot_indices({})])
        self._seed = seed
        self._steps = steps
        self._guidance = guidance
        self._parent = parent
        # Latents of unit variance at half the noise still tell the old picture more loudly than the
        # words: strength s is noise 1 - (1 - s) squared.
        self._strength = renoised(strength)
        self._touched = touched_parts(slots, cast, parent)
        self._plates: Mapping[str, Array] = {}
        self._past: list[Tensor] = []

    def resume_from(self, scene: Scene, seconds: int) -> None:
        """Begin with the plates and the first ``seconds`` of ``scene``, which stay as they are."""
        self._plates = scene.plates
        self._past = [torch.from_numpy(second) / _SCALE for second in scene.score[:seconds]]

    def denoise_second(
        self, chunk: int, chunks: int
    ) -> Generator[DenoiseStep | Forward, Any, None]:
        """Denoise the next second, the first one together with the plates."""
        names = parts(self.slots, self.cast)
        # Plates are drawn once and stay for all of the clip: so who is in it looks the same after
        # ten seconds (47 of 48 clips), which models of whole frames have to learn.
        tracks = self._tracks(("score",) if self._plates else (*names, "score"), chunk)
        most = max((track.steps for track in tracks.values()), default=1)
        kept = bool(self._plates)
        before = _level(tracks)
        for step in range(1 if kept else 0, most + 1):
            yield from self._advance(tracks, step / most)
            if not kept:
                parent = self._parent.plates if self._parent else {}
                others = {name: parent[name] for name in names if name not in tracks}
                self._plates = self._developed(tracks, others)
            second = self._second(chunk, tracks.get("score"))
            scene = self._scene([*self._past, second])
            after, noise = _level(tracks), self._noise_left(tracks)
            yield DenoiseStep(chunk, chunks, step, most, before, after, scene, noise)
            before = after
        self._past.append(second)

    def restyle_plates(
        self,
        slots: Mapping[str, str],
        strength: float,
        chunk: int,
        chunks: int,
        mark: int,
        cast: Cast = ALONE,
    ) -> Generator[DenoiseStep | Forward, Any, None]:
        """Re-noise the plates that the new slots touch and restore them with those (SDEdit).

        The score follows the new slots from the next second on. ``mark`` gives the noise a seed
        of its own. Nothing is yielded when no plate is touched or goes.
        """
        before = self._scene(self._past)
        touched = changed_parts(slots, cast, self.slots, self.cast)
        self.slots, self._rows = dict(slots), _rows(self._world, slots, cast)
        self.cast, self._vectors = cast, self._told(cast)
        self._scenery = self._behind(slots, cast)
        self._decoders = self._decoding()
        names = parts(slots, cast)
        if "score" in touched:
            self._parent = None
        tracks = {
            name: self._track(name, mark, self._before(before, name), strength)
            for name in names
            if name in touched or name not in before.plates
        }
        kept = {name: plate for name, plate in before.plates.items() if name in names}
        most = max((track.steps for track in tracks.values()), default=0)
        for step in range(1, most + 1):
            level = _level(tracks)
            yield from self._advance(tracks, step / most)
            self._plates = self._developed(tracks, kept)
            scene, noise = self._scene(self._past), self._noise_left(tracks)
            yield DenoiseStep(chunk, chunks, step, most, level, _level(tracks), scene, noise)
        if not tracks and len(kept) < len(before.plates):
            self._plates = kept
            scene, noise = self._scene(self._past), self._noise_left({})
            yield DenoiseStep(chunk, chunks, 1, 1, 0.0, 0.0, scene, noise)

    def _scene(self, seconds: list[Tensor]) -> Scene:
        score = torch.stack(seconds) * _SCALE if seconds else torch.zeros(0, KEYS, len(SCORE))
        return Scene(self._plates, score.numpy(), self.slots, self.cast)

    def _told(self, cast: Cast) -> dict[str, Tensor]:
        """The vectors of those whom the nouns' network draws, (1, 96)."""
        if self._nouns is None and cast.actors:
            raise ValueError("the clip needs a network of nouns, which this model has not")
        return {name: self._nouns.vector(actor) for name, actor in cast if self._nouns}

    def _behind(self, slots: Mapping[str, str], cast: Cast) -> dict[str, Backdrop]:
        """The plates that are drawn of backdrops."""
        if self._backdrops is None:
            if cast.place or cast.weather:
                raise ValueError("the clip needs further places, which this model has not")
            return {}
        return self._backdrops.of_scene(cast.place, cast.weather, slots["time"])

    def _tracks(self, names: tuple[str, ...], chunk: int) -> dict[str, Track]:
        return {
            name: self._track(name, chunk, self._origin(name, chunk), self._strength)
            for name in names
            if name in self._touched or not self._inherited(name, chunk)
        }

    def _track(self, name: str, chunk: int, origin: Tensor | None, strength: float) -> Track:
        noise = self._noise(name, chunk)
        return Track(self._scheduler, noise, origin, strength, self._steps)

    def _noise(self, name: str, chunk: int) -> Tensor:
        """Noise of its own for each plate and second, so that each is stable by itself."""
        # By name and second, so that a remix that leaves the sky alone has the parent's sky to the
        # bit (64 of 64), and a clip that is taken up again the noise that it would have had.
        digest = hashlib.sha256(f"{self._seed}:{name}:{chunk}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "little"))
        return torch.randn(self._shape(name), generator=generator)

    def _shape(self, name: str) -> tuple[int, ...]:
        if name == "score":
            return (KEYS, len(SCORE))
        return self._decoders[name].shape

    def _inherited(self, name: str, chunk: int) -> bool:
        """Whether the parent has that plate, or that second of the score."""
        if self._parent is None:
            return False
        return chunk < self._parent.seconds if name == "score" else name in self._parent.plates

    def _origin(self, name: str, chunk: int) -> Tensor | None:
        """What is noised of the parent: latents of a plate, or the score in net space."""
        if self._parent is None or not self._inherited(name, chunk):
            return None
        if name == "score":
            return torch.from_numpy(self._parent.score[chunk]) / _SCALE
        return self._before(self._parent, name)

    def _before(self, scene: Scene, name: str) -> Tensor | None:
        """Latents of a plate of an earlier scene; None if there is nothing to keep of it."""
        if name in FRESH or name not in scene.plates:
            return None
        if (name in self._vectors) != (name in scene.cast.actors):
            return None  # of another network: its latents mean something else
        if (name in self._scenery) != _is_backdrop(name, scene.cast):
            return None
        return self._decoders[name].encode(scene.plates[name])

    def _advance(self, tracks: Mapping[str, Track], share: float) -> Generator[Forward, Any, None]:
        """Bring each track to its share of steps."""
        due = {
            name: track
            for name, track in tracks.items()
            if track.steps_done < math.ceil(track.steps * share - 1e-6)
        }
        score = due.pop("score", None)
        if score is not None:
            given = NoisySecond(score.sample, score.sigma, self._rows["score"], self._past)
            # Clips at the same second only: the pass has one length of past. Clips that are not in
            # step share the passes of their plates.
            key = ("score", len(self._past))
            score.take_step(
                finite((yield Forward(key, given, partial(guess_seconds, self._transformer))))
            )
        yield from self._advance_nouns({n: due.pop(n) for n in self._vectors if n in due})
        for name in [name for name in self._scenery if name in due]:
            track = due.pop(name)
            # No pass of the device: a sum over some drawings, 0.1 ms.
            track.take_step(finite(self._scenery[name].guess(track.sample, track.sigma)))
        for names in _alike(due):
            asked = self._noisy_plates(names, due)
            key = ("plates", tokens(kind(names[0])))
            guesses = yield Forward(key, asked, partial(guess_plates, self._transformer))
            for name, x0 in zip(names, guesses, strict=True):
                due[name].take_step(finite(self._guided(x0)))

    def _advance_nouns(self, due: Mapping[str, Track]) -> Generator[Forward, Any, None]:
        """One step of the plates that nouns are on, guided as subjects are."""
        if not due or self._nouns is None:
            return
        told = {name: self._vectors[name] for name in due}
        for name, track in due.items():
            if self._guidance != 1 and track.sigma > _UNGUIDED:
                told[name] = torch.cat((told[name], self._nouns.free))
        asked = NoisyNouns(
            [due[name].sample.expand(len(told[name]), -1, -1) for name in due],
            [torch.full((len(told[name]),), due[name].sigma) for name in due],
            list(told.values()),
        )
        guesses = yield Forward(("nouns",), asked, partial(guess_nouns, self._nouns.net))
        for track, x0 in zip(due.values(), guesses, strict=True):
            track.take_step(finite(self._guided(x0)))

    def _guided(self, x0: Tensor) -> Tensor:
        return x0[0] if len(x0) == 1 else torch.lerp(x0[1], x0[0], self._guidance)

    def _noisy_plates(self, names: list[str], due: Mapping[str, Track]) -> NoisyPlates:
        """Subjects are guided (arXiv 2207.12598) while there is much noise (arXiv 2404.07724),
        unless the guidance is 1."""
        rows = {name: self._rows[name] for name in names}
        for name in names:
            guided = kind(name) == "subject" and self._guidance != 1
            if guided and due[name].sigma > _UNGUIDED:
                # With and without the words in one batch: in a trial 31 ms for two rows where one
                # took 21.
                rows[name] = torch.cat((rows[name], self._anything))
        return NoisyPlates(
            [kind(name) for name in names],
            [due[name].sample.expand(len(rows[name]), -1, -1) for name in names],
            [torch.full((len(rows[name]),), due[name].sigma) for name in names],
            list(rows.values()),
        )

    def _developed(self, tracks: Mapping[str, Track], others: Mapping[str, Array]) -> Plates:
        """The plates as the tracks guess them now, the others as they are."""
        x0 = {name: track.x0 for name, track in tracks.items() if name != "score"}
        return Plates(self._decoders, x0, others)

    def _noise_left(self, tracks: Mapping[str, Track]) -> Noise:
        left = {name: track.noise for name, track in tracks.items()}
        return Noise(self._decoders, left)

    def _decoding(self) -> dict[str, PlateDecoder]:
        """Who decodes which plate: the older network's autoencoder those that nobody else drew."""
        names = parts(self.slots, self.cast)
        older = {name: KindDecoder(self._autoencoder, kind(name)) for name in names}
        nouns = dict.fromkeys(self._vectors, self._nouns) if self._nouns else {}
        return {**older, **nouns, **self._scenery}

    def _second(self, chunk: int, track: Track | None) -> Tensor:
        if track is not None:
            return track.x0
        origin = self._origin("score", chunk)
        assert origin is not None
        return origin


def _level(tracks: Mapping[str, Track]) -> float:
    return max((track.sigma for track in tracks.values()), default=0.0)


def _is_backdrop(name: str, cast: Cast) -> bool:
    return bool(cast.place and name in PLATES) or bool(cast.weather and name == "weather")


def _rows(world: World, slots: Mapping[str, str], cast: Cast) -> dict[str, Tensor]:
    """What the net is told for each plate and for the score, (1, slots): a second subject's plates
    are drawn as the first's, from its own slots."""
    first = torch.tensor([world.slot_indices(slots)])
    rows = dict.fromkeys((*parts(slots, cast), "score"), first)
    if cast.anchored:
        # Who goes where the first does has no way of its own, and takes none of its room.
        rows["score"] = torch.tensor([world.slot_indices({**slots, "other": NOBODY})])
    if "other" in rows:
        seen = {slot: slots[meant] for slot, meant in MEANT.items()}
        rows |= dict.fromkeys(OTHERS, torch.tensor([world.slot_indices({**slots, **seen})]))
    return rows


def _alike(names: Iterable[str]) -> list[list[str]]:
    """Plates that can be denoised in one batch: those of equally many tokens."""
    groups: dict[int, list[str]] = {}
    for name in names:
        groups.setdefault(tokens(kind(name)), []).append(name)
    return list(groups.values())
