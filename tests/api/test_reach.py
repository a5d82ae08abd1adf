import pytest

from tests.api.conftest import AddClip
from tests.api.somebody import Somebody

pytestmark = [pytest.mark.asyncio, pytest.mark.process]


async def test_an_author_is_told_whom_their_clip_has_reached_and_nobody_else_is(
    anna: Somebody, ben: Somebody, add_clip: AddClip
) -> None:
    clip = await add_clip(status="done", author=anna.person)
    path = f"/v1/clips/{clip.id}/reach"
    told: dict[str, object] = {"reached": 0, "promised": 10, "state": "owed", "reason": None}
    assert (await anna.http.get(path)).json() == told
    assert (await ben.http.get(path)).status_code == 404
    draft = await add_clip(status="done", author=anna.person, visibility="private")
    told |= {"state": "ended", "reason": "not_public"}
    assert (await anna.http.get(f"/v1/clips/{draft.id}/reach")).json() == told
