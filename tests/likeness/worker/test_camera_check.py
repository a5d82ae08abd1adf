"""A synthetic head before the camera, encoded as a browser does, without a browser."""

from collections.abc import Callable, Iterator
from itertools import chain, repeat

import numpy as np
import pytest

from phosphene.likeness.challenge import BRISK, Instruction, Move, Pace
from phosphene.likeness.messages import (
    BeginCheck,
    CameraPicture,
    CheckAnswer,
    CheckState,
    CheckVerdict,
    PictureNeeded,
)
from phosphene.likeness.worker.camera_check import CameraCheck, Models, vp8_size
from phosphene.likeness.worker.faces import FaceFinder, Recogniser, alike
from phosphene.likeness.worker.head_pose import FaceMesh
from tests.likeness.synthetic_head import (
    FPS,
    HeadCamera,
    Vp8Encoder,
    astronaut,
    picture_of,
    stranger,
)

pytestmark = pytest.mark.slow

MOVES: tuple[Move, ...] = ("left", "up", "farther", "right", "down")
ALL: tuple[Move, ...] = ("left", "right", "up", "down", "nearer", "farther")


@pytest.fixture(scope="module")
def models() -> Models:
    return Models(FaceFinder(), Recogniser(), FaceMesh())


def film(
    models: Models,
    camera: HeadCamera,
    towards: Callable[[Instruction], Instruction],
    moves: tuple[Move, ...] = MOVES,
    pace: Pace = BRISK,
) -> list[CheckAnswer]:
    """What is said while a head goes where ``towards`` says, given what was asked for."""
    check, said, asked = (
        CameraCheck(BeginCheck(check="a", moves=moves, pace=pace), models),
        [],
        "look",
    )
    at = 100.0
    while not check.is_over:
        at += 1 / FPS
        picture = CameraPicture("a", at, camera.shoot(towards(asked)))  # type: ignore[arg-type]
        assert check.decode_picture(picture) is None
        for answer in check.look_at_newest():
            said.append(answer)
            if isinstance(answer, CheckState):
                asked = answer.instruction
    return said


def verdict_of(said: list[CheckAnswer]) -> CheckVerdict:
    assert isinstance(said[-1], CheckVerdict)
    return said[-1]


def played(poses: Iterator[Instruction]) -> Callable[[Instruction], Instruction]:
    return lambda _: next(poses)


def test_whoever_does_what_is_said_passes_and_is_recognised(models: Models) -> None:
    said = film(models, HeadCamera(), lambda asked: asked)
    states = [one for one in said if isinstance(one, CheckState)]
    told = [(one.instruction, one.done) for one in states]
    assert told == [("look", 0)] + [
        one for n, move in enumerate(MOVES) for one in ((move, n), ("back", n + 1))
    ]
    verdict = verdict_of(said)
    assert (verdict.outcome, len(verdict.template)) == ("passed", 256)
    photograph = picture_of(astronaut(), 0, 0, 1)
    (face,) = models.finder.find_faces(photograph)
    known = models.recogniser.read_vector(photograph, face).astype("<f2").tobytes()
    other = picture_of(stranger(), 0, 0, 1)
    (face,) = models.finder.find_faces(other)
    unknown = models.recogniser.read_vector(other, face).astype("<f2").tobytes()
    assert list(alike(verdict.template, [unknown, known], 0.6)) == [1]
    assert list(alike(verdict.template, [unknown, known], 0.0)) == [1, 0]
    assert alike(verdict.template, [], 0.0) == {}


def test_every_move_is_told_from_the_others(models: Models) -> None:
    said = film(models, HeadCamera(seed=2), lambda asked: asked, ALL)
    assert verdict_of(said).outcome == "passed"


def test_a_browser_that_sends_fewer_pixels_meanwhile_is_not_moving_away(models: Models) -> None:
    camera = HeadCamera(seed=9)

    def towards(asked: Instruction) -> Instruction:
        camera.pixels = 0.6 if asked == "back" else camera.pixels
        return asked

    moves: tuple[Move, ...] = ("left", "nearer", "farther")
    assert verdict_of(film(models, camera, towards, moves)).outcome == "passed"


def test_a_recording_is_refused(models: Models) -> None:
    # Other footage than the one that passes: it makes all six moves, again and again.
    order: tuple[Instruction, ...] = ("down", "nearer", "right", "up", "left", "farther")
    row = (one for move in chain.from_iterable(repeat(order)) for one in [move] * 5 + ["back"] * 5)
    poses: Iterator[Instruction] = chain(repeat("look", 6), row)
    said = film(models, HeadCamera(seed=3), played(poses))
    assert verdict_of(said).outcome == "wrong_move"
    assert verdict_of(said).template == b""


def test_a_still_is_refused(models: Models) -> None:
    camera = HeadCamera(seed=4)
    said = film(models, camera, played(repeat("look")), pace=Pace(move=1.0))
    assert verdict_of(said).outcome == "too_slow"


def test_a_second_face_is_refused(models: Models) -> None:
    camera = HeadCamera(seed=5)
    beside = picture_of(stranger(), 0, 0, 1)

    def towards(asked: Instruction) -> Instruction:
        if asked == "back":
            camera.beside = beside
        return asked

    # A camera whose picture grows says so with a keyframe.
    assert verdict_of(film(models, camera, towards)).outcome == "several_faces"


def test_another_face_is_refused(models: Models) -> None:
    camera = HeadCamera(seed=6)

    def towards(asked: Instruction) -> Instruction:
        if asked == "up":
            camera.photograph = stranger()
        return asked

    assert verdict_of(film(models, camera, towards)).outcome == "another_face"


@pytest.mark.parametrize(("light", "hint"), [(0.12, "dark"), (1.9, "bright")])
def test_where_a_face_cannot_be_seen_well_that_is_said(
    models: Models, light: float, hint: str
) -> None:
    camera = HeadCamera(seed=7)
    camera.light = light
    said = film(models, camera, lambda asked: asked, pace=Pace(settle=1.0))
    assert verdict_of(said).outcome == "light"
    assert [one.hint for one in said if isinstance(one, CheckState)] == [hint]


def test_what_cannot_be_decoded_asks_for_a_keyframe_and_is_not_looked_at(models: Models) -> None:
    check = CameraCheck(BeginCheck(check="a", moves=MOVES), models)
    camera = HeadCamera(seed=8)
    first, second = camera.shoot("look"), camera.shoot("look")
    assert check.decode_picture(CameraPicture("a", 1.0, second)) == PictureNeeded("a")
    assert check.decode_picture(CameraPicture("a", 1.1, b"")) == PictureNeeded("a")
    broken = first[:10] + bytes(40)
    assert check.decode_picture(CameraPicture("a", 1.2, broken)) == PictureNeeded("a")
    assert check.look_at_newest() == []
    assert check.decode_picture(CameraPicture("a", 1.3, first)) is None
    assert check.decode_picture(CameraPicture("a", 1.4, second)) is None
    assert isinstance(check.look_at_newest()[0], CheckState)


def test_a_picture_that_says_to_be_enormous_is_not_decoded(models: Models) -> None:
    check = CameraCheck(BeginCheck(check="a", moves=MOVES), models)
    data = bytearray(Vp8Encoder().encode(np.zeros((64, 48, 3), np.uint8)))
    assert vp8_size(bytes(data)) == (48, 64)
    data[6:10] = (16383).to_bytes(2, "little") * 2
    assert vp8_size(bytes(data)) == (16383, 16383)
    assert check.decode_picture(CameraPicture("a", 1.0, bytes(data))) == PictureNeeded("a")
