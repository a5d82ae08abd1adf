"""Films that come from another instance: believed only where its signature says that they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography import x509
from msgspec import Struct

from phosphene.errors import BadInput
from phosphene.model import LICENSE_PAGES, License, Recipe
from phosphene.trust.credentials import PEM
from phosphene.trust.provenance import verify

GENERATOR: Final = "Phosphene/"
# A signature leaves some boxes out (C2PA 2.2, A.5.3): in these, anything could be carried along.
BOXES: Final = {b"ftyp": 256, b"free": 4096, b"uuid": 1 << 62, b"moov": 1 << 62, b"mdat": 1 << 62}
"""The boxes that a film of ours has (ISO/IEC 14496-12), and how large each may be."""
BOX_HEADER: Final = 8


class TrustedFilm(Struct, frozen=True):
    """What its signed manifest says of a film."""

    recipe: Recipe
    license: License


def load_anchors(file: str) -> str:
    """The certificates in a PEM file; '' of no file. Raises BadInput."""
    if not file:
        return ""
    try:
        # A key that lies beside one, as in a data folder, goes no further.
        found = x509.load_pem_x509_certificates(Path(file).read_bytes())
        return b"".join(one.public_bytes(PEM) for one in found).decode()
    except (OSError, ValueError) as error:
        raise BadInput(f"trusted_signers {file}: {error}") from None


def read_film(film: bytes, anchors: str) -> TrustedFilm | None:
    """What a film says that an instance of the ``anchors`` (PEM) drew and nobody changed since;
    None of all else, and of one that shows somebody as they chose."""
    if not anchors or not _is_ours(film):
        return None
    verdict = verify(film, anchors)
    drawn = verdict.made_by_a_model and verdict.generator.startswith(GENERATOR)
    if verdict.state != "trusted" or not drawn or verdict.recipe is None:
        return None
    # Who said yes there said it to that place: nobody here could take it back.
    if verdict.recipe.looks:
        return None
    known: dict[str, License] = {name: name for name in LICENSE_PAGES}
    return TrustedFilm(verdict.recipe, known.get(verdict.license, "all-rights-reserved"))


def _is_ours(film: bytes) -> bool:
    """Whether a film has the boxes of ours and nothing beside them."""
    found = list(_boxes(film))
    return bool(found) and all(size <= BOXES.get(kind, -1) for kind, size in found)


def _boxes(film: bytes) -> Iterator[tuple[bytes, int]]:
    """Kind and size of each box at the top; of what is damaged an impossible size."""
    at = 0
    while at < len(film):
        size = int.from_bytes(film[at : at + 4], "big")
        whole = BOX_HEADER <= size <= len(film) - at
        yield film[at + 4 : at + 8], size if whole else 1 << 63
        at += size if whole else len(film)
