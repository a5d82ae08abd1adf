from typing import Any

import msgspec
import pytest

from phosphene.errors import BadInput, PhospheneError, Unprocessable
from phosphene.model import Clip, Fork, Person, Prompt, Tune
from phosphene.render.dispatch.recipe import check_fork, new_clip, order_of, parent_of, tune_of
from tests.render.easel import READY

INFO = msgspec.structs.replace(READY, forks=True)
ANNA = Person("anna-id", "anna")


def clip_of(above: Clip | None = None, **asked: Any) -> Clip:
    prompt = Prompt(text="a red fox", seconds=4, seed=7, **asked)
    return new_clip(prompt, prompt.text, ANNA, above, INFO, 0)


PARENT = clip_of()


def test_a_clip_of_its_own() -> None:
    order = order_of(PARENT, None)
    assert (order.seed, order.seconds, order.strength, order.kept) == (7, 4, 1.0, 0)
    assert (order.parent, order.begun) == (None, None)
    assert (PARENT.root, PARENT.recipe and PARENT.recipe.steps) == (PARENT.id, INFO.steps)


def test_a_clip_is_for_whom_its_prompt_says() -> None:
    clip = clip_of(visibility="unlisted", remixing="mutuals", license="CC-BY-4.0")
    assert (clip.visibility, clip.remixing, clip.license) == ("unlisted", "mutuals", "CC-BY-4.0")


def test_a_remix_starts_from_its_parent_and_a_fork_goes_on_from_it() -> None:
    remix = order_of(clip_of(PARENT, parent=PARENT.id, strength=0.3), b"latents")
    fork = order_of(clip_of(PARENT, fork=Fork(PARENT.id, 3)), b"latents")
    assert (remix.parent, remix.begun, remix.kept, remix.strength) == (b"latents", None, 0, 0.3)
    assert (fork.parent, fork.begun, fork.kept, fork.strength) == (None, b"latents", 3, 1.0)


def test_a_prompt_goes_on_from_one_clip_only() -> None:
    assert parent_of(Prompt(text="a fox")) is None
    assert parent_of(Prompt(text="a fox", parent="a")) == "a"
    assert parent_of(Prompt(text="a fox", fork=Fork("b", 1))) == "b"
    with pytest.raises(BadInput, match="not both"):
        parent_of(Prompt(text="a fox", parent="a", fork=Fork("b", 1)))


@pytest.mark.parametrize(
    ("second", "seconds", "changes", "error"),
    [
        (3, 4, {}, None),
        (4, 5, {}, None),
        (4, 4, {}, BadInput),
        (5, 9, {}, BadInput),
        (3, 4, {"forks": False}, Unprocessable),
        (3, 4, {"fingerprint": "another"}, Unprocessable),
    ],
)
def test_a_fork_needs_a_second_and_the_same_model(
    second: int, seconds: int, changes: dict[str, Any], error: type[PhospheneError] | None
) -> None:
    info = msgspec.structs.replace(INFO, **changes)
    if error is None:
        check_fork(Fork("a", second), seconds, PARENT, info)
        return
    with pytest.raises(error):
        check_fork(Fork("a", second), seconds, PARENT, info)


def test_a_family_sounds_alike_and_the_newest_synthesizer_plays() -> None:
    """A fork has another seed, and its first seconds are its parent's."""
    sounding = msgspec.structs.replace(INFO, sound=True, synthesizer=2)
    own = tune_of(sounding, 7, 4)
    assert own == Tune(version=2, seed=7, seconds=4)
    assert PARENT.recipe
    old = Tune(version=1, seed=3, seconds=6)
    above = msgspec.structs.replace(PARENT, recipe=msgspec.structs.replace(PARENT.recipe, tune=old))
    assert tune_of(sounding, 7, 4, above) == Tune(version=2, seed=3, seconds=6)
    assert tune_of(sounding, 7, 4, PARENT) == own  # of an earlier release, which made no sound
    for silent in (INFO, msgspec.structs.replace(sounding, synthesizer=0)):
        assert tune_of(silent, 7, 4, above) is None
