"""What every clip says about itself: a C2PA manifest inside its MP4, which ``signing`` signs.

It says that a model made the clip, with which recipe, and of which clip it is a remix.
"""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final, Literal

import c2pa
import msgspec
from msgspec import Struct

from phosphene.model import LICENSE_PAGES, License, Recipe

MP4: Final = "video/mp4"
RECIPE_LABEL: Final = "org.phosphene.recipe"
TERMS_LABEL: Final = "cawg.metadata"
BINDING_LABEL: Final = "c2pa.soft-binding"
SOURCE_LABEL: Final = "c2pa.metadata"
# No list of algorithms knows ours: such names begin with who made it.
BINDING_ALGORITHM: Final = "org.phosphene.watermark.1"
PARENT_LABEL: Final = "parent"
SOURCES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE_BY_A_MODEL: Final = f"{SOURCES}trainedAlgorithmicMedia"

State = Literal["trusted", "untrusted", "invalid", "missing"]


class ManifestVerdict(Struct, frozen=True, kw_only=True):
    """What a file says about itself, and whether that may be believed.

    ``trusted``: unchanged since it was signed under one of the anchors; ``untrusted``: unchanged,
    but signed by somebody unknown; ``invalid``: changed or badly signed; ``missing``: it says
    nothing. ``generations`` counts the clip and the ancestors that it carries the manifests of;
    ``ancestors`` are the recipes of these, the nearest first, as far as they have any. ``license``:
    under which terms the clip may be used, empty where all rights are reserved. ``word``: that of
    the invisible mark that its pictures have (``watermark_words``), by which a copy without a
    manifest is found.
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
    license: str = ""
    word: int | None = None


def manifest(
    recipe: Recipe,
    title: str,
    version: str,
    license: License = "all-rights-reserved",
    *,
    word: int | None = None,
    bare: bool = False,
) -> dict[str, Any]:
    """The C2PA manifest definition of one clip; ``word``: that of the mark of its pictures;
    ``bare``: no file of its parent is added to it.

    A clip from nothing is ``created``; a remix ``opened`` its parent and ``edited`` it, since the
    specification allows no parent beside ``created`` (C2PA 2.2 section 18.15.4.2).
    """
    generator = {"name": "Phosphene", "version": version}
    made = {"digitalSourceType": MADE_BY_A_MODEL, "softwareAgent": generator}
    actions: list[dict[str, Any]] = [{"action": "c2pa.created", **made}]
    if recipe.parent is not None:
        opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT_LABEL]}}
        # The library takes a parent beside `created` without a word, and other validators do not.
        actions = [opened, {"action": "c2pa.edited", **made}]
    return {
        "claim_generator_info": [generator],
        "title": title,
        "format": MP4,
        "ingredients": [{**parent_of(recipe.parent), "format": MP4}]
        if bare and recipe.parent
        else [],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": RECIPE_LABEL, "data": msgspec.to_builtins(recipe)},
            *_binding(word),
            SOURCE,
            *_terms(license),
        ],
    }


def marked_manifest(title: str, version: str, license: License, word: int | None) -> dict[str, Any]:
    """The same of a film that is its parent's with a mark that everybody sees laid over it, and
    nothing else: the recipe is in the parent's."""
    generator = {"name": "Phosphene", "version": version}
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT_LABEL]}}
    edited = {
        "action": "c2pa.edited",
        "digitalSourceType": MADE_BY_A_MODEL,
        "softwareAgent": generator,
        "description": "A visible mark says that a model made it",
    }
    return {
        "claim_generator_info": [generator],
        "title": title,
        "format": MP4,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [opened, edited]}},
            *_binding(word),
            SOURCE,
            *_terms(license),
        ],
    }


def picture_manifest(kind: str, version: str, word: int | None) -> dict[str, Any]:
    """The same of a still of a clip, of that media type: that a model made it, and by which mark
    its clip is found. It names neither words nor parents, which may be hidden later."""
    generator = {"name": "Phosphene", "version": version}
    made = {"action": "c2pa.created", "digitalSourceType": MADE_BY_A_MODEL}
    return {
        "claim_generator_info": [generator],
        "format": kind,
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{**made, "softwareAgent": generator}]},
            },
            *_binding(word),
            SOURCE,
        ],
    }


