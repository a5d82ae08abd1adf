import math

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.likeness.worker.head_pose import (
    CHIN,
    FOREHEAD,
    TEMPLE_LEFT,
    TEMPLE_RIGHT,
    pose_of,
)


def a_mesh(yaw: float, pitch: float, roll: float = 0.0) -> NDArray[np.float32]:
    """468 points of a head 140 wide and 180 tall; x to the right of the picture, y down, z away
    from the camera, as MediaPipe has them."""
    points = np.zeros((468, 3))
    points[TEMPLE_RIGHT], points[TEMPLE_LEFT] = (-70, 0, 0), (70, 0, 0)
    points[FOREHEAD], points[CHIN] = (0, -90, 0), (0, 90, 0)
    a, b, c = (math.radians(one) for one in (yaw, pitch, roll))
    around_y = [[math.cos(a), 0, -math.sin(a)], [0, 1, 0], [math.sin(a), 0, math.cos(a)]]
    around_x = [[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]]
    around_z = [[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]]
    turn = np.array(around_z) @ np.array(around_y) @ np.array(around_x)
    turned: NDArray[np.float32] = (points @ turn.T).astype(np.float32)
    return turned


@pytest.mark.parametrize("yaw", [-40.0, -9.0, 0.0, 20.0])
@pytest.mark.parametrize("pitch", [-25.0, 0.0, 8.0])
def test_angles_are_those_of_the_head_and_its_size_stays(yaw: float, pitch: float) -> None:
    pose = pose_of(a_mesh(yaw, pitch), scale=2.0)
    assert pose.yaw == pytest.approx(yaw, abs=0.01)
    assert abs(pose.pitch) == pytest.approx(abs(pitch), rel=0.3, abs=0.01)
    assert math.copysign(1, pose.pitch) == math.copysign(1, pitch) or not pitch
    assert pose.size == pytest.approx(80)
