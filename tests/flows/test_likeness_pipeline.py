"""From the camera to a frame: a real check, and a real pipeline with few random weights."""

import time
from typing import Any

import cv2
import numpy as np
import pytest

from phosphene.likeness.worker.faces import FaceFinder
from tests.api.somebody import somebody
from tests.api.test_consent import ended, lend, prompt
from tests.api.test_likeness_portraits import PORTRAIT, SETTINGS, take_back, verify
from tests.api.test_presence import YEAR, show, standing
from tests.likeness.synthetic_head import astronaut
from tests.render.worker.diffusers import tiny
from tests.support import instance

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


@pytest.mark.breadth
@pytest.mark.model
async def test_from_the_camera_to_a_frame_of_a_real_pipeline(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """WanVACE with few random weights: what changes between two clips of one seed is the person."""
    data = tmp_path_factory.mktemp("portraits")
    model = tiny.save("vace", tmp_path_factory.mktemp("model"))
    drawn: dict[str, Any] = {"model": model, "pixels": tiny.AREA, "steps": 3, "worker_threads": 1}
    with instance(data, **SETTINGS, **drawn) as server:
        anna = await somebody(server)
        try:
            await verify(anna)
            until = time.time() + YEAR
            _, verdict = await show(anna, astronaut(), portrait=True, until=until)
            assert (verdict["outcome"], (await standing(anna))["face"]) == ("passed", None)
            picture = (await anna.http.get(PORTRAIT)).content
            assert len(FaceFinder().find_faces(_read(picture))) == 1
            await lend(anna, scope="me")
            name = f"@{anna.person.handle}"
            shown = await ended(anna, (await prompt(anna, f"{name} at sea", seed=7)).json()["id"])
            # The same words to the text encoder, and nobody's picture.
            plain = await prompt(anna, "the woman at sea", seed=7)
            nobody = await ended(anna, plain.json()["id"])
            assert (shown["status"], nobody["status"]) == ("done", "done"), (shown, nobody)
            assert shown["recipe"]["latents"] != nobody["recipe"]["latents"]
            assert [bool(one["portrait"]) for one in shown["recipe"]["looks"]] == [True]
            film = await anna.http.get(f"/v1/clips/{shown['id']}/video.mp4")
            assert (film.status_code, film.content[4:8]) == (200, b"ftyp")
            assert await take_back(anna) == [shown["id"]]
            assert (await anna.http.get(f"/v1/clips/{shown['id']}")).status_code == 410
        finally:
            await anna.http.aclose()


def _read(data: bytes) -> Any:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
