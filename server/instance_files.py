"""What an instance finds in its data folder and its rule file, read before anything is opened."""

import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from server import __version__
from server.blobs import Directory
from server.errors import BadInput
from server.fleet.blob_messages import check_store, store_of
from server.render.dispatch.command import worker_command
from server.settings import Settings
from server.store.readers import check_file
from server.trust.embed_tokens import EmbedTokens
from server.trust.identity import Identities, load_key
from server.trust.operators import Operators
from server.trust.origins import Origins
from server.trust.rules import Rules, load_rules
from server.trust.signing import Signer


class InstanceFiles(Struct, frozen=True, kw_only=True):
    """What an instance finds in its data folder and its rule file."""

    data: Path
    blobs: Directory
    signer: Signer
    identities: Identities
    tokens: EmbedTokens
    operators: Operators
    origins: Origins
    rules: Rules
    worker: Sequence[str]


def read_files(settings: Settings) -> InstanceFiles:
    """What lies in files, read before anything is opened. Raises BadInput."""
    data = Path(settings.data)
    try:
        data.mkdir(parents=True, exist_ok=True)
        if settings.redis_url:
            check_store(store_of(settings))
        check_file(data / "phosphene.db")
        key = load_key(data / "identity.key")
        return InstanceFiles(
            data=data,
            blobs=Directory(data / "blobs"),
            signer=Signer(
                data,
                __version__,
                time.time,
                chain=Path(settings.certificate) if settings.certificate else None,
                tsa_url=settings.tsa_url,
            ),
            identities=Identities(key),
            tokens=EmbedTokens(key),
            operators=Operators(settings.operator_token, key),
            origins=Origins(settings.allowed_origins.split()),
            rules=load_rules(settings.rules or None),
            worker=worker_command(settings),
        )
    except OSError as error:
        raise BadInput(f"the data folder {data} cannot be used: {error.strerror}") from None
