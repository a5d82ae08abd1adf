"""A finished clip read back from its MP4, packet by packet; nothing is decoded."""

import io

import av
from av.bitstream import BitStreamFilterContext

from phosphene.mux import heard_with
from phosphene.units import Unit


def read_units(film: bytes, fps: int) -> list[Unit]:
    """The pictures of an MP4 whose order is that of their showing, in Annex B form, each keyframe
    with its parameter sets, and what is heard with each."""
    sound = read_sound(film)
    with av.open(io.BytesIO(film), "r") as container:
        stream = container.streams.video[0]
        # RTP wants start codes and parameter sets with each keyframe; the filter puts both back and
        # decodes nothing.
        annex_b = BitStreamFilterContext("h264_mp4toannexb", stream)
        packets = [one for packet in container.demux(stream) for one in annex_b.filter(packet)]
        return [
            Unit(
                *(place, packet.is_keyframe, place, 0.0, True, bytes(packet)),
                heard_with(sound, place, fps),
            )
            for place, packet in enumerate(packets)
            if packet.size
        ]


def read_sound(film: bytes) -> list[bytes]:
    """The Opus packets of an MP4; none of one that is silent."""
    with av.open(io.BytesIO(film), "r") as container:
        return [
            bytes(packet)
            for stream in container.streams.audio[:1]
            # The last packet of demux is empty: it is there to flush a decoder.
            for packet in container.demux(stream)
            if packet.size
        ]
