"""The routes of having a file looked at."""

from collections.abc import Callable

from starlette.requests import HTTPConnection

from phosphene.api.verifying import VerifyRoutes
from phosphene.operation import Operation
from phosphene.store.sqlite import SqliteStore
from phosphene.trust.rate_limits import RateLimits
from phosphene.trust.signing import Signer
from phosphene.trust.watermark_words import WatermarkWords
from phosphene.verification.examiner import Examiner, is_installed
from phosphene.verification.verifier import ClipLookup, Verifier


def verifying_routes(
    store: SqliteStore,
    signer: Signer,
    words: WatermarkWords,
    limits: RateLimits,
    base_url: Callable[[HTTPConnection], str],
) -> list[Operation]:
    """Of this alone: no room that draws, or reads prompts, is given what it is given."""
    verifier = None
    if is_installed():
        known = store.fingerprints
        lookup = ClipLookup(
            get_clip=store.get_clip,
            find_clip_of_blob=known.find_clip_of_blob,
            list_marked=known.list_marked,
            list_fingerprints=known.list_fingerprints,
        )
        examiner = Examiner(lambda: signer.anchors, words.field_key)
        verifier = Verifier(examiner, words, lookup)
    return VerifyRoutes(verifier, limits, base_url).operations()
