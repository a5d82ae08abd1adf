"""Only what an instance that is trusted signed, and nobody changed, is a film."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.errors import BadInput
from phosphene.model import Look
from phosphene.trust.provenance import verify
from phosphene.trust.trusted_films import load_anchors, read_film
from tests.trust.test_signing import CLIP, RECIPE, signer

pytestmark = pytest.mark.asyncio


def box(kind: bytes, data: bytes) -> bytes:
    return (8 + len(data)).to_bytes(4, "big") + kind + data


async def test_a_film_is_believed_only_as_it_was_signed(tmp_path: Path) -> None:
    ours, theirs = signer(tmp_path / "ours"), signer(tmp_path / "theirs")
    film = await ours.sign_file(CLIP, RECIPE, "A blue whale", license="CC-BY-4.0")
    anchors = load_anchors(str(tmp_path / "ours" / "c2pa_root.pem"))
    assert "PRIVATE" not in anchors
    found = read_film(film, anchors)
    assert found is not None
    assert (found.recipe, found.license) == (RECIPE, "CC-BY-4.0")
    assert read_film(film, "") is None
    assert read_film(film, theirs.anchors) is None
    assert read_film(CLIP, anchors) is None
    assert read_film(b"", anchors) is None
    assert read_film(film[:-1], anchors) is None
    # One byte of a picture, and what no signature speaks of.
    changed = bytearray(film)
    changed[film.rindex(b"mdat") + 100] ^= 1
    assert read_film(bytes(changed), anchors) is None
    for more in (box(b"mfra", b"x" * 99), box(b"skip", b"x"), box(b"free", bytes(9999)), b"x"):
        assert read_film(film + more, anchors) is None


async def test_the_manifest_names_the_grant_and_such_a_film_is_nowhere_else(tmp_path: Path) -> None:
    look = Look(
        owner="ada",
        card={"hair": "red"},
        grant="5" * 64,
        level="presence",
        checked_by="camera",
        checked_at=1.0,
    )
    made = signer(tmp_path)
    film = await made.sign_file(CLIP, replace(RECIPE, looks=(look,)), "@ada at sea")
    told = verify(film, made.anchors)
    assert told.state == "trusted"
    assert told.recipe is not None
    assert told.recipe.looks == (look,)
    assert read_film(film, load_anchors(str(tmp_path / "c2pa_root.pem"))) is None


async def test_certificates_that_cannot_be_read_stop_the_start(tmp_path: Path) -> None:
    assert load_anchors("") == ""
    (tmp_path / "none.pem").write_text("nothing")
    for name in ("none.pem", "missing.pem"):
        with pytest.raises(BadInput, match="trusted_signers"):
            load_anchors(str(tmp_path / name))
