"""One viewer's RTP stream: numbers, retransmissions, reports. No encoder, no task, no copy of what
was sent: what a viewer lacks is made again from the picture's template."""

import secrets
import struct
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from phosphene.sliding_window import Window
from phosphene.stream.webrtc.egress import (
    Egress,
    SentPicture,
    SrtpDestination,
    patch_packet,
    protect_rtp,
    send_datagram,
)
from phosphene.stream.webrtc.rtcp_packets import (
    Feedback,
    goodbye,
    ntp_time,
    read_feedback,
    round_trip_s,
    sender_report,
)
from phosphene.stream.webrtc.rtp import MAX_PAYLOAD, retransmission
from phosphene.stream.webrtc.rtp_timestamps import RTP_CLOCK, rtp_clock
from phosphene.stream.webrtc.template import Negotiated, Template

# Pictures that can be sent again: three seconds and more. With NACK, Chromium showed 142 of 143
# pictures over a line that lost 5 % of the packets; without, 28 to 62.
HISTORY: Final = 96
# A second at 600 kbit/s is 73 packets: this is a repair of all of it several times over, and a
# bound for who asks for everything at every moment.
AGAIN_PER_S: Final = 400
"""Packets sent again to one viewer in a second, at most."""
# Of what a viewer's line takes: more would be lost again, and the pictures with it.
AGAIN_SHARE: Final = 0.3
# An estimate may be nonsense at the start, and a lost keyframe has to be mended on any line.
LEAST_AGAIN_PER_S: Final = 30
LONGEST_TRIP_S: Final = 1.0
"""A longer round trip is not believed: who makes one up would be sent nothing again."""
# Of 24 bits the upper 6 count seconds: the time comes round every 64 s, and is good for differences
# only.
SEND_TIME_BITS: Final = 18

_source = struct.Struct("!I")
_number = struct.Struct("!H")


class ReceiverStatus(NamedTuple):
    """What a viewer's reports say: seconds there and back, share of packets lost, jitter in
    seconds, bits a second that its line takes; None where it has not said."""

    round_trip_s: float | None = None
    lost: float = 0.0
    jitter_s: float = 0.0
    bitrate: int | None = None


