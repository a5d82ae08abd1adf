"""People who are drawn from a portrait: what a pipeline is given of them, and what its prompt calls
them."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageOps

from phosphene.letters import find_mentions
from phosphene.model import Look, Portrait
from phosphene.render.diffusers_families import PipelineSpec
from phosphene.render.worker.diffusers.plan import Plan
from phosphene.render.worker.renderer import Brief

MOST_SIDE: Final = 2048
"""Pixels of a side: what says more is not decoded."""


def portraits_of(brief: Brief, spec: PipelineSpec) -> list[Image.Image]:
    """The pictures of those in a clip who are drawn from one, in the order of their looks.

    Raises:
        ValueError: one is not here, or is no picture; or they are more than the model takes.
    """
    wanted = [look.owner for look in brief.looks if look.portrait]
    given = {one.owner: one for one in brief.portraits}
    if missing := [owner for owner in wanted if owner not in given]:
        raise ValueError(f"it is drawn from a portrait of @{missing[0]}, which is not here")
    if len(wanted) > spec.most_portraits:
        raise ValueError(f"of {len(wanted)} portraits this model takes {spec.most_portraits}")
    return [_picture(given[owner]) for owner in wanted]


def portrait_arguments(
    pictures: Sequence[Image.Image], spec: PipelineSpec, plan: Plan
) -> dict[str, Any]:
    """The arguments with which a pipeline takes them; it makes references as small as its frame by
    itself, and would stretch the one that a clip goes on from."""
    if not pictures:
        return {}
    if spec.portrait == "reference_images":
        return {"reference_images": list(pictures)}
    return {"image": ImageOps.fit(pictures[0], (plan.width, plan.height))}


def name_figures(text: str, looks: Sequence[Look]) -> str:
    """A text without handles: a text encoder knows what a woman is, and nobody's @name."""
    known = {look.owner: look for look in looks}
    plain, end = "", 0
    for one in find_mentions(text):
        plain, end = plain + text[end : one.start] + _figure(known.get(one.handle)), one.end
    return plain + text[end:]


def _figure(look: Look | None) -> str:
    if look is None:
        return "the person"
    old = "old " if look.card.get("age") == "old" else ""
    return f"the {old}{look.card.get('figure', 'person')}"


def _picture(portrait: Portrait) -> Image.Image:
    """Raises ValueError."""
    try:
        # Only what the process that looks at cameras writes: every further format is a decoder more
        # that could be broken.
        picture = Image.open(BytesIO(portrait.data), formats=("JPEG",))
        if max(picture.size) > MOST_SIDE:
            raise ValueError("a portrait is too large")
        return picture.convert("RGB")
    except OSError:
        raise ValueError("a portrait cannot be read") from None
