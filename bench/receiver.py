"""One WebRTC receiver for ``bench.receivers``: it connects by asyncio, then is drained by hand."""

import asyncio
import fcntl
import hmac
import re
import secrets
import socket
import struct
import zlib
from typing import cast

import pylibsrtp
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceTransport
from aiortc.rtcdtlstransport import RTCDtlsFingerprint, RTCDtlsParameters

from bench.material import FPS, TICKS
from phosphene.stream.webrtc.h264 import payloads
from phosphene.stream.webrtc.stun import (
    COOKIE,
    FINGERPRINT,
    FINGERPRINT_XOR,
    MESSAGE_INTEGRITY,
    USERNAME,
    is_signed,
    read_check,
    success,
)
from phosphene.units import Unit

TIMESTAMP = 0x8907
"""SIOCGSTAMPNS: when the kernel took the last datagram."""
RETRY_S = 0.05
MAX_MISSING = 200
BURST = 2 * FPS
"""Pictures at the beginning whose times may be squeezed together."""
LINES = """v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE {mid}
m=video 9 UDP/TLS/RTP/SAVPF {h264} {rtx}
c=IN IP4 0.0.0.0
a=rtcp-mux
a=mid:{mid}
a=recvonly
a=ice-ufrag:{ufrag}
a=ice-pwd:{password}
a=fingerprint:sha-256 {fingerprint}
a=setup:{setup}
a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=rtpmap:{h264} H264/90000
a=fmtp:{h264} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtcp-fb:{h264} nack
a=rtcp-fb:{h264} nack pli
a=rtcp-fb:{h264} goog-remb
a=rtpmap:{rtx} rtx/90000
a=fmtp:{rtx} apt={h264}
a=candidate:1 1 udp 2130706431 {host} {port} typ host
a=end-of-candidates
"""


