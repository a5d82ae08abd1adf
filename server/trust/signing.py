"""Signs clips: their C2PA manifest goes into their MP4."""

import asyncio
import hashlib
import hmac
import logging
import secrets
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import c2pa
from msgspec.structs import replace

from phosphene.errors import BadInput
from phosphene.model import Clip, License, Recipe
from phosphene.trust import credentials, own_chain, secret_files
from phosphene.trust.credentials import Credentials
from phosphene.trust.provenance import (
    MP4,
    SOURCES,
    context_settings,
    manifest,
    marked_manifest,
    parent_of,
    picture_manifest,
    verify,
)
from phosphene.trust.statements import sign_statement

log = logging.getLogger("phosphene.signing")

HIDDEN: Final = "hidden-"
"""What the name of a parent begins with that is not public."""
TRIAL: Final = {
    "assertions": [
        {
            "label": "c2pa.actions.v2",
            "data": {
                "actions": [
                    {"action": "c2pa.created", "digitalSourceType": f"{SOURCES}digitalCreation"}
                ]
            },
        }
    ]
}
"""The least that a manifest says."""
LOOK_S: Final = 3600.0
"""So often it is looked whether there are newer certificates."""
STAMP_S: Final = 5.0
"""So long a clip waits for a time stamp."""
# So long nobody is asked after one did not come: each try may keep a thread for 30 s.
STAMP_AGAIN_S: Final = 60.0


