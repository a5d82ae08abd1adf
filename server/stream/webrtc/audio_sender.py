"""A clip's sound for one viewer: Opus in RTP (RFC 7587), in step with the pictures by one clock."""

import secrets
from functools import lru_cache
from typing import Final

from phosphene.mux import PACKET, first_heard
from phosphene.stream.webrtc.egress import Egress, SrtpDestination, send_datagram
from phosphene.stream.webrtc.rtcp_packets import ntp_time, sender_report
from phosphene.stream.webrtc.rtp_timestamps import OPUS_CLOCK, RTP_CLOCK
from phosphene.stream.webrtc.template import (
    Negotiated,
    PacketFormat,
    Template,
    build_template,
)
from phosphene.units import Unit

# Ticks that pictures may stray before the sound goes with them: less is no more than rounding.
SLACK: Final = PACKET // 2


class AudioSender:
    """One stream of sound. Packets have the times at which their pictures are due, on the clock
    that the pictures' sender reports tell of too: a player keeps lips in step by that."""

    def __init__(self, negotiated: Negotiated) -> None:
        self.ssrc = secrets.randbits(32)
        self.packets = self.octets = 0
        self._negotiated = negotiated
        self._form = negotiated.packet_format(0)
        self._origin = secrets.randbits(32)
        # In the lower half as that of the pictures: a wrap among the first packets may be lost, and
        # SRTP counts wraps by itself (RFC 3711, 3.3.1).
        self._number = secrets.randbits(15)
        self._begin: int | None = None
        self._line: SrtpDestination | None = None
        self._egress: Egress | None = None

    def open(self, line: SrtpDestination, egress: Egress, tag: int) -> None:
        """Media can flow; ``tag``: bytes that SRTP adds to a packet."""
        self._line, self._egress, self._form = line, egress, self._negotiated.packet_format(tag)

    def change_destination(self, line: SrtpDestination) -> None:
        """The viewer's address is another one."""
        self._line = line

    def send_sound(self, unit: Unit, fps: int, due: int, send_time: int) -> None:
        """Send what is heard while a picture is shown that has this RTP time. What a full socket
        does not take is lost: sound that is late is none.

        Raises:
            ConnectionError: nothing can be sent to this viewer any more.
        """
        if self._line is None or self._egress is None:
            return
        # A packet is 20 ms and a picture at 24 fps 41.7: where the sound of the run begins is kept,
        # and each packet's time counted from there, so that rounding never adds up to a click.
        began, first = first_heard(unit, fps)
        begin = due * OPUS_CLOCK // RTP_CLOCK - unit.pts * OPUS_CLOCK // fps + began
        if self._begin is None or abs(begin - self._begin) > SLACK:
            self._begin = begin
        for number, packet in enumerate(unit.sound, first):
            template = _template(packet, self._form)
            time = self._origin + self._begin + number * PACKET
            sent = (self._number, time, send_time, template)
            self._number = self._number + 1 & 0xFFFF
            self._egress.send_run(self._line, self.ssrc, sent, template.runs[0], 0)
            self.packets += 1
            self.octets += len(packet)

    def send_report(self, now_s: float, unix_s: float) -> None:
        """Send a sender report, once there was something to hear."""
        if self._line is None or not self.packets:
            return
        rtp_time = self._origin + int(now_s * OPUS_CLOCK)
        packed = sender_report(self.ssrc, ntp_time(unix_s), rtp_time, self.packets, self.octets)
        send_datagram(self._line, bytes(self._line.srtp.protect_rtcp(packed)))


# All viewers of a clip are sent the same 20 ms within one round: 64 packets are 1.3 s of one clip,
# or a picture of some twenty clips.
@lru_cache(maxsize=64)
def _template(packet: bytes, form: PacketFormat) -> Template:
    """The same for all who hear it."""
    # Without silence suppression the marker bit is never set (RFC 3551, section 4.1).
    return build_template((packet,), form, marker=False)