class Known:
    """The material's payloads: which unit each belongs to, and how many a unit has."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = len(units)
        self.of: dict[bytes, int] = {}
        self.anchor: tuple[int, int] | None = None
        self.sizes = []
        for number, unit in enumerate(units):
            packed = payloads(unit.data)
            self.sizes.append(len(packed))
            self.of |= dict.fromkeys(packed, number)


class Receiver:
    """aiortc's DTLS reads and writes through ``_recv`` and ``_send``."""

    role = "controlling"

    def __init__(
        self, known: Known, certificate: RTCCertificate, host: str, drop: int, *, check: bool
    ) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((host, 0))
        self.check = check
        self.packets = self.pictures = self.dropped = self.missed = self.again = 0
        self.whole = self.wrong = 0
        self._known = known
        self._drop = drop
        self._ufrag, self._password = secrets.token_hex(4), secrets.token_hex(16)
        self._certificate = certificate
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self), [certificate])
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._answered = asyncio.Event()
        self._buffer = bytearray(2048)
        self._payload_types = (102, 103)
        self._mid = "0"
        self._expected: int | None = None
        self._source = 0
        self._highest = 0
        self._time: int | None = None
        self._base: tuple[int, int] | None = None
        self._arrivals: list[tuple[int, float]] = []
        self._parts: dict[int, int] = {}
        self._remote = ("", 0)
        self._key = self._password.encode()

    def offer(self) -> str:
        return self._describe("actpass")

    def answer(self, offer: str) -> str:
        """Our side of what a server offers."""
        h264 = re.search(r"a=rtpmap:(\d+) H264/90000", offer)
        rtx = re.search(r"a=rtpmap:(\d+) rtx/90000", offer)
        mid = re.search(r"a=mid:(\S+)", offer)
        assert h264
        assert mid
        self._payload_types = int(h264[1]), int(rtx[1]) if rtx else 127
        self._mid = mid[1]
        return self._describe("active")

    async def connect(self, description: str, *, offerer: bool) -> None:
        """ICE and DTLS; afterwards ``drain`` reads the socket."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self.socket.fileno(), self._read)
        said = dict(re.findall(r"a=(ice-ufrag|ice-pwd|fingerprint|setup):(.+?)\r?\n", description))
        self._offerer = offerer
        self._remote_ufrag, self._remote_password = said["ice-ufrag"], said["ice-pwd"]
        places = re.findall(
            r"a=candidate:\S+ 1 [uU][dD][pP] \d+ ([\d.]+) (\d+) typ host", description
        )
        self._places = [(host, int(port)) for host, port in places]
        while not self._answered.is_set():
            for place in self._places:
                self._check(place)
            try:
                async with asyncio.timeout(RETRY_S):
                    await self._answered.wait()
            except TimeoutError:
                continue
        client = said["setup"] == "passive" or not offerer
        self._dtls._set_role("client" if client else "server")
        algorithm, value = said["fingerprint"].split()
        await self._dtls.start(RTCDtlsParameters([RTCDtlsFingerprint(algorithm, value)]))
        if self._dtls.state != "connected":
            raise ConnectionError("no DTLS")
        loop.remove_reader(self.socket.fileno())

    def drain(self) -> None:
        """Take all that has come."""
        buffer, receive = self._buffer, self.socket.recv_into
        lost: list[int] = []
        while True:
            try:
                size = receive(buffer)
            except OSError:
                break
            if buffer[0] < 4:
                self._stun(bytes(buffer[:size]), self._remote)
            elif 127 < buffer[0] < 192 and not 192 <= buffer[1] < 224:
                self._packet(buffer, size, lost)
        if lost:
            self._ask(lost)

    def speak(self, *, consent: bool) -> None:
        """A receiver report and REMB, as browsers send them every second; now and then a check."""
        report = struct.pack(
            "!BBHIIIIIII", 0x81, 201, 7, 1, self._source, 0, self._highest, 0, 0, 0
        )
        remb = struct.pack(
            "!BBHII4sII", 0x8F, 206, 5, 1, 0, b"REMB", 1 << 24 | 4 << 18 | 250_000, self._source
        )
        self._send_control(report + remb)
        if consent:
            self._check(self._remote)

    def take_arrivals(self) -> list[tuple[int, float]]:
        taken, self._arrivals = self._arrivals, []
        return taken

    def _packet(self, buffer: bytearray, size: int, lost: list[int]) -> None:
        if buffer[1] & 0x7F != self._payload_types[0]:
            self.again += 1
            self._verify(bytes(buffer[:size]), again=True)
            return
        number = buffer[2] << 8 | buffer[3]
        self._source = int.from_bytes(buffer[8:12], "big")
        self.packets += 1
        if self._drop and self.packets % self._drop == 0:
            self.dropped += 1
            return
        ahead = 0 if self._expected is None else number - self._expected & 0xFFFF
        if ahead < 0x8000:
            if 0 < ahead < MAX_MISSING:
                self.missed += ahead
                lost += [number - back & 0xFFFF for back in range(ahead, 0, -1)]
            self._expected = number + 1 & 0xFFFF
            self._highest = number
            self._picture(buffer, size)
        else:
            self.again += 1
        self._verify(bytes(buffer[:size]), again=False)

    def _picture(self, buffer: bytearray, size: int) -> None:
        stamp = int.from_bytes(buffer[4:8], "big")
        if stamp != self._time:
            self._time = stamp
            self.pictures += 1
        if not buffer[1] & 0x80 or self.pictures < BURST:
            return
        seconds, nanoseconds = struct.unpack("qq", fcntl.ioctl(self.socket, TIMESTAMP, bytes(16)))
        if self._base is None:
            number = self._known.of.get(self._clear(bytes(buffer[:size])))
            if number is None:
                return
            self._base = stamp, self._absolute(number, seconds)
        ahead = (stamp - self._base[0] + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        self._arrivals.append((self._base[1] + round(ahead / TICKS), seconds + nanoseconds / 1e9))

    def _absolute(self, number: int, seconds: int) -> int:
        """The material goes round: two receivers may begin in different rounds."""
        known = self._known
        if known.anchor is None:
            known.anchor = seconds, number
        since = (seconds - known.anchor[0]) * FPS - (number - known.anchor[1])
        return round(since / known.units) * known.units + number

    def _clear(self, datagram: bytes) -> bytes:
        """The payload, decrypted and checked."""
        packet = self._dtls._rx_srtp.unprotect(datagram)
        head = 12
        if packet[0] & 0x10:
            head += 4 + 4 * int.from_bytes(packet[14:16], "big")
        end = len(packet) - (packet[-1] if packet[0] & 0x20 else 0)
        return bytes(packet[head:end])

    def _verify(self, datagram: bytes, *, again: bool) -> None:
        if not self.check:
            return
        try:
            payload = self._clear(datagram)
        except pylibsrtp.Error:
            return  # it was read already, to learn the picture's number
        if again and datagram[1] & 0x7F == self._payload_types[1]:
            payload = payload[2:]
        number = self._known.of.get(payload)
        if number is None:
            self.wrong += 1
            return
        stamp = int.from_bytes(datagram[4:8], "big")
        self._parts[stamp] = self._parts.get(stamp, 0) + 1
        if self._parts[stamp] == self._known.sizes[number]:
            self.whole += 1
        if len(self._parts) > 100:
            del self._parts[next(iter(self._parts))]

    def _ask(self, lost: list[int]) -> None:
        entries = b"".join(struct.pack("!HH", number, 0) for number in lost)
        head = struct.pack("!BBHII", 0x81, 205, 2 + len(lost), 1, self._source)
        report = struct.pack("!BBHI", 0x80, 201, 1, 1)
        self._send_control(report + head + entries)

    def _send_control(self, packet: bytes) -> None:
        try:
            self.socket.sendto(self._dtls._tx_srtp.protect_rtcp(packet), self._remote)
        except BlockingIOError:
            return

    def _describe(self, setup: str) -> str:
        host, port = self.socket.getsockname()
        (fingerprint,) = (
            one.value for one in self._certificate.getFingerprints() if one.algorithm == "sha-256"
        )
        h264, rtx = self._payload_types
        text = LINES.format(
            mid=self._mid,
            h264=h264,
            rtx=rtx,
            ufrag=self._ufrag,
            password=self._password,
            fingerprint=fingerprint,
            setup=setup,
            host=host,
            port=port,
        )
        return text.replace("\n", "\r\n")

    def _read(self) -> None:
        while True:
            try:
                datagram, address = self.socket.recvfrom(2048)
            except OSError:
                return
            if datagram[0] < 4:
                self._stun(datagram, address)
            elif 19 < datagram[0] < 64:
                self._inbox.put_nowait(datagram)

    def _stun(self, datagram: bytes, address: tuple[str, int]) -> None:
        check = read_check(datagram)
        if check is not None and is_signed(datagram, check, self._key):
            self.socket.sendto(success(check.transaction, address, self._key), address)
        elif check is None and datagram[:2] == b"\x01\x01" and not self._answered.is_set():
            self._remote = address
            self._answered.set()

    def _check(self, place: tuple[str, int]) -> None:
        user = f"{self._remote_ufrag}:{self._ufrag}".encode()
        role = 0x802A if self._offerer else 0x8029
        attributes = struct.pack("!HH", USERNAME, len(user)) + user + bytes(-len(user) % 4)
        attributes += struct.pack("!HHI", 0x0024, 4, 1845501695)
        attributes += struct.pack("!HHQ", role, 8, id(self))
        if self._offerer:
            attributes += struct.pack("!HH", 0x0025, 0)
        transaction = secrets.token_bytes(12)
        head = struct.pack("!HHI", 1, len(attributes) + 24, COOKIE) + transaction
        digest = hmac.new(self._remote_password.encode(), head + attributes, "sha1").digest()
        attributes += struct.pack("!HH", MESSAGE_INTEGRITY, 20) + digest
        head = struct.pack("!HHI", 1, len(attributes) + 8, COOKIE) + transaction
        crc = zlib.crc32(head + attributes) ^ FINGERPRINT_XOR
        message = head + attributes + struct.pack("!HHI", FINGERPRINT, 4, crc)
        try:
            self.socket.sendto(message, place)
        except OSError:
            return

    async def _recv(self) -> bytes:
        return await self._inbox.get()

    async def _send(self, datagram: bytes) -> None:
        self.socket.sendto(datagram, self._remote)