class Signer:
    """Signs clips with the leaf of ``folder``, which is made and renewed as needed; instances that
    share the folder share it. ``clock`` gives seconds since the epoch.

    ``chain`` is a PEM file with the operator's own key and certificates instead; should these end
    while the server runs, it signs with its own. ``tsa_url``: an authority (RFC 3161) that says
    when a clip was signed, so that it verifies after its certificate has ended.

    Raises:
        BadInput: a file of these cannot be used; it is named.
    """

    def __init__(
        self,
        folder: Path,
        version: str,
        clock: Callable[[], float],
        chain: Path | None = None,
        tsa_url: str = "",
    ) -> None:
        self._folder = folder
        self._version = version
        self._clock = clock
        self._file = chain
        self._tsa_url = tsa_url
        self._names = secret_files.first(folder / "c2pa_names.key", secrets.token_bytes(32))
        self._unstamped_until = 0.0
        self._looked = clock()
        if chain is not None:
            # Now and not with the first clip: a chain that C2PA refuses ends the start with a line,
            # instead of every render with a failure.
            _try(chain, self._looked)
        self._credentials = self._find(self._looked)

    @property
    def anchors(self) -> str:
        """The roots in PEM form that clips are and were signed under: whoever trusts them can check
        every clip."""
        return own_chain.anchors(self._folder)

    def sign_statement(self, statement: bytes) -> bytes:
        """What this instance says under its name (``statements``)."""
        return sign_statement(statement, self._credentials)

    async def sign_file(
        self,
        mp4: bytes,
        recipe: Recipe,
        title: str,
        parent: bytes | None = None,
        license: License = "all-rights-reserved",
        word: int | None = None,
    ) -> bytes:
        """The same clip with its manifest, which takes the place of one that it has; ``word``: that
        of the mark of its pictures.

        ``parent`` is the signed MP4 of the clip that this one goes on from. Without it the manifest
        names that clip by a keyed hash and says nothing else of it.

        Raises:
            BadInput: ``mp4`` or ``parent`` cannot be read as MP4.
        """
        self.renew_certificate()
        if parent is None:
            recipe = self.hide_parent(recipe)

        def sign(tsa_url: str) -> bytes:
            bare = parent is None
            claim = manifest(recipe, title, self._version, license, word=word, bare=bare)
            # Each generation makes a file 6.5 kB longer: eleven come to 75 kB.
            ingredients = [] if parent is None else [(parent_of(recipe.parent), parent)]
            return _signed(self._credentials, claim, MP4, mp4, ingredients, tsa_url)

        return await self._in_a_thread(sign)

    async def sign_marked(
        self, marked: bytes, film: bytes, clip_id: str, title: str, license: License
    ) -> bytes:
        """A film that is another one of ours (``film``, signed) with a visible mark laid over it,
        over the manifest of that one. Raises BadInput: one of them cannot be read as MP4."""
        self.renew_certificate()

        def sign(tsa_url: str) -> bytes:
            # Of earlier releases no picture has an invisible mark, and none may be said to.
            word = verify(film, "").word
            claim = marked_manifest(title, self._version, license, word)
            under = [(parent_of(clip_id), film)]
            return _signed(self._credentials, claim, MP4, marked, under, tsa_url)

        return await self._in_a_thread(sign)

    async def _in_a_thread(self, sign: Callable[[str], bytes]) -> bytes:
        """With a time stamp where there is an authority."""
        if self._tsa_url and self._clock() >= self._unstamped_until:
            return await self._stamped(sign)
        # A thread, since signing 10 s of 750 kB takes 11 ms: longer than the loop may be held.
        return await asyncio.to_thread(sign, "")

    async def sign_picture(self, file: bytes, kind: str, word: int | None) -> bytes:
        """A still of a clip, of that media type, with a manifest of its own. Raises BadInput."""
        self.renew_certificate()
        claim = picture_manifest(kind, self._version, word)
        return await asyncio.to_thread(_signed, self._credentials, claim, kind, file, [], "")

    def hidden_name(self, clip_id: str) -> str:
        """A name of a clip that only this server could make, and that says nothing else of it; of
        such a name itself."""
        if clip_id.startswith(HIDDEN):
            return clip_id
        # Keyed, because the ids of clips can be tried: a plain hash of one would tell whoever
        # guesses which private clip it was.
        return HIDDEN + hmac.new(self._names, clip_id.encode(), hashlib.sha256).hexdigest()[:32]

    def hide_parent(self, recipe: Recipe) -> Recipe:
        """The recipe with no more of its parent than a hidden name. The hash of the latents it
        began with goes too: who guesses the parent's prompt could check the guess."""
        if recipe.parent is None:
            return recipe
        return replace(recipe, parent=self.hidden_name(recipe.parent), origin=None)

    def hide_family(self, clip: Clip) -> Clip:
        """The clip as everybody is told of it when its parent is not for everybody: it names parent
        and root as its manifest does."""
        if clip.parent is None or clip.recipe is None:
            return clip
        parent, root = (self.hidden_name(one) for one in (clip.parent, clip.root or clip.parent))
        return replace(clip, parent=parent, root=root, recipe=self.hide_parent(clip.recipe))

    async def _stamped(self, sign: Callable[[str], bytes]) -> bytes:
        """With a time stamp, or without one when that does not come."""
        try:
            async with asyncio.timeout(STAMP_S):
                return await asyncio.to_thread(sign, self._tsa_url)
        except (BadInput, TimeoutError) as error:
            unstamped = await asyncio.to_thread(sign, "")
            # A time stamp is worth a wait and not a clip: an authority that is away costs the first
            # clip STAMP_S, and those of the next minute nothing.
            self._unstamped_until = self._clock() + STAMP_AGAIN_S
            log.warning("no time stamp: %s", error or f"none within {STAMP_S:.0f} s")
            return unstamped

    def renew_certificate(self) -> None:
        """Look for better certificates when these are not good now, and from time to time."""
        now = self._clock()
        if self._credentials.is_good(now) and 0 <= now - self._looked < LOOK_S:
            return
        self._looked, self._credentials = now, self._find(now)

    def _find(self, now: float) -> Credentials:
        if self._file is not None:
            try:
                found = credentials.load(self._file, now)
                own_chain.remember_root(self._folder, found.root)
                return found
            except BadInput as error:
                # An end of the operator's certificate at night must not end all drawing: what is
                # signed under our root verifies with our root, and the log says it every hour.
                log.error("clips are signed by the server's own root: %s", error)
        return own_chain.current(self._folder, now)


def _signed(
    with_: Credentials,
    claim: dict[str, Any],
    kind: str,
    file: bytes,
    ingredients: list[tuple[dict[str, str], bytes]],
    tsa_url: str,
) -> bytes:
    info = c2pa.C2paSignerInfo(
        alg=with_.alg, sign_cert=with_.chain, private_key=with_.key, ta_url=tsa_url.encode() or None
    )
    out = BytesIO()
    try:
        context = c2pa.Context.from_dict(context_settings(with_.root))
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(claim, context=context) as builder,
        ):
            for about, data in ingredients:
                builder.add_ingredient(about, kind, BytesIO(data))
            builder.sign(signer, kind, BytesIO(file), out)
    except c2pa.C2paError as error:
        raise BadInput(f"this clip cannot be signed: {error}") from None
    return out.getvalue()


def _try(file: Path, now: float) -> None:
    """Try the operator's chain on a picture of one pixel: C2PA asks more of a certificate than that
    it is good (C2PA 2.2 section 14.5). Raises BadInput."""
    found = credentials.load(file, now)
    try:
        _signed(found, TRIAL, "image/png", _pixel(), [], "")
    except BadInput as error:
        raise BadInput(f"certificate {file}: {error}") from None


def _pixel() -> bytes:
    """A PNG of one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0\x80"))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")
