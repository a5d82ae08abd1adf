"""What a prompt becomes: a queued clip with its recipe, and what a worker is told to draw."""

import hashlib
import secrets
import time
from pathlib import PurePath

import msgspec

from phosphene.errors import Unprocessable, Unusable
from phosphene.ids import new_id
from phosphene.model import Clip, Fork, Look, Person, Prompt, Recipe, Tune
from phosphene.render import messages
from phosphene.render.dispatch.inheritance import dropped_slots, inherited_slots


def parent_of(prompt: Prompt) -> str | None:
    """The clip that a prompt goes on from. Raises Unusable: it names two."""
    if prompt.fork is None:
        return prompt.parent
    if prompt.parent is not None:
        raise Unusable("a clip is a remix or a fork: parent or fork, not both")
    return prompt.fork.parent


def check_fork(fork: Fork, seconds: int, parent: Clip, info: messages.Ready) -> None:
    """Whether a clip of ``seconds`` can begin as its parent did.

    Raises:
        Unusable: there is no such second. Unprocessable: not with this model.
    """
    if not info.forks:
        raise Unprocessable("this model cannot go on from a part of a clip")
    if parent.recipe is None or parent.recipe.fingerprint != info.fingerprint:
        raise Unprocessable("another model drew that clip: only that one can go on with it")
    longest = min(parent.seconds, seconds - 1)
    if fork.second > longest:
        raise Unusable(f"fork.second: at most {longest} for a clip of {seconds} s")


def new_clip(
    prompt: Prompt,
    text: str,
    author: Person,
    parent: Clip | None,
    info: messages.Ready,
    steps: int,
    looks: tuple[Look, ...] = (),
) -> Clip:
    """The queued clip of a prompt; ``text`` is the prompt's, cleaned, ``steps`` 0 the model's,
    ``looks`` how people in it are drawn."""
    seed = secrets.randbits(32) if prompt.seed is None else prompt.seed
    dropped = dropped_slots(parent, text) if parent else ()
    recipe = Recipe(
        model=info.model,
        fingerprint=info.fingerprint,
        text=text,
        seed=seed,
        seconds=prompt.seconds,
        width=info.width,
        height=info.height,
        fps=info.fps,
        sound=info.sound,
        tune=tune_of(info, seed, prompt.seconds, parent),
        steps=steps or info.steps,
        parent=parent.id if parent else None,
        strength=prompt.strength if prompt.parent else 1.0,
        kept=prompt.fork.second if prompt.fork else 0,
        dropped=dropped,
        origin=PurePath(parent.latents).stem if parent and parent.latents else None,
        looks=looks,
    )
    now = time.time()
    clip_id = new_id(now)
    return Clip(
        id=clip_id,
        author=author,
        text=text,
        seconds=prompt.seconds,
        status="queued",
        created_at=now,
        visibility=prompt.visibility,
        remixing=prompt.remixing,
        license=prompt.license,
        width=info.width,
        height=info.height,
        fps=info.fps,
        understood=inherited_slots(parent, dropped) if parent else (),
        parent=recipe.parent,
        root=(parent.root or parent.id) if parent else clip_id,
        recipe=recipe,
    )


def tune_of(
    info: messages.Ready, seed: int, seconds: int, parent: Clip | None = None
) -> Tune | None:
    """What a clip's sound is synthesised from, where any is: its parent's, or else its own. The
    seed alone would not do: a fork has another one, and its first seconds sound like its parent's.
    """
    if not (info.sound and info.synthesizer):
        return None
    if parent is not None and parent.recipe is not None and parent.recipe.tune is not None:
        return msgspec.structs.replace(parent.recipe.tune, version=info.synthesizer)
    return Tune(version=info.synthesizer, seed=seed, seconds=seconds)


def order_of(clip: Clip, latents: bytes | None) -> messages.Render:
    """What to tell the pool; ``latents`` are the parent's, of a remix or a fork."""
    assert clip.recipe is not None
    order = order_again(clip.recipe, clip.id, latents)
    return msgspec.structs.replace(order, person=clip.author.id, live=True)


def order_again(recipe: Recipe, name: str, latents: bytes | None) -> messages.Render:
    """How a clip is drawn to a file, once more, under the ``name``; ``latents`` as above."""
    return messages.Render(
        clip=name,
        text=recipe.text,
        seed=recipe.seed,
        seconds=recipe.seconds,
        steps=recipe.steps,
        strength=recipe.strength,
        parent=None if recipe.kept else latents,
        begun=latents if recipe.kept else None,
        kept=recipe.kept,
        dropped=recipe.dropped,
        steering=recipe.steering,
        tune=recipe.tune,
        looks=recipe.looks,
        live=False,
    )


def finished_recipe(recipe: Recipe, done: messages.Done, latents: bytes) -> Recipe:
    """The recipe of a clip that is drawn: on what, and what it came to."""
    return msgspec.structs.replace(
        recipe,
        conditions=done.conditions,
        alone=done.alone,
        latents=hashlib.sha256(latents).hexdigest(),
    )
