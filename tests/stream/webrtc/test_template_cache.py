import gc
import weakref

import pytest

from phosphene.stream.live import LiveClip
from phosphene.stream.replay import Replay
from phosphene.stream.webrtc import vp8
from phosphene.stream.webrtc.template import PacketFormat, Template
from phosphene.stream.webrtc.template_cache import KEPT_TEMPLATES, TemplateCache, TemplateCaches
from phosphene.units import Unit
from tests.stream.viewer import a_clip

FORM = PacketFormat(108, 0, "", 0, 16)


def test_a_picture_is_built_once_for_all_of_one_form(units: list[Unit]) -> None:
    cache = TemplateCache(vp8_frames=False)
    first = cache.get(0, units[0], FORM)
    other = cache.get(0, units[0], FORM._replace(payload_type=96))
    assert other is not first
    assert cache.get(0, units[0], FORM) is first
    assert cache.get(1, units[1], FORM) is not first
    assert cache.get(0, units[0], FORM) is first


def test_only_the_last_pictures_are_kept(units: list[Unit]) -> None:
    cache = TemplateCache(vp8_frames=False)
    first = cache.get(0, units[0], FORM)
    for place in range(1, KEPT_TEMPLATES):
        cache.get(place, units[1], FORM)
    assert cache.get(0, units[0], FORM) is first
    cache.get(KEPT_TEMPLATES, units[1], FORM)
    assert cache.get(0, units[0], FORM) is not first


def test_showings_of_a_finished_clip_share_their_packets(units: list[Unit]) -> None:
    caches, replay = TemplateCaches(), Replay(a_clip(), units)
    assert caches.cache_of(replay.start_showing()) is caches.cache_of(replay.start_showing())
    assert caches.cache_of(Replay(a_clip(), units).start_showing()) is not caches.cache_of(
        replay.start_showing()
    )


def test_each_rendition_of_a_clip_has_packets_of_its_own(live: LiveClip) -> None:
    caches, frame = TemplateCaches(), Unit(0, True, 0, 0.0, False, b"frame")
    small = caches.cache_of(live.get_rendition("vp8"))
    assert small is not caches.cache_of(live)
    assert _payload(small.get(0, frame, FORM)) == vp8.payloads(b"frame")[0]


@pytest.mark.slow
def test_packets_go_with_their_rendition(units: list[Unit]) -> None:
    caches, live = TemplateCaches(), _live()
    template = caches.cache_of(live).get(0, units[0], FORM)
    kept = weakref.ref(caches.cache_of(live))
    del template, live
    gc.collect()
    assert kept() is None


def _payload(template: Template) -> bytes:
    return template.packet_at(0)[template.head :]


def _live() -> LiveClip:
    return LiveClip("clip", width=64, height=64, fps=24, ask_keyframe=lambda: None)
