"""Train the autoencoder of nouns: python -m training.nouns.autoencoder --minutes 60.

Then, with its encoder held, a decoder that forgives: --forgive --minutes 20. Then people, of whom
faces are small and looked at: --people --minutes 8; latents of everything else are held near what
they were. Goes on from the last checkpoint in training/runs/nouns; a line of the log every fifty
steps.
"""

import argparse
import copy
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.vocabulary import PLATE
from training.nouns.concepts import concepts
from training.nouns.course import Course
from training.nouns.pool import PEOPLE, POOL, plates
from training.precision import mixed

BATCH = 24
HELD = 1
"""Shards that are kept for measuring."""
RATE = 1e-3
NOISE = 0.05
"""Of the latents while the encoder learns: neighbours are to look alike."""
FORGIVE = 0.45
"""Of their spread at most while the decoder learns to forgive: a denoiser's are never exact."""
SMALL = 1e-4
PEOPLE_SHARE = 0.6
"""Of a batch, where people are learned."""
TRADES = 2
"""How often each of their shards is among those of people with cards."""
HEADS = slice(8, 60)
"""Rows of a plate in which people have their heads."""
LOOKED_AT = 2.5
"""How much more an error there weighs."""
HOLD = 0.3
"""How much it weighs that latents of things move, in their spread."""
COOL_FROM = 0.3


def composed(batch: Tensor, inks: Tensor) -> Tensor:
    """What one sees of plates (B, 9, H, W) in inks (B, 5, 3) on a middling ground."""
    paper = batch[:, :3] + torch.einsum("bkhw,bkc->bchw", batch[:, 3:-1], inks)
    return paper + 0.8 * (1 - batch[:, -1:])


def error(seen: Tensor, wanted: Tensor, inks: Tensor, weight: Tensor | None = None) -> Tensor:
    """Of the plates, absolute and squared, and of what one sees of them; weight (B, 1, H, 1)."""
    away = seen - wanted
    shown = composed(seen, inks) - composed(wanted, inks)
    if weight is not None:
        away, shown = away * weight, shown * weight
    return away.abs().mean() + 2 * (away**2).mean() + 2 * (shown**2).mean()


def decibels(net: PlateAutoencoder, held: Tensor) -> float:
    """Of what one sees of held-out plates (N, 9, 96, 96) uint8, in the same inks always."""
    inks = torch.rand(len(held), 5, 3, generator=torch.Generator().manual_seed(0))
    total = 0.0
    with torch.no_grad(), mixed():
        for part, ink in zip(torch.split(held, 32), torch.split(inks, 32), strict=True):
            wanted = part.float() / 255
            seen = net.decode(net.encode(wanted)).float().clamp(0, 1)
            total += float(((composed(seen, ink) - composed(wanted, ink)) ** 2).mean()) * len(part)
    return float(-10 * np.log10(total / len(held)))


def batch(shards: list[NDArray[np.uint8]], count: int, rng: np.random.Generator) -> Tensor:
    """Random plates (count, 9, 96, 96) in 0..1, shifted a little, mirrored now and then."""
    found = np.empty((count, *shards[0].shape[1:]), np.uint8)
    for k in range(count):
        shard = shards[rng.integers(len(shards))]
        found[k] = shard[rng.integers(len(shard))]
        if rng.random() < 0.3:
            found[k] = found[k, :, :, ::-1]
    down, across = rng.integers(-3, 4, 2)
    return torch.from_numpy(np.roll(found, (down, across), (2, 3))).float() / 255


def rate(course: Course, top: float) -> float:
    """A short warm-up, a plateau, a line down."""
    cool = 1 - max(0.0, course.done - COOL_FROM) / (1 - COOL_FROM)
    return top * min(1.0, (course.step + 1) / 50) * max(0.02, cool)


def looked_at(people: int, count: int) -> Tensor:
    """Weights (count, 1, 96, 1) of the rows of plates of which the first are of people."""
    weight = torch.ones(count, 1, PLATE, 1)
    weight[:people, :, HEADS] = LOOKED_AT
    return weight / weight.mean()


def faced() -> list[NDArray[np.uint8]]:
    """Plates of the pool that show somebody: a wizard's face is as small as a card's."""
    rows = [k for k, concept in enumerate(concepts().values()) if concept.faced]
    return [shard[rows] for shard in plates()[HELD:]]


