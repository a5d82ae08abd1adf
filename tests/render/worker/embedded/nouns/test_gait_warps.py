import pytest
import torch

from phosphene.render.worker.embedded.nouns.gait_warps import GAITS, fields, poses


@pytest.mark.parametrize("gait", GAITS)
def test_no_gait_tears_or_folds_the_paper(gait: str) -> None:
    """Wherever one goes on the plate, one goes on in the drawing: the warps can be undone."""
    found = fields(gait)
    along = found[:, :, 1:, 0] - found[:, :, :-1, 0]
    down = found[:, 1:, :, 1] - found[:, :-1, :, 1]
    assert along.min() > 0
    assert down.min() > 0
    assert max(along.max(), down.max()) < 3 * 2 / 96


@pytest.mark.parametrize("gait", GAITS)
def test_the_middle_pose_is_the_drawing_and_the_others_move_as_the_gait_says(gait: str) -> None:
    plate = torch.rand(2, 96, 96)
    back, _, middle, _, forth = poses(plate, gait)
    # Who sleeps lies low in every pose.
    assert torch.allclose(middle, plate, atol=1e-4) == (gait != "sleep")
    moves = not torch.allclose(back, forth, atol=1e-3)
    assert moves == (gait != "stand")


def test_feet_stay_on_the_ground_where_a_thing_rocks() -> None:
    plate = torch.zeros(1, 96, 96)
    plate[0, 83:86] = 1
    for pose in poses(plate, "rock"):
        assert pose[0, 84, 10:86].min() > 0.8
