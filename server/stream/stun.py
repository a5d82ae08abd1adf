"""STUN as an ICE-lite agent needs it (RFC 8489, RFC 8445): checks are read and answered. Pure."""

import hmac
import struct
import zlib
from ipaddress import ip_address
from typing import NamedTuple

HEADER = 20
COOKIE = 0x2112A442
BINDING_REQUEST, BINDING_SUCCESS = 0x0001, 0x0101
USERNAME, MESSAGE_INTEGRITY = 0x0006, 0x0008
XOR_MAPPED_ADDRESS, USE_CANDIDATE, FINGERPRINT = 0x0020, 0x0025, 0x8028
DIGEST = 20
FINGERPRINT_XOR = 0x5354554E
MAX_MESSAGE = 1024

_head = struct.Struct("!HHI")
_attribute = struct.Struct("!HH")
_word = struct.Struct("!I")


class Check(NamedTuple):
    """A binding request. ``local`` is the receiver's ICE user name, ``remote`` the sender's;
    ``signed`` is where its MESSAGE-INTEGRITY begins."""

    transaction: bytes
    local: str
    remote: str
    nominates: bool
    signed: int


def key_of(password: str) -> hmac.HMAC:
    """What the short-term credential ``password`` signs with; it is copied, never changed."""
    return hmac.new(password.encode(), digestmod="sha1")


def read_check(data: bytes) -> Check | None:
    """The connectivity check in a datagram; None for all else."""
    if not HEADER <= len(data) <= MAX_MESSAGE:
        return None
    kind, length, cookie = _head.unpack_from(data)
    if kind != BINDING_REQUEST or cookie != COOKIE or length != len(data) - HEADER:
        return None
    user, nominates, place = b"", False, HEADER
    while place + 4 <= len(data):
        name, size = _attribute.unpack_from(data, place)
        if place + 4 + size > len(data):
            return None
        if name == USERNAME:
            user = data[place + 4 : place + 4 + size]
        elif name == USE_CANDIDATE:
            nominates = True
        elif name == MESSAGE_INTEGRITY:
            local, _, remote = user.decode("latin-1").partition(":")
            whole = size == DIGEST and local
            return Check(data[8:20], local, remote, nominates, place) if whole else None
        place += 4 + (size + 3 & ~3)
    return None


def is_signed(data: bytes, check: Check, key: hmac.HMAC) -> bool:
    """Whether who sent the check knows the password."""
    return hmac.compare_digest(
        _digest(data[:2], data[4 : check.signed], key),
        data[check.signed + 4 : check.signed + 4 + DIGEST],
    )


def success(transaction: bytes, address: tuple[str, int], key: hmac.HMAC) -> bytes:
    """The answer to a check: the address (host, port) that it came from."""
    attributes = _mapped(transaction, *address)
    rest = _word.pack(COOKIE) + transaction + attributes
    kind = BINDING_SUCCESS.to_bytes(2, "big")
    signature = _attribute.pack(MESSAGE_INTEGRITY, DIGEST) + _digest(kind, rest, key)
    length = len(attributes) + len(signature) + 8
    message = _attribute.pack(BINDING_SUCCESS, length) + rest + signature
    crc = zlib.crc32(message) ^ FINGERPRINT_XOR
    return message + _attribute.pack(FINGERPRINT, 4) + _word.pack(crc)


def _digest(kind: bytes, rest: bytes, key: hmac.HMAC) -> bytes:
    """The signature covers a length that ends with itself: 16 bytes of ``rest`` are header."""
    signing = key.copy()
    signing.update(kind + (len(rest) - 16 + 4 + DIGEST).to_bytes(2, "big") + rest)
    return signing.digest()


def _mapped(transaction: bytes, host: str, port: int) -> bytes:
    packed = ip_address(host.partition("%")[0]).packed
    mask = _word.pack(COOKIE) + transaction
    crossed = bytes(a ^ b for a, b in zip(packed, mask, strict=False))
    family = 1 if len(packed) == 4 else 2
    head = struct.pack("!HHBBH", XOR_MAPPED_ADDRESS, 4 + len(packed), 0, family, port ^ 0x2112)
    return head + crossed
