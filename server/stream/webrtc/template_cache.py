"""RTP packets built once for all viewers of a clip; the clip itself knows nothing of RTP."""

from typing import Final
from weakref import WeakKeyDictionary

from phosphene.stream.rendition import Rendition
from phosphene.stream.webrtc import h264, vp8
from phosphene.stream.webrtc.template import PacketFormat, Template, build_template
from phosphene.units import Unit

# A latecomer is sent all pictures since a keyframe: without these they would be built anew for each
# who joins.
KEPT_TEMPLATES: Final = 512
"""Of one rendition: 20 s of pictures, so that who catches up finds them built."""


class TemplateCache:
    """The packets of one rendition's units; the last are kept."""

    def __init__(self, *, vp8_frames: bool) -> None:
        self._payloads = vp8.payloads if vp8_frames else h264.payloads
        self._kept: dict[tuple[int, PacketFormat], Template] = {}
        self._place, self._form = -1, PacketFormat(0, 0, "", 0, 0)
        self._template = build_template((), self._form)

    def get(self, place: int, unit: Unit, form: PacketFormat) -> Template:
        """The packets of the unit, which is at that place in its log, for viewers of that form."""
        if place == self._place and form == self._form:
            # Nearly all viewers ask for the same, one after the other: two comparisons then,
            # where a lookup would build a key and hash its seven parts.
            return self._template
        key = (place, form)
        if (found := self._kept.get(key)) is None:
            if len(self._kept) >= KEPT_TEMPLATES:
                del self._kept[next(iter(self._kept))]
            found = self._kept[key] = build_template(self._payloads(unit.data), form)
        self._place, self._form, self._template = place, form, found
        return found


class TemplateCaches:
    """A cache for each rendition that is watched, for as long as the rendition lives; showings of
    one finished clip share theirs."""

    def __init__(self) -> None:
        # Weak keys: a clip that left the air takes its packets with it, and tells nobody.
        self._caches: WeakKeyDictionary[object, TemplateCache] = WeakKeyDictionary()

    def cache_of(self, rendition: Rendition) -> TemplateCache:
        """The one of that rendition; made when somebody first asks."""
        found = self._caches.get(rendition.same_units)
        if found is None:
            found = TemplateCache(vp8_frames=rendition.name == "vp8")
            self._caches[rendition.same_units] = found
        return found
