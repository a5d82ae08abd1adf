"""The mark on a film: its pictures, their times and its sound stay, and what is invisible in it."""

from io import BytesIO

import av
import numpy as np
import pytest

from phosphene.mux import mp4, timed_packets
from phosphene.render.worker.sound import opus_packets
from phosphene.verification.messages import Examined
from phosphene.visible_mark.worker.badge import draw_badge
from phosphene.visible_mark.worker.marking import marked_film
from tests.render.worker.test_sound import tone
from tests.stream.viewer import encode
from tests.verification.worker.test_examination import WORD, answers, film

pytestmark = pytest.mark.slow


def pictures(data: bytes) -> tuple[list[float | None], np.ndarray]:
    with av.open(BytesIO(data), "r") as file:
        frames = list(file.decode(video=0))
    return [one.time for one in frames], np.stack([one.to_ndarray(format="gray") for one in frames])


def sound(data: bytes) -> list[tuple[int | None, bytes]]:
    with av.open(BytesIO(data), "r") as file:
        return [(one.pts, bytes(one)) for one in file.demux(audio=0)]


def test_only_a_corner_looks_otherwise_and_the_invisible_mark_stays() -> None:
    plain = film()
    marked = marked_film(plain, "clips.example")
    (before, old), (after, new) = pictures(plain), pictures(marked)
    assert before == after
    badge = draw_badge("clips.example", 576)
    end = badge.margin + badge.height, badge.margin + badge.width
    apart = np.abs(old.astype(int) - new)
    assert apart[:, badge.margin : end[0], badge.margin : end[1]].mean() > 20
    apart[:, : end[0] + 2, : end[1] + 2] = 0
    assert apart.mean() < 2
    found, _ = answers(marked)
    assert isinstance(found, Examined)
    assert WORD in found.words


def test_its_sound_is_the_same_at_the_same_time() -> None:
    opus = timed_packets(opus_packets(tone(1.0, 48_000), 1.0))
    plain = mp4([unit.data for unit in encode(24)], 24, opus)
    heard = sound(marked_film(plain, ""))
    assert len(heard) > 50
    assert heard == sound(plain)


def test_what_is_no_film_is_refused() -> None:
    with pytest.raises((av.FFmpegError, ValueError)):
        marked_film(b"nothing of the kind" * 9, "")
