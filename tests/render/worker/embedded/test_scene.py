import json
import struct
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load, save

from phosphene.render.worker.embedded import scene as scenes
from phosphene.render.worker.embedded.nouns.cast import Cast
from phosphene.render.worker.embedded.nouns.plate import SHAPE
from phosphene.render.worker.embedded.scene import Scene, to_latents
from phosphene.render.worker.embedded.vocabulary import OTHERS, PLATES, SHAPES
from tests.render.worker.embedded.toy import WORLD, actor, another

Tensors = dict[str, NDArray[np.generic]]


def from_latents(latents: bytes) -> Scene:
    return scenes.from_latents(latents, WORLD)


def paired(scene: Scene) -> Scene:
    """The scene with a second subject in it."""
    plates = dict(scene.plates) | {
        "other": scene.plates["subject"][::-1].copy(),
        "other_inks": 1 - scene.plates["inks"],
    }
    return Scene(plates, scene.score, dict(scene.slots) | {"other": "rabbit"})


def about(latents: bytes) -> str:
    size = int.from_bytes(latents[:8], "little")
    return str(json.loads(latents[8 : 8 + size])["__metadata__"]["phosphene-theatre"])


def changed(scene: Scene, change: Callable[[Tensors], object], said: str | None = None) -> bytes:
    latents = to_latents(scene)
    tensors = dict(load(latents))
    change(tensors)
    return save(tensors, {"phosphene-theatre": about(latents) if said is None else said})


def test_a_scene_survives_its_bytes(scene: Scene) -> None:
    again = from_latents(to_latents(scene))
    assert again.slots == scene.slots
    assert again.seconds == 2
    np.testing.assert_allclose(again.score, scene.score, atol=1e-3)
    for name in PLATES:
        assert again.plates[name].shape == SHAPES[name]
        assert again.plates[name].dtype == np.float32
        np.testing.assert_allclose(again.plates[name], scene.plates[name], atol=0.5 / 255 + 1e-6)


def test_two_subjects_survive_their_bytes(scene: Scene) -> None:
    both = paired(scene)
    again = from_latents(to_latents(both))
    assert again.slots == both.slots
    assert set(again.plates) == {*PLATES, *OTHERS}
    np.testing.assert_allclose(again.plates["other"], both.plates["other"], atol=0.5 / 255 + 1e-6)
    assert to_latents(again) == to_latents(both) != to_latents(scene)


def test_the_plates_must_be_those_of_the_slots(scene: Scene) -> None:
    with pytest.raises(ValueError, match="hold"):
        from_latents(changed(paired(scene), lambda t: t.pop("other")))
    with pytest.raises(ValueError, match="hold"):
        from_latents(changed(paired(scene), lambda _: None, about(to_latents(scene))))
    with pytest.raises(ValueError, match="plate other"):
        from_latents(changed(paired(scene), lambda t: t.update(other=t["sky"])))


def test_the_scene_of_another_world_is_refused(scene: Scene) -> None:
    slots = dict(scene.slots) | {"subject": "whale"}
    latents = to_latents(Scene(scene.plates, scene.score, slots))
    assert from_latents(latents).slots["subject"] == "whale"
    with pytest.raises(ValueError, match="does not know"):
        scenes.from_latents(latents, another())


def test_the_same_scene_has_the_same_bytes(scene: Scene) -> None:
    latents = to_latents(scene)
    assert latents == to_latents(scene) == to_latents(from_latents(latents))
    assert len(latents) < 400_000


def test_values_out_of_range_are_clipped(scene: Scene) -> None:
    wild = {name: plate * 3 - 1 for name, plate in scene.plates.items()}
    again = from_latents(to_latents(Scene(wild, scene.score, scene.slots)))
    assert all(plate.min() >= 0 and plate.max() <= 1 for plate in again.plates.values())


@pytest.mark.parametrize(
    "latents",
    [b"", b"1234567", b"\0" * 8, b"\xff" * 64, b"{}" * 40, struct.pack("<Q", 1 << 62) + b"x" * 9],
)
def test_bytes_of_another_kind_are_refused(latents: bytes) -> None:
    with pytest.raises(ValueError, match="latents"):
        from_latents(latents)


def test_bytes_without_end_are_refused(scene: Scene) -> None:
    with pytest.raises(ValueError, match="bytes"):
        from_latents(to_latents(scene) + bytes(1 << 20))


@pytest.mark.parametrize("share", [0.001, 0.01, 0.5, 0.999])
def test_truncated_latents_are_refused(scene: Scene, share: float) -> None:
    latents = to_latents(scene)
    with pytest.raises(ValueError, match="latents"):
        from_latents(latents[: int(len(latents) * share)])