def learn_people(course: Course, top: float) -> None:
    """Encoder and decoder, from the decoder that forgives."""
    torch.manual_seed(course.step + 1)
    rng = np.random.default_rng(course.step + 1)
    things, people = plates()[HELD:], TRADES * faced() + plates(POOL / PEOPLE)
    net = PlateAutoencoder().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    net.load_state_dict(Course("forgiving", 1).load()["net"])
    before = copy.deepcopy(net.encoder).requires_grad_(False)
    moves = torch.optim.AdamW(net.parameters(), top, betas=(0.9, 0.95), weight_decay=0.01)
    if state := course.load():
        net.load_state_dict(state["net"])
        moves.load_state_dict(state["optimizer"])
    held = torch.from_numpy(people.pop()[:96].copy())
    persons = int(BATCH * PEOPLE_SHARE)
    weight = looked_at(persons, BATCH)

    def kept() -> dict[str, Any]:
        return {"net": net.state_dict(), "optimizer": moves.state_dict()}

    for _ in course.steps(kept):
        moves.param_groups[0]["lr"] = rate(course, top)
        wanted = torch.cat([batch(people, persons, rng), batch(things, BATCH - persons, rng)])
        inks = torch.rand(len(wanted), 5, 3)
        with mixed():
            latents = net.encoder(wanted * 2 - 1)
            with torch.no_grad():
                old = before(wanted[persons:] * 2 - 1)
            strength = net.spread * FORGIVE * torch.rand(len(wanted), 1, 1, 1)
            seen = net.decoder(latents + strength * torch.randn_like(latents))
        moved = ((latents[persons:] - old) / net.spread).float().pow(2).mean()
        # Unless they are held, latents grow and so outrun the noise.
        large = ((latents[:persons] - net.mean) / net.spread).float().pow(2).mean()
        loss = error(seen.float(), wanted, inks, weight) + HOLD * moved + 1e-3 * large
        moves.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        moves.step()
        course.note(loss.item(), partial(_seen, net, held, course.step % 250 == 249))


def train(course: Course, forgive: bool, top: float) -> None:
    """Until the course's minutes are used up."""
    torch.manual_seed(course.step)
    rng = np.random.default_rng(course.step)
    shards = plates() + plates(POOL / PEOPLE)
    held = torch.from_numpy(np.concatenate(shards[:HELD])[::2].copy())
    net = PlateAutoencoder().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if forgive:
        net.load_state_dict(Course("autoencoder", 1).load()["net"])
        net.encoder.requires_grad_(False)
    learned = [p for p in net.parameters() if p.requires_grad]
    moves = torch.optim.AdamW(learned, top, betas=(0.9, 0.95), weight_decay=0.01)
    if state := course.load():
        net.load_state_dict(state["net"])
        if "optimizer" in state:  # not in what was handed over
            moves.load_state_dict(state["optimizer"])

    def kept() -> dict[str, Any]:
        if not forgive:  # others work on these latents
            measure_spread(net, shards)
        return {"net": net.state_dict(), "optimizer": moves.state_dict()}

    for _ in course.steps(kept):
        moves.param_groups[0]["lr"] = rate(course, top)
        loss = _loss(net, batch(shards[HELD:] or shards, BATCH, rng), forgive)
        moves.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        moves.step()
        course.note(loss.item(), partial(_seen, net, held, course.step % 250 == 249))


def _seen(net: PlateAutoencoder, held: Tensor, often: bool) -> dict[str, float]:
    return {"dB": decibels(net, held) if often else 0.0}


def _loss(net: PlateAutoencoder, wanted: Tensor, forgive: bool) -> Tensor:
    inks = torch.rand(len(wanted), 5, 3)
    with mixed():
        latents = net.encoder(wanted * 2 - 1)
        if forgive:
            strength = net.spread * FORGIVE * torch.rand(len(wanted), 1, 1, 1)
            seen = net.decoder(latents + strength * torch.randn_like(latents))
        else:
            seen = net.decoder(latents + NOISE * torch.randn_like(latents))
    small: Tensor = SMALL * latents.float().pow(2).mean()
    return error(seen.float(), wanted, inks) + small


@torch.no_grad()
def measure_spread(net: PlateAutoencoder, shards: list[NDArray[np.uint8]]) -> None:
    """Mean and spread of each channel of the latents, so that they have unit variance."""
    some = torch.from_numpy(np.concatenate([shard[::20] for shard in shards])).float() / 255
    latents = net.encoder(some * 2 - 1)
    net.mean.copy_(latents.mean((0, 2, 3))[:, None, None])
    net.spread.copy_(latents.std((0, 2, 3))[:, None, None])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="of CPU, in all")
    parser.add_argument("--name", default="autoencoder")
    parser.add_argument("--forgive", action="store_true")
    parser.add_argument("--people", action="store_true")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--quiet", type=Path, help="while this file exists, wait")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.people:
        learn_people(Course("people", options.minutes, options.quiet), options.rate)
    else:
        name = "forgiving" if options.forgive else options.name
        train(Course(name, options.minutes, options.quiet), options.forgive, options.rate)
