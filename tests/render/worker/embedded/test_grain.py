"""Paper that noise tears."""

import pytest
import torch
from torch import Tensor

from phosphene.render.worker.embedded.grain import Tearing, tear

BY = Tearing(light=40.0, alpha=0.6)
LUMA, ALPHA = 0, 3


def half_covered() -> Tensor:
    """Paper of luma 100 on the left half of a plate, (4, 96, 96)."""
    planes = torch.zeros(4, 96, 96)
    planes[LUMA, :, :48], planes[1, :, :48], planes[ALPHA, :, :48] = 100.0, -30.0, 1.0
    return planes


def grain(light: float = 0.0, alpha: float = 0.0) -> Tensor:
    return torch.tensor([light, alpha])[:, None, None].expand(2, 96, 96)


def test_where_no_noise_is_left_paper_is_whole() -> None:
    for torn in (tear(half_covered(), grain(3, 3), 0.0, BY), tear(half_covered(), grain(), 1, BY)):
        torch.testing.assert_close(torn[:, :, :48], half_covered()[:, :, :48], atol=0.1, rtol=0)
        assert not torn[ALPHA, :, 48:].any()


def test_noise_opens_paper_and_hangs_scraps_where_none_is() -> None:
    torn = tear(half_covered(), grain(alpha=-1), 0.5, BY)
    assert torn[ALPHA, 0, 0] == pytest.approx(0.7)
    scraps = tear(half_covered(), grain(alpha=1), 0.5, BY)
    assert scraps[ALPHA, 0, 90] == pytest.approx(0.3)
    # Their paper is that of the plate.
    torch.testing.assert_close(scraps[:3, 0, 90] / 0.3, torch.tensor([100.0, -30.0, 0.0]))


def test_noise_of_the_colours_is_light_and_shade() -> None:
    lighter = tear(half_covered(), grain(light=1), 0.5, BY)
    darker = tear(half_covered(), grain(light=-9), 0.5, BY)
    assert lighter[LUMA, 0, 0] == pytest.approx(120, abs=0.5)
    assert darker[LUMA].min() == 0
    assert torch.equal(lighter[ALPHA], half_covered()[ALPHA])


def test_scraps_in_empty_air_are_pale() -> None:
    scraps = tear(torch.zeros(4, 96, 96), grain(alpha=1), 1.0, BY)
    assert scraps[LUMA, 0, 0] / scraps[ALPHA, 0, 0] > 200
    assert not scraps[1:3].any()


def test_each_pose_has_its_own_paper() -> None:
    poses = torch.stack((half_covered(), torch.zeros(4, 96, 96)))
    torn = tear(poses, grain(alpha=1).expand(2, 2, 96, 96), 0.5, BY)
    assert torn.shape == (2, 4, 96, 96)
    assert torn[0, 1, 0, 90] < 0 == torn[1, 1, 0, 90]