def test_another_models_tensors_are_refused() -> None:
    with pytest.raises(ValueError, match="not those of an embedded"):
        from_latents(save({"latents": np.zeros((1, 16, 3), np.float32)}))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda t: t.pop("sky"), "hold"),
        (lambda t: t.pop("score"), "hold"),
        (lambda t: t.update(extra=np.zeros(1)), "hold"),
        (lambda t: t.update(sky=t["sky"][:, :48]), "plate sky"),
        (lambda t: t.update(subject=t["subject"].astype(np.float32)), "plate subject"),
        (lambda t: t.update(score=t["score"].astype(np.float32)), "score"),
        (lambda t: t.update(score=t["score"][:, :7]), "score"),
        (lambda t: t.update(score=t["score"][:0]), "0 seconds"),
        (lambda t: t.update(score=np.concatenate([t["score"]] * 6)), "12 seconds"),
        (lambda t: t.update(score=t["score"] * np.float16(np.nan)), "finite"),
    ],
)
def test_a_scene_with_a_part_wrong_is_refused(
    scene: Scene, change: Callable[[Tensors], object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        from_latents(changed(scene, change))


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("", "not those of an embedded"),
        ("[]", "not those of an embedded"),
        ("{}", "not those of an embedded"),
        ("[" * 100_000, "not those of an embedded"),
        ('{"version": 2, "slots": {}}', "version 2"),
        ('{"version": 3, "slots": {}}', "every slot"),
        ('{"version": 3, "slots": null}', "every slot"),
    ],
)
def test_strange_metadata_is_refused(scene: Scene, said: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        from_latents(changed(scene, lambda _: None, said))


@pytest.mark.parametrize("subject", ["minotaur", None, 3, ["fish"]])
def test_slots_outside_the_vocabulary_are_refused(scene: Scene, subject: object) -> None:
    said = json.dumps({"version": 3, "slots": dict(scene.slots) | {"subject": subject}})
    with pytest.raises(ValueError, match="latents"):
        from_latents(changed(scene, lambda _: None, said))


def cast_in(scene: Scene, cast: Cast) -> Scene:
    """The scene with these actors, whose plates are all grey."""
    grey = np.full(SHAPE, 0.5, np.float32)
    plates = {**paired(scene).plates} | dict.fromkeys(cast.actors, grey)
    return Scene(plates, scene.score, scene.slots, cast)


def test_a_cast_survives_its_bytes_and_a_scene_without_one_is_written_as_ever(scene: Scene) -> None:
    held = cast_in(scene, Cast(actor("woman"), actor("guitar", 1, "rock"), "holding"))
    again = from_latents(to_latents(held))
    assert again.cast == held.cast
    assert {*again.plates} == {*PLATES, *OTHERS}
    assert [again.plates[name].shape for name in ("subject", "other")] == [SHAPE, SHAPE]
    assert to_latents(again) == to_latents(held)
    assert json.loads(about(to_latents(held)))["version"] == 4
    assert json.loads(about(to_latents(scene))) == {"version": 3, "slots": scene.slots}


def test_a_crowd_survives_its_bytes_and_a_cast_without_one_is_written_as_ever(scene: Scene) -> None:
    one = actor("woman")
    held = cast_in(scene, Cast(one, count=4, crowd=(one.inks, one.inks)))
    assert from_latents(to_latents(held)).cast == held.cast
    assert "crowd" not in json.loads(about(to_latents(cast_in(scene, Cast(one)))))["cast"]


def test_one_who_is_drawn_as_ever_can_have_something_of_the_nouns(scene: Scene) -> None:
    held = cast_in(scene, Cast(None, actor("hat"), "wearing"))
    again = from_latents(to_latents(held))
    assert again.plates["subject"].shape == SHAPES["subject"]
    assert again.plates["other"].shape == SHAPE


@pytest.mark.parametrize(
    "change",
    [
        {"subject": None},
        {"relation": "eaten by"},
        {"count": 6},
        {"crowd": [[[0, 0, 0]] * 4]},
        {"crowd": [[[0, 0, 0]] * 5] * 5},
        {"subject": {"concept": "car", "inks": [[0, 0, 0]] * 5, "gait": "teleport"}},
        {"subject": {"concept": "car", "inks": [[0, 0, 0]] * 4, "gait": "roll"}},
        {"subject": {"concept": "car", "inks": [[0, 0, 256]] * 5, "gait": "roll"}},
        {"subject": {"concept": "car", "inks": [[0] * 3] * 5, "gait": "roll", "size": 1e9}},
        {"subject": {"concept": "man", "inks": [[0] * 3] * 5, "gait": "walk", "card": [99] * 9}},
    ],
)
def test_a_cast_that_cannot_be_is_refused(scene: Scene, change: dict[str, object]) -> None:
    held = cast_in(scene, Cast(actor(), actor(), "beside"))
    said = json.loads(about(to_latents(held)))
    said["cast"] |= change
    with pytest.raises(ValueError, match=r"cast|plate"):
        from_latents(changed(held, lambda _: None, json.dumps(said)))
