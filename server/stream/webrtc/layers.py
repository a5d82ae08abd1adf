"""The renditions of a clip as layers, of which a player may choose (draft-ietf-wish-whep-03, video
layer selection). Pure functions."""

from typing import Final

from msgspec import Struct

from phosphene.errors import BadInput, Unprocessable
from phosphene.stream.live import LiveClip
from phosphene.units import RenditionName, half_size

H264: Final[tuple[RenditionName, ...]] = ("half", "full")
"""The layers of a player of H.264, by their spatial layer id."""
# The bitrate changes with every picture: unrounded, each one would be an event to every player.
ROUGH: Final = 10_000


class LayerRequest(Struct, frozen=True, rename="camel"):
    """The layer that a player asks for; without any limit it is left to the server. ``encoding_id``
    is ``rid`` in an earlier draft, which players still use."""

    media_id: str | None = None
    rid: str | None = None
    encoding_id: str | None = None
    spatial_layer_id: int | None = None
    max_spatial_layer_id: int | None = None
    max_width: int | None = None
    max_height: int | None = None


class VideoLayer(Struct, frozen=True, rename="camel"):
    """``bitrate`` in bits/s, 0 while nobody watches it."""

    rid: RenditionName
    spatial_layer_id: int
    bitrate: int
    width: int
    height: int


def video_layers(live: LiveClip, only: RenditionName | None) -> list[VideoLayer]:
    """What a player may choose from, the largest first; ``only``: what it can decode, if not
    H.264."""
    if only is not None:
        return [_layer(live, only, 0)] if only in live.names else []
    found = [_layer(live, name, place) for place, name in enumerate(H264) if name in live.names]
    return found[::-1]


def choose_layer(
    wish: LayerRequest, live: LiveClip, only: RenditionName | None, media_id: str
) -> RenditionName | None:
    """The rendition that the player wants, None for whichever its line takes.

    Raises:
        BadInput: there is no such layer or media section.
        Unprocessable: there is, but not of this clip or for this player.
    """
    if wish.media_id not in {None, media_id}:
        raise BadInput(f"the video is media section {media_id}")
    there = video_layers(live, only)
    name = _named(wish, there) or _within(wish, there)
    if name is not None and name not in {layer.rid for layer in there}:
        raise Unprocessable(f"there is no {name} of this clip for this player")
    return name


def _named(wish: LayerRequest, there: list[VideoLayer]) -> RenditionName | None:
    asked = wish.rid or wish.encoding_id
    if asked is None and wish.spatial_layer_id is not None and there:
        # The largest comes first in the list, and has the highest id.
        return there[::-1][min(max(0, wish.spatial_layer_id), len(there) - 1)].rid
    for name in (*H264, "vp8"):
        if asked == name:
            return name
    if asked is not None:
        raise BadInput("there are the layers full and half")
    return None


def _within(wish: LayerRequest, there: list[VideoLayer]) -> RenditionName | None:
    """The largest layer within the limits; where none is, the smallest."""
    highest = wish.max_spatial_layer_id
    if (wish.max_width, wish.max_height, highest) == (None, None, None) or not there:
        return None
    fitting = [
        layer
        for layer in there
        if (wish.max_width is None or layer.width <= wish.max_width)
        and (wish.max_height is None or layer.height <= wish.max_height)
        and (highest is None or layer.spatial_layer_id <= highest)
    ]
    return (fitting or there[-1:])[0].rid


def _layer(live: LiveClip, name: RenditionName, place: int) -> VideoLayer:
    whole = live.width, live.height
    width, height = half_size(*whole) if name == "half" else whole
    rendition = live.get_rendition(name)
    watched = rendition is live or rendition.audience.count > 0
    bitrate = round(rendition.bits_per_s / ROUGH) * ROUGH if watched else 0
    return VideoLayer(name, place, bitrate, width, height)
