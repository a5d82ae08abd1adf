"""Signs clips: their C2PA manifest goes into their MP4."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import c2pa
from msgspec.structs import replace

from server.errors import BadInput
from server.model import Recipe
from server.trust import certificates, keys
from server.trust.provenance import MP4, context_settings, manifest, parent_of

HIDDEN: Final = "hidden-"
"""What the name of a parent begins with that is not public."""


class Signer:
    """Signs clips with the leaf of ``folder``; root and leaf are made at the first start.

    Instances that share the folder share both. ``clock`` gives seconds since the epoch.
    """

    def __init__(self, folder: Path, version: str, clock: Callable[[], float]) -> None:
        self._leaf_file = folder / "c2pa_leaf.pem"
        self._version = version
        self._clock = clock
        self._names = keys.first(folder / "c2pa_names.key", secrets.token_bytes(32))
        self._root = keys.first(folder / "c2pa_root.pem", certificates.root(clock()))
        self._context = c2pa.Context.from_dict(context_settings(self.anchors))
        self._leaf = b""
        self._signer: Any = None
        self._renew()

    @property
    def anchors(self) -> str:
        """The root certificate in PEM form: whoever trusts it can check every clip."""
        return certificates.certificate_pem(self._root).decode()

    async def sign(
        self, mp4: bytes, recipe: Recipe, title: str, parent: bytes | None = None
    ) -> bytes:
        """The same clip with its manifest, which takes the place of one that it has.

        ``parent`` is the signed MP4 of the clip that this one goes on from. Without it the manifest
        names that clip by a keyed hash and says nothing else of it.

        Raises:
            BadInput: ``mp4`` or ``parent`` cannot be read as MP4.
        """
        if not certificates.good(self._leaf, self._root, self._clock()):
            self._renew()
        if parent is None:
            recipe = _hiding_parent(recipe, self._names)
        return await asyncio.to_thread(self._sign, self._signer, mp4, recipe, title, parent)

    def _renew(self) -> None:
        now = self._clock()
        leaf = keys.first(self._leaf_file, certificates.leaf(self._root, now))
        if not certificates.good(leaf, self._root, now):
            leaf = certificates.leaf(self._root, now)
            keys.replace(self._leaf_file, leaf)
        self._leaf = leaf
        self._signer = c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(
                alg=b"es256",
                sign_cert=certificates.certificate_pem(leaf),
                private_key=certificates.key_pem(leaf),
                ta_url=None,
            )
        )

    def _sign(
        self, signer: Any, mp4: bytes, recipe: Recipe, title: str, parent: bytes | None
    ) -> bytes:
        claim = manifest(recipe, title, self._version, bare=parent is None)
        signed = BytesIO()
        try:
            with c2pa.Builder(claim, context=self._context) as builder:
                if parent is not None:
                    builder.add_ingredient(parent_of(recipe), MP4, BytesIO(parent))
                builder.sign(signer, MP4, BytesIO(mp4), signed)
        except c2pa.C2paError as error:
            raise BadInput(f"this clip cannot be signed: {error}") from None
        return signed.getvalue()


def _hiding_parent(recipe: Recipe, key: bytes) -> Recipe:
    """The recipe with no more of its parent than a name that only this server could make. The hash
    of the latents it began with goes too: who guesses the parent's prompt could check the guess."""
    if recipe.parent is None:
        return recipe
    name = hmac.new(key, recipe.parent.encode(), hashlib.sha256).hexdigest()[:32]
    return replace(recipe, parent=HIDDEN + name, origin=None)