SOURCE: Final = {
    "label": SOURCE_LABEL,
    "data": {
        "@context": {"Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"},
        "Iptc4xmpExt:DigitalSourceType": MADE_BY_A_MODEL,
    },
    "kind": "Json",
}
"""The same as in the actions, where programs that read IPTC's photo metadata look for it."""


def _binding(word: int | None) -> list[dict[str, Any]]:
    """The mark as a soft binding (C2PA 2.2 section 9.3): all pictures, all of each."""
    if word is None:
        return []
    block = {"scope": {}, "value": f"{word:016x}"}
    return [{"label": BINDING_LABEL, "data": {"alg": BINDING_ALGORITHM, "blocks": [block]}}]


def _word(binding: Any) -> int | None:
    try:
        if binding["alg"] == BINDING_ALGORITHM:
            return int(binding["blocks"][0]["value"], 16)
    except (KeyError, IndexError, TypeError, ValueError):
        pass
    return None


def _terms(license: License) -> list[dict[str, Any]]:
    """Under which terms the clip may be used (CAWG Metadata Assertion 1.1, with Dublin Core and
    the rights of XMP); nothing where all rights are reserved."""
    page = LICENSE_PAGES.get(license)
    if page is None:
        return []
    data = {
        "@context": {
            "dc": "http://purl.org/dc/elements/1.1/",
            "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
        },
        "dc:rights": license,
        "xmpRights:WebStatement": page,
    }
    return [{"label": TERMS_LABEL, "data": data, "kind": "Json"}]


def verify(file: bytes, anchors: str, kind: str = MP4) -> ManifestVerdict:
    """Read and check the manifest of a file of that media type; ``anchors`` are the trusted roots
    (PEM), if any."""
    context = c2pa.Context.from_dict(context_settings(anchors))
    try:
        with c2pa.Reader(kind, BytesIO(file), context=context) as reader:
            return _verdict(json.loads(reader.json()))
    except c2pa.C2paError.ManifestNotFound:
        # No sign of a forgery: whoever copies a film with ffmpeg (-c copy) loses its manifest.
        return ManifestVerdict(state="missing")
    except c2pa.C2paError as error:
        return ManifestVerdict(state="invalid", failures=(str(error),))


def _verdict(report: dict[str, Any]) -> ManifestVerdict:
    manifests = report["manifests"]
    active = manifests[report["active_manifest"]]
    assertions = _assertions(active)
    actions = assertions.get("c2pa.actions.v2", {}).get("actions", ())
    results = report.get("validation_results", {}).get("activeManifest", {})
    failures = tuple(failure["code"] for failure in results.get("failure", ()))
    ingredients = active.get("ingredients", ())
    return ManifestVerdict(
        state=_state(report.get("validation_state", ""), failures),
        failures=failures,
        title=active.get("title", ""),
        generator=_generator(active),
        made_by_a_model=any(a.get("digitalSourceType") == MADE_BY_A_MODEL for a in actions),
        recipe=_recipe(assertions.get(RECIPE_LABEL)),
        parents=tuple(i["title"] for i in ingredients if i.get("relationship") == "parentOf"),
        ancestors=tuple(_ancestors(manifests, active)),
        generations=len(manifests),
        license=assertions.get(TERMS_LABEL, {}).get("dc:rights", ""),
        word=_word(assertions.get(BINDING_LABEL)),
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


def parent_of(name: str | None) -> dict[str, str]:
    """The ingredient that a remix or a fork began with, or that a mark was laid on."""
    return {
        "title": name or "unknown",
        "relationship": "parentOf",
        "label": PARENT_LABEL,
    }


def context_settings(anchors: str) -> dict[str, Any]:
    """Of a ``c2pa.Context`` that trusts these roots (PEM)."""
    return {
        "trust": {"trust_anchors": anchors} if anchors else {},
        # Nothing that a file names is ever fetched.
        # A manifest that may name an address would let any file that is verified here make this
        # machine ask it.
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "builder": {"thumbnail": {"enabled": False}},
    }
