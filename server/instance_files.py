"""What an instance finds in its data folder and its rule file, read before anything is opened."""

import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from phosphene import __version__
from phosphene.blobs.blobs import Blobs
from phosphene.blobs.opening import open_films
from phosphene.errors import BadInput
from phosphene.fleet.blob_messages import check_store, store_of
from phosphene.render.dispatch.command import ModelWorkers, model_workers
from phosphene.settings import Settings
from phosphene.store.database_copy import RESTORING
from phosphene.store.sqlite_reader import check_file
from phosphene.trust.embed_tokens import EmbedTokens
from phosphene.trust.identity import Identities, load_key
from phosphene.trust.operators import Operators
from phosphene.trust.origins import Origins
from phosphene.trust.refusal_rules import Rules, load_rules
from phosphene.trust.signing import Signer
from phosphene.trust.trusted_films import load_anchors
from phosphene.trust.watermark_words import WatermarkWords
from phosphene.trust.web_push import Vapid, load_push_key


class InstanceFiles(Struct, frozen=True, kw_only=True):
    """What an instance finds in its data folder and its rule file. ``key``: the secret that all
    instances on the folder have in common."""

    data: Path
    blobs: Blobs
    signer: Signer
    watermarks: WatermarkWords
    identities: Identities
    tokens: EmbedTokens
    operators: Operators
    origins: Origins
    rules: Rules
    models: Sequence[ModelWorkers]
    key: bytes
    vapid: Vapid
    trusted_signers: str


def read_files(settings: Settings) -> InstanceFiles:
    """What lies in files, read before anything is opened. Raises BadInput."""
    data = Path(settings.data)
    if (data / RESTORING).exists():
        raise BadInput(f"{data} is being restored to: let `phosphene restore` come to its end")
    try:
        data.mkdir(parents=True, exist_ok=True)
        if settings.redis_url:
            check_store(store_of(settings))
        if not settings.database_url:
            check_file(data / "phosphene.db")
        key = load_key(data / "identity.key")
        return InstanceFiles(
            data=data,
            blobs=open_films(settings),
            signer=Signer(
                data,
                __version__,
                time.time,
                chain=Path(settings.certificate) if settings.certificate else None,
                tsa_url=settings.tsa_url,
            ),
            watermarks=WatermarkWords(data, settings.watermark),
            identities=Identities(key),
            tokens=EmbedTokens(key),
            operators=Operators(settings.operator_token, key),
            origins=Origins(settings.allowed_origins.split()),
            rules=load_rules(settings.rules),
            models=model_workers(settings),
            key=key,
            trusted_signers=load_anchors(settings.trusted_signers),
            vapid=Vapid(load_push_key(data / "push.key"), _contact(settings), time.time),
        )
    except OSError as error:
        raise BadInput(f"the data folder {data} cannot be used: {error.strerror}") from None


def _contact(settings: Settings) -> str:
    """Whom operators of push services may write to (RFC 8292, 2.1)."""
    secure = settings.public_url.startswith("https://")
    return settings.push_contact or (settings.public_url if secure else "")
