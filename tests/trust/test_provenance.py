"""What a file says about itself is read without trusting it."""

from pathlib import Path

import pytest

from phosphene.trust.provenance import verify
from tests.trust.test_signing import CLIP, signer


@pytest.mark.parametrize("file", [b"", b"junk" * 100, CLIP[:30]])
def test_what_is_no_clip_is_invalid(tmp_path: Path, file: bytes) -> None:
    assert verify(file, signer(tmp_path).anchors).state == "invalid"


def test_a_clip_without_manifest_says_nothing(tmp_path: Path) -> None:
    assert verify(CLIP, signer(tmp_path).anchors).state == "missing"
