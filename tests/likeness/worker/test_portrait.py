"""What is cut out of a camera's picture to draw somebody from."""

import cv2
import numpy as np
import pytest

from phosphene.likeness.worker.faces import Face, FaceFinder, Picture
from phosphene.likeness.worker.portrait import (
    HEIGHT,
    WIDTH,
    cut_portrait,
    encode_portrait,
    face_sharpness,
)
from phosphene.model import MOST_PORTRAIT
from tests.likeness.synthetic_head import astronaut


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder()


def turned(degrees: float) -> Picture:
    picture = astronaut()
    middle = (222.0, 115.0)
    turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (512, 512)), np.uint8)


def only_face(finder: FaceFinder, picture: Picture) -> Face:
    (face,) = finder.find_faces(picture)
    return face


@pytest.mark.parametrize("degrees", [-14, 0, 14])
def test_a_head_stands_upright_in_the_middle_whatever_way_it_leans(
    degrees: float, finder: FaceFinder
) -> None:
    picture = turned(degrees)
    portrait = cut_portrait(picture, only_face(finder, picture))
    assert portrait.shape == (HEIGHT, WIDTH, 3)
    right, left = only_face(finder, portrait).points[:2]
    assert abs(float(left[1] - right[1])) < 0.12 * float(left[0] - right[0])
    assert abs(float(right[0] + left[0]) / 2 - WIDTH / 2) < WIDTH / 12
    assert float(right[1]) < HEIGHT / 2


def test_nothing_beside_the_pixels_is_in_the_file_and_it_is_small(finder: FaceFinder) -> None:
    portrait = cut_portrait(astronaut(), only_face(finder, astronaut()))
    data = encode_portrait(portrait)
    assert len(data) < MOST_PORTRAIT
    assert b"Exif" not in data
    back = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))
    assert float(np.abs(back.astype(np.int16) - portrait).mean()) < 3


def test_a_blurred_face_is_less_sharp(finder: FaceFinder) -> None:
    blurred = np.asarray(cv2.GaussianBlur(astronaut(), (0, 0), 3), np.uint8)
    face = only_face(finder, astronaut())
    assert face_sharpness(blurred, face) < face_sharpness(astronaut(), face) / 2
