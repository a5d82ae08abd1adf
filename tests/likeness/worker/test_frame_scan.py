"""The pictures of a clip, encoded as clips are, compared with the faces of those who asked to be
found: by the models that ship."""

from collections.abc import Sequence

import numpy as np
import pytest

from phosphene.likeness.find_threshold import PICTURES_NEEDED, find_threshold
from phosphene.likeness.messages import (
    BeginScan,
    ScanAnswer,
    ScanDone,
    ScanLooked,
    ScanMatched,
    ScanPicture,
)
from phosphene.likeness.worker.faces import Recogniser, pack_template
from phosphene.likeness.worker.frame_scan import FrameScan, ScanModels, load_scan_models
from phosphene.render.worker.h264_encoder import Encoder
from phosphene.render.worker.renderer import Picture
from tests.likeness.synthetic_head import HEIGHT, WIDTH, astronaut, picture_of, stranger
from tests.render.portraitist import YAWS, portrait

pytestmark = pytest.mark.slow

FPS = 24
EACH = 12


@pytest.fixture(scope="module")
def models() -> ScanModels:
    return load_scan_models(Recogniser())


@pytest.fixture(scope="module")
def templates(models: ScanModels) -> tuple[bytes, bytes]:
    """Of a stranger who is in no clip here, and of the astronaut, as a check before a camera keeps
    them."""
    return tuple(
        pack_template([vector_of(models, picture_of(face, yaw, 0, 1)) for yaw in (-3, 0, 3)])
        for face in (stranger(12), astronaut())
    )  # type: ignore[return-value]


def vector_of(models: ScanModels, picture: Picture) -> np.ndarray:
    (face,) = models.finder.find_faces(picture)
    return models.recogniser.read_vector(picture, face)


def scan(
    models: ScanModels, templates: Sequence[bytes], shown: Sequence[Picture], broken: int = -1
) -> list[ScanAnswer]:
    """What is said of a clip of these pictures, each for half a second."""
    # In two parts, as of more people than fit into one message.
    first, rest = tuple(templates[:1]), tuple(templates[1:])
    begun = BeginScan(scan=1, templates=first, least=find_threshold(100), needed=PICTURES_NEEDED)
    one, encoder = FrameScan(begun, models), Encoder(WIDTH, HEIGHT, FPS, 1500)
    one.add_templates(rest)
    said = list[ScanAnswer]()
    for number, picture in enumerate(picture for picture in shown for _ in range(EACH)):
        data, _ = encoder.encode_picture(picture, number)
        data = b"\x00\x00\x00\x01\x65broken" if number == broken else data
        said += one.take_picture(ScanPicture(1, number % EACH == EACH // 2, data))
    return [*said, *one.finish_scan()]


def heads(named: bool, count: int) -> list[Picture]:
    return [portrait(named, YAWS[n % len(YAWS)]) for n in range(count)]


def test_who_is_in_three_pictures_is_found_and_said_once(
    models: ScanModels, templates: tuple[bytes, bytes]
) -> None:
    looked = ScanLooked(1)
    assert scan(models, templates, heads(True, 5)) == [
        *(looked, looked, looked),
        ScanMatched(1, 1),
        *(looked, looked, ScanDone(1, 5)),
    ]


def test_two_pictures_are_not_enough_and_strangers_are_nobody(
    models: ScanModels, templates: tuple[bytes, bytes]
) -> None:
    shown = [*heads(True, 2), *heads(False, 3)]
    assert scan(models, templates, shown) == [*[ScanLooked(1)] * 5, ScanDone(1, 5)]


def test_somebody_beside_a_larger_face_is_found(
    models: ScanModels, templates: tuple[bytes, bytes]
) -> None:
    small = picture_of(astronaut(), 0, 0, 0.3)[150:250, 110:210]
    wide = picture_of(stranger(), 0, 0, 1.3)
    wide[:100, :100] = small
    faces = models.finder.find_faces(wide)
    assert len(faces) == 2
    cosines = [
        float(models.recogniser.read_vector(wide, face) @ np.frombuffer(templates[1], "<f2"))
        for face in faces
    ]
    assert max(cosines) > find_threshold(100) > min(cosines)


def test_a_picture_that_is_broken_ends_no_scan(
    models: ScanModels, templates: tuple[bytes, bytes]
) -> None:
    said = scan(models, templates, heads(True, 6), broken=30)
    assert ScanMatched(1, 1) in said
    assert isinstance(said[-1], ScanDone)
