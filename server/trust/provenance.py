"""What every clip says about itself: a signed C2PA manifest inside its MP4.

It says that a model made the clip, with which recipe, and of which clip it is a remix. The
manifest is signed with a certificate of the operator's own (see ``certificates``); there is no
time stamp of a third party in it.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

import c2pa
import msgspec
from msgspec import Struct

from server.errors import BadInput
from server.model import Recipe
from server.trust import certificates, keys

MP4: Final = "video/mp4"
RECIPE_LABEL: Final = "org.phosphene.recipe"
PARENT_LABEL: Final = "parent"
MADE_BY_A_MODEL: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

State = Literal["trusted", "untrusted", "invalid", "missing"]


class Verdict(Struct, frozen=True, kw_only=True):
    """What a file says about itself, and whether that may be believed.

    ``trusted``: unchanged since it was signed under one of the anchors; ``untrusted``: unchanged,
    but signed by somebody unknown; ``invalid``: changed or badly signed; ``missing``: it says
    nothing. ``generations`` counts the clip and the ancestors that it carries the manifests of;
    ``ancestors`` are the recipes of these, the nearest first, as far as they have any.
    """

    state: State
    failures: tuple[str, ...] = ()
    title: str = ""
    generator: str = ""
    made_by_a_model: bool = False
    recipe: Recipe | None = None
    parents: tuple[str, ...] = ()
    ancestors: tuple[Recipe, ...] = ()
    generations: int = 0


class Signer:
    """Signs clips with the leaf of ``folder``; root and leaf are made at the first start.

    Instances that share the folder share both. ``clock`` gives seconds since the epoch.
    """

    def __init__(self, folder: Path, version: str, clock: Callable[[], float]) -> None:
        self._leaf_file = folder / "c2pa_leaf.pem"
        self._version = version
        self._clock = clock
        self._root = keys.first(folder / "c2pa_root.pem", certificates.root(clock()))
        self._context = c2pa.Context.from_dict(_settings(self.anchors))
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
        """The same clip with its manifest; ``parent`` is the remixed clip's own signed MP4.

        Raises:
            BadInput: ``mp4`` or ``parent`` cannot be read as MP4.
        """
        if not certificates.good(self._leaf, self._root, self._clock()):
            self._renew()
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
        claim = manifest(recipe, title, self._version, remix=parent is not None)
        signed = BytesIO()
        try:
            with c2pa.Builder(claim, context=self._context) as builder:
                if parent is not None:
                    builder.add_ingredient(_parent(recipe), MP4, BytesIO(parent))
                builder.sign(signer, MP4, BytesIO(mp4), signed)
        except c2pa.C2paError as error:
            raise BadInput(f"this clip cannot be signed: {error}") from None
        return signed.getvalue()


def manifest(recipe: Recipe, title: str, version: str, *, remix: bool) -> dict[str, Any]:
    """The C2PA manifest definition of one clip.

    A clip from nothing is ``created``; a remix ``opened`` its parent and ``edited`` it, since the
    specification allows no parent beside ``created`` (C2PA 2.2 section 18.15.4.2).
    """
    generator = {"name": "Phosphene", "version": version}
    made = {"digitalSourceType": MADE_BY_A_MODEL, "softwareAgent": generator}
    actions: list[dict[str, Any]] = [{"action": "c2pa.created", **made}]
    if remix:
        opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT_LABEL]}}
        actions = [opened, {"action": "c2pa.edited", **made}]
    return {
        "claim_generator_info": [generator],
        "title": title,
        "format": MP4,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": RECIPE_LABEL, "data": msgspec.to_builtins(recipe)},
        ],
    }


def verify(mp4: bytes, anchors: str) -> Verdict:
    """Read and check the manifest of a file; ``anchors`` are the trusted roots (PEM), if any."""
    context = c2pa.Context.from_dict(_settings(anchors))
    try:
        with c2pa.Reader(MP4, BytesIO(mp4), context=context) as reader:
            return _verdict(json.loads(reader.json()))
    except c2pa.C2paError.ManifestNotFound:
        return Verdict(state="missing")
    except c2pa.C2paError as error:
        return Verdict(state="invalid", failures=(str(error),))


def _verdict(report: dict[str, Any]) -> Verdict:
    manifests = report["manifests"]
    active = manifests[report["active_manifest"]]
    assertions = _assertions(active)
    actions = assertions.get("c2pa.actions.v2", {}).get("actions", ())
    results = report.get("validation_results", {}).get("activeManifest", {})
    failures = tuple(failure["code"] for failure in results.get("failure", ()))
    ingredients = active.get("ingredients", ())
    return Verdict(
        state=_state(report.get("validation_state", ""), failures),
        failures=failures,
        title=active.get("title", ""),
        generator=_generator(active),
        made_by_a_model=any(a.get("digitalSourceType") == MADE_BY_A_MODEL for a in actions),
        recipe=_recipe(assertions.get(RECIPE_LABEL)),
        parents=tuple(i["title"] for i in ingredients if i.get("relationship") == "parentOf"),
        ancestors=tuple(_ancestors(manifests, active)),
        generations=len(manifests),
    )


def _assertions(manifest: dict[str, Any]) -> dict[str, Any]:
    return {one["label"]: one["data"] for one in manifest.get("assertions", ())}


def _ancestors(manifests: dict[str, Any], child: dict[str, Any]) -> Iterator[Recipe]:
    """Recipes of the parent, its parent, and so on."""
    for _ in manifests:
        above = {one.get("relationship"): one for one in child.get("ingredients", ())}
        label = above.get("parentOf", {}).get("active_manifest")
        recipe = _recipe(_assertions(manifests.get(label, {})).get(RECIPE_LABEL))
        if recipe is None:
            return
        yield recipe
        child = manifests[label]


def _state(said: str, failures: tuple[str, ...]) -> State:
    if said == "Trusted":
        return "trusted"
    # A signer that nobody vouches for is the only failure that leaves a file believable at all.
    unknown_signer = set(failures) <= {"signingCredential.untrusted"}
    return "untrusted" if said == "Valid" and unknown_signer else "invalid"


def _generator(active: dict[str, Any]) -> str:
    entry: dict[str, str] = next(iter(active.get("claim_generator_info", ())), {})
    return f"{entry.get('name', '')}/{entry.get('version', '')}"


def _recipe(data: object) -> Recipe | None:
    try:
        return msgspec.convert(data, Recipe)
    except msgspec.ValidationError:
        return None


def _parent(recipe: Recipe) -> dict[str, str]:
    return {
        "title": recipe.parent or "unknown",
        "relationship": "parentOf",
        "label": PARENT_LABEL,
    }


def _settings(anchors: str) -> dict[str, Any]:
    return {
        "trust": {"trust_anchors": anchors} if anchors else {},
        # Nothing that a file names is ever fetched.
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "builder": {"thumbnail": {"enabled": False}},
    }
