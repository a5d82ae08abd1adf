"""What is asked of one file, and answered: its manifest, the mark and the hashes of pictures."""

import time
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from phosphene.trust import provenance
from phosphene.verification.messages import (
    CompareHashes,
    Examined,
    ExamineFile,
    HashesCompared,
    NoPicture,
    VerificationAnswer,
    VerificationOrder,
)
from phosphene.watermark.fields import Field
from phosphene.watermark.luma import grid_luma
from phosphene.watermark.perceptual_hash import HASH_BYTES, hash_distances, hash_picture, mirrored
from phosphene.watermark.reading import Reader, mean_residual
from phosphene.watermark.residual import residual_of

# Five seconds of 24 a second: a mark that is read at all is read from two of them.
MOST_LOOKED: Final = 120
"""Pictures of a film that are looked at."""
# 120 pictures of 1080x1920 take 3 s of a core: of larger ones fewer are looked at.
READING_S: Final = 5.0
"""Seconds of CPU after which no further picture is looked at."""
PATIENCE_S: Final = 8.0
"""Seconds after which none is on a machine that is busy: others wait."""
HASHED: Final = 12
"""So often a picture is hashed."""
# A picture of 8,000 x 8,000 takes 100 MB in the decoder.
MOST_PIXELS: Final = 64_000_000
STILL: Final = 1.5
"""A single picture is looked at so much larger: a screenshot shows more than a clip."""
NO_PICTURE: Final = "there is no picture in this file that can be looked at"
TOO_SLOW: Final = "this file takes too long to look at; a shorter or smaller one may not"

# FFmpeg says in dozens of ways that a file is none; each means the same here.
UNREADABLE: Final = (av.FFmpegError, ValueError, MemoryError)

Say = Callable[[VerificationAnswer], None]


class TakesTooLong(Exception):
    """The file has taken more of a core than it may."""


def serve(orders: Iterable[VerificationOrder], say: Say) -> None:
    """Answer each order, until one takes too long."""
    try:
        _serve(orders, say)
    except TakesTooLong:
        say(NoPicture(TOO_SLOW))


def _serve(orders: Iterable[VerificationOrder], say: Say) -> None:
    hashes = np.zeros((0, HASH_BYTES), np.uint8)
    for order in orders:
        match order:
            case ExamineFile():
                answer, hashes = examine_file(order)
                say(answer)
            case CompareHashes(kept):
                say(HashesCompared(tuple(hash_distances(hashes, kept))))


def examine_file(
    order: ExamineFile, clock: Callable[[], float] = time.process_time
) -> tuple[VerificationAnswer, NDArray[np.uint8]]:
    """What a file says, and the hashes of its pictures; ``clock``: seconds of CPU."""
    manifest = provenance.verify(order.data, order.anchors, kind_of(order.data))
    nothing = np.zeros((0, HASH_BYTES), np.uint8)
    try:
        residuals, hashes = _look(order.data, clock)
    except UNREADABLE:
        residuals, hashes = (), ()
    if not residuals:
        # FFmpeg reads no moving WebP, as previews are: those say themselves what they are.
        said = manifest.state != "missing" and manifest.generator != ""
        return Examined(manifest=manifest) if said else NoPicture(NO_PICTURE), nothing
    found = Reader(order.key).read(mean_residual(residuals))
    words = found.words if found is not None else ()
    told = Examined(manifest=manifest, words=words, pictures=len(residuals))
    return told, np.stack([*hashes, *map(mirrored, hashes)])


def _look(
    data: bytes, clock: Callable[[], float]
) -> tuple[Sequence[Field], Sequence[NDArray[np.uint8]]]:
    until = clock() + READING_S, time.monotonic() + PATIENCE_S
    residuals, hashes = list[Field](), list[NDArray[np.uint8]]()
    # From memory, and nothing that a file names is opened: a playlist would have it read others.
    with av.open(BytesIO(data), "r", options={"protocol_whitelist": ""}) as file:
        stream = next(iter(file.streams.video), None)
        if stream is None or stream.codec_context is None:  # of a format that is not read here
            return residuals, hashes
        if stream.codec_context.width * stream.codec_context.height > MOST_PIXELS:
            raise ValueError("too large a picture")
        size = STILL if stream.frames in {0, 1} and (stream.duration or 0) < 2 else 1.0
        stream.codec_context.thread_count = 1
        for number, frame in enumerate(file.decode(stream)):
            late = clock() > until[0] or time.monotonic() > until[1]
            if late or number == MOST_LOOKED:
                break
            luma = grid_luma(frame, size)
            if not residuals or residuals[0].shape == luma.shape:
                residuals.append(residual_of(luma))
            if number % HASHED == 0:
                hashes.append(hash_picture(luma))
    return residuals, hashes


def kind_of(data: bytes) -> str:
    """The media type of a file by its first bytes; that of MP4 where they say nothing. Pure."""
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return provenance.MP4
