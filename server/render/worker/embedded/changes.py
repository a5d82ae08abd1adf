"""Which plates of a scene other words matter for; what they do not touch stays as it is."""

from collections.abc import Iterator, Mapping

from phosphene.render.worker.embedded.backdrops import PLATES
from phosphene.render.worker.embedded.nouns.cast import Actor, Cast
from phosphene.render.worker.embedded.scene import Scene, parts
from phosphene.render.worker.embedded.vocabulary import needs

INKS = {"subject": "inks", "other": "other_inks"}
"""The plates that colour these."""


def changed_parts(
    slots: Mapping[str, str], cast: Cast, was: Mapping[str, str], before: Cast
) -> frozenset[str]:
    """The plates (and the score) that a changed slot or actor matters for."""
    moved = {slot for slot in slots if slots[slot] != was[slot]}
    told = {
        name
        for name in (*parts(slots, cast), "score")
        if name not in cast.actors and moved & set(needs(name))
    }
    return frozenset({*told, *_recast(cast, before)} & {*parts(slots, cast), "score"})


def touched_parts(slots: Mapping[str, str], cast: Cast, parent: Scene | None) -> frozenset[str]:
    """The plates (and the score) that must be denoised: those that something changed matters for;
    if nothing did, all."""
    changed = changed_parts(slots, cast, parent.slots, parent.cast) if parent else frozenset[str]()
    return changed or frozenset((*parts(slots, cast), "score"))


def _recast(cast: Cast, before: Cast) -> Iterator[str]:
    for name, inks in INKS.items():
        one, other = cast.actors.get(name), before.actors.get(name)
        if _shape(one) != _shape(other):
            yield name
        if one is None or other is None:
            continue
        if one.inks != other.inks:
            # Its colours are no plate of their own; the light on them is, and must be new with
            # them, or a remix that only gives another coat would find nothing to do.
            yield inks
        if (one.gait, one.size) != (other.gait, other.size):
            yield "score"
    if (cast.relation, cast.count) != (before.relation, before.count):
        yield "score"
    if cast.place != before.place:
        yield from PLATES
    if cast.weather != before.weather:
        yield "weather"


def _shape(actor: Actor | None) -> object:
    return actor and actor.shape