class VideoSender:
    """``picture_lost`` is called for a PLI or FIR."""

    def __init__(self, negotiated: Negotiated, picture_lost: Callable[[], None]) -> None:
        self.ssrc, self.rtx_ssrc = secrets.randbits(32), secrets.randbits(32)
        self.packet_format = negotiated.packet_format(0)
        self.pictures = self.packets = self.octets = self.again = 0
        self.receiver = ReceiverStatus()
        self._rtx = negotiated.rtx
        self._negotiated = negotiated
        self._picture_lost = picture_lost
        # Random, as RFC 3550 asks of numbers and times: known plaintext makes attacks on the
        # encryption easier.
        self._origin = secrets.randbits(32)
        # In the lower half, so that the first wrap is far from the first packet of SRTP.
        # SRTP counts wraps by itself at both ends; a wrap that is lost in the first packets would
        # put them at odds for good (RFC 3711, 3.3.1).
        self._number = secrets.randbits(15)
        self._rtx_number = secrets.randbits(15)
        # Four values a picture and no packet: with 1,000 viewers three seconds of ciphertext would
        # be 230 MB.
        self._history: deque[SentPicture] = deque(maxlen=HISTORY)
        self._allowance = Window()
        self._sent_again_at: dict[int, float] = {}
        self._line: SrtpDestination | None = None
        self._egress: Egress | None = None
        self.under_way = False
        """Whether a picture is not yet sent to its end."""
        self._run = self._index = 0

    def open(self, line: SrtpDestination, egress: Egress, tag: int) -> None:
        """Media can flow; ``tag``: bytes that SRTP adds to a packet."""
        self._line, self._egress, self.packet_format = (
            line,
            egress,
            self._negotiated.packet_format(tag),
        )

    def change_destination(self, line: SrtpDestination) -> None:
        """The viewer's address is another one."""
        self._line = line

    def wire_time(self, time: int) -> int:
        """A moment of the RTP clock as packets carry it: each viewer's has an origin of its own."""
        return self._origin + time & 0xFFFFFFFF

    def send_picture(self, template: Template, rtp_time: int, send_time: int) -> int | None:
        """The next picture: send its first run, as ``send_next_run`` does."""
        length = template.length
        self._history.append((self._number, self._origin + rtp_time, send_time, template))
        self._number = self._number + length & 0xFFFF
        self._run = self._index = 0
        self.pictures += 1
        self.packets += length
        self.octets += template.octets
        return self.send_next_run()

    def send_single_run(self, template: Template, rtp_time: int, send_time: int) -> bool:
        """The next picture, of one run, all at once; False when the socket takes nothing now:
        then it is under way."""
        # The same as ``send_picture`` without the calls in between, because this runs for nearly
        # every picture of every viewer.
        number = self._number
        sent = (number, self._origin + rtp_time, send_time, template)
        self._history.append(sent)
        self._number = number + template.length & 0xFFFF
        self.pictures += 1
        self.packets += template.length
        self.octets += template.octets
        if self._line is None or self._egress is None:
            return True
        if self._egress.send_run(self._line, self.ssrc, sent, template.runs[0], 0):
            return True
        self._run = self._index = 0
        self.under_way = True
        return False

    def send_next_run(self) -> int | None:
        """Send one run of the picture: how many packets that was, None when the socket takes
        nothing now.

        Raises:
            ConnectionError: nothing can be sent to this viewer any more.
        """
        if self._line is None or self._egress is None:
            self.under_way = False
            return 0
        sent, place, count = self._history[-1], self._run, 0
        runs = sent[3].runs
        if place < len(runs):
            run = runs[place]
            if not self._egress.send_run(self._line, self.ssrc, sent, run, self._index):
                self.under_way = True
                return None
            count = len(run.places)
            self._run = place = place + 1
            self._index += count
        self.under_way = place < len(runs)
        return count

    def handle_feedback(self, compound: bytes, now_s: float, unix_s: float) -> Feedback:
        """Take what the viewer says in a compound RTCP packet."""
        feedback = read_feedback(compound, self.ssrc)
        # Oldest first, until the allowance is used up: what is left undone is asked for again, or a
        # PLI follows.
        for number in self._not_on_their_way(feedback.lost, now_s):
            if self._allowance.try_take(now_s, again_per_s(self.receiver.bitrate), 1.0):
                break
            self._sent_again_at[number] = now_s
            self._send_again(number)
        if feedback.picture_lost:
            self._picture_lost()
        self._note(feedback, unix_s)
        return feedback

    def forget_history(self) -> None:
        """What was sent is needed no more, whether or not it came: a keyframe follows."""
        while len(self._history) > self.under_way:
            self._history.popleft()

    def send_report(self, now_s: float, unix_s: float) -> None:
        """Send a sender report."""
        rtp_time = self._origin + rtp_clock(now_s)
        packed = sender_report(self.ssrc, ntp_time(unix_s), rtp_time, self.packets, self.octets)
        self._send_control(packed)

    def send_bye(self) -> None:
        """Say that nothing follows."""
        # A compound packet must begin with a report (RFC 3550, 6.1), be it of nothing.
        empty = struct.pack("!BBHI", 0x80, 201, 1, self.ssrc)
        self._send_control(empty + goodbye(self.ssrc))

    def _note(self, feedback: Feedback, unix_s: float) -> None:
        trip, lost, jitter, bitrate = self.receiver
        if feedback.bitrate is not None:
            bitrate = feedback.bitrate
        for report in feedback.reports:
            trip = round_trip_s(report, ntp_time(unix_s))
            lost, jitter = report.lost, report.jitter / RTP_CLOCK
        self.receiver = ReceiverStatus(trip, lost, jitter, bitrate)

    def _not_on_their_way(self, numbers: Sequence[int], now_s: float) -> Sequence[int]:
        """Without what was sent again less than a round trip ago."""
        # Nearly always: most reports name nothing that is lost.
        if not self._sent_again_at:
            return numbers
        # Who believes the line quicker than it is asks again while the packet travels: sent twice
        # it fills a line that is too narrow already.
        since = now_s - min(self.receiver.round_trip_s or 0.0, LONGEST_TRIP_S)
        recent = {one: at for one, at in self._sent_again_at.items() if at > since}
        self._sent_again_at = recent
        return [number for number in numbers if number not in recent]

    def _send_control(self, packet: bytes) -> None:
        if self._line is not None:
            send_datagram(self._line, bytes(self._line.srtp.protect_rtcp(packet)))

    def _send_again(self, number: int) -> None:
        # From the newest on: what is asked for is nearly always of the last few pictures.
        for sent in reversed(self._history):
            index = number - sent[0] & 0xFFFF
            # Numbers wrap, and so does this difference: one comparison tells whose packet it was.
            if index < sent[3].length:
                self._send_packet(sent, index)
                return

    def _send_packet(self, sent: SentPicture, index: int) -> None:
        """Without RTX the same bytes travel again: SRTP makes the same ciphertext of them."""
        if self._line is None or (sent is self._history[-1] and self._is_to_come(index)):
            return
        template = sent[3]
        packet = bytearray(template.packet_at(index))
        patch_packet(packet, self.ssrc, sent, index)
        again = bytes(packet if self._rtx is None else self._wrapped(packet, template.head))
        self.again += 1
        send_datagram(self._line, protect_rtp(self._line.srtp, again))

    def _is_to_come(self, index: int) -> bool:
        return self.under_way and index >= self._index

    def _wrapped(self, packet: bytearray, head: int) -> bytearray:
        """A packet as RFC 4588 sends it again, in a stream of its own."""
        assert self._rtx is not None
        number = int.from_bytes(packet[2:4], "big")
        wrapped = packet[:head] + retransmission(bytes(packet[head:]), number)
        wrapped[1] = packet[1] & 0x80 | self._rtx
        _number.pack_into(wrapped, 2, self._rtx_number)
        _source.pack_into(wrapped, 8, self.rtx_ssrc)
        self._rtx_number = (self._rtx_number + 1) & 0xFFFF
        return wrapped


def again_per_s(bitrate: int | None) -> int:
    """How many packets may be sent again in a second to a viewer whose line takes so many bits a
    second, if it has said. Pure."""
    if bitrate is None:
        return AGAIN_PER_S
    return min(AGAIN_PER_S, max(LEAST_AGAIN_PER_S, int(AGAIN_SHARE * bitrate / 8 / MAX_PAYLOAD)))


def send_time(unix_s: float) -> int:
    """Seconds modulo 64 with 18 bits after the point (the abs-send-time extension)."""
    return int(unix_s * (1 << SEND_TIME_BITS)) & 0xFFFFFF
