"""STUN as an ICE-lite agent needs it (RFC 8489, RFC 8445): checks are read and answered. Pure."""

import hmac
import struct
import zlib
from socket import AF_INET, AF_INET6, inet_pton
from typing import NamedTuple

HEADER = 20
COOKIE = 0x2112A442
BINDING_REQUEST, BINDING_SUCCESS, BINDING_ERROR = 0x0001, 0x0101, 0x0111
USERNAME, MESSAGE_INTEGRITY, ERROR_CODE = 0x0006, 0x0008, 0x0009
FORBIDDEN = (4, 3)
XOR_MAPPED_ADDRESS, USE_CANDIDATE, FINGERPRINT = 0x0020, 0x0025, 0x8028
DIGEST = 20
# "STUN" in ASCII: xored, so that a CRC-32 of some other protocol never passes for this one (RFC
# 8489, section 14.7).
FINGERPRINT_XOR = 0x5354554E
# The checks of browsers are far shorter: what is longer is not worth an HMAC.
MAX_MESSAGE = 1024

Address = tuple[str, int] | tuple[str, int, int, int]
"""Host and port, of IPv6 with flow and scope, as sockets give them."""

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
        # What follows the signature is not covered by it, and must not count (RFC 8489, 14.5).
        elif name == MESSAGE_INTEGRITY:
            local, _, remote = user.decode("latin-1").partition(":")
            whole = size == DIGEST and local
            return Check(data[8:20], local, remote, nominates, place) if whole else None
        place += 4 + (size + 3 & ~3)
    return None


def is_signed(data: bytes, check: Check, key: bytes) -> bool:
    """Whether who sent the check knows the password ``key``."""
    return hmac.compare_digest(
        _digest(data[:2], data[4 : check.signed], key),
        data[check.signed + 4 : check.signed + 4 + DIGEST],
    )


def success(transaction: bytes, address: tuple[str, int], key: bytes) -> bytes:
    """The answer to a check: the address (host, port) that it came from."""
    return _answer(BINDING_SUCCESS, transaction, _mapped(transaction, *address), key)


def forbidden(transaction: bytes, key: bytes) -> bytes:
    """The answer to a check by which consent is revoked at once (RFC 7675, section 5.2)."""
    # A track cannot be ended from afar without negotiating anew, so a player of somebody else would
    # show its last picture until consent runs out after 30 s; with a 403 it knows after 3.3 s.
    code = struct.pack("!HBB", 0, *FORBIDDEN)
    return _answer(BINDING_ERROR, transaction, _attribute.pack(ERROR_CODE, len(code)) + code, key)


def _answer(kind: int, transaction: bytes, attributes: bytes, key: bytes) -> bytes:
    rest = _word.pack(COOKIE) + transaction + attributes
    signature = _attribute.pack(MESSAGE_INTEGRITY, DIGEST)
    signature += _digest(kind.to_bytes(2, "big"), rest, key)
    length = len(attributes) + len(signature) + 8
    message = _attribute.pack(kind, length) + rest + signature
    crc = zlib.crc32(message) ^ FINGERPRINT_XOR
    return message + _attribute.pack(FINGERPRINT, 4) + _word.pack(crc)


def _digest(kind: bytes, rest: bytes, key: bytes) -> bytes:
    """The signature covers a length that ends with itself: 16 bytes of ``rest`` are header."""
    signed = kind + (len(rest) - 16 + 4 + DIGEST).to_bytes(2, "big") + rest
    return hmac.digest(key, signed, "sha1")


def _mapped(transaction: bytes, host: str, port: int) -> bytes:
    family, number = (2, AF_INET6) if ":" in host else (1, AF_INET)
    packed = inet_pton(number, host.partition("%")[0])
    size = len(packed)
    mask = int.from_bytes((_word.pack(COOKIE) + transaction)[:size], "big")
    crossed = (int.from_bytes(packed, "big") ^ mask).to_bytes(size, "big")
    head = struct.pack("!HHBBH", XOR_MAPPED_ADDRESS, 4 + size, 0, family, port ^ 0x2112)
    return head + crossed
