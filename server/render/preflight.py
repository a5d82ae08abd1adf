"""What can be said of a model before anything is loaded. Knows no torch: the instance asks too.

Every way in which a model may be unfit has a message of its own, and all are BadInput.
"""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import Final

import msgspec

from phosphene.errors import BadInput
from phosphene.render.diffusers_families import EMBEDDED, known_pipelines, spec_of

SHIPPED: Final = "embedded"
RENDERERS: Final = "phosphene.renderers"
"""Entry points of other packages: the name of a model, and what loads its renderer."""

INDEX: Final = "model_index.json"
HUB_ID: Final = re.compile(r"[\w.-]+/[\w.-]+")
PACKAGES: Final = {
    "worker": ("torch", "diffusers", "numpy", "safetensors", "PIL"),
    "models": ("accelerate", "transformers", "ftfy", "huggingface_hub"),
}
"""What the extras of the package bring that a worker, or a model of diffusers, imports."""

_LFS: Final = b"version https://git-lfs"
_HEADER: Final = 8  # bytes of a safetensors file that say how long its header is
# As safetensors has it: else the first eight bytes of any file ask for that much memory.
_LONGEST_HEADER: Final = 100_000_000


def installed_renderer(model: str) -> metadata.EntryPoint | None:
    """The renderer that another package brings under this name, not imported.

    Raises:
        BadInput: several packages bring one.
    """
    # First of all: no other package can take the name of the model that ships.
    if model == SHIPPED:
        return None
    found = metadata.entry_points(group=RENDERERS, name=model)
    if len(found) > 1:
        packages = ", ".join(sorted(one.dist.name if one.dist else one.value for one in found))
        raise BadInput(f"several packages bring a renderer called {model}: {packages}")
    return next(iter(found), None)


def locate_model(model: str) -> Path | None:
    """The folder of a model: ``embedded`` ships with the package; None for one on the hub.

    Raises:
        BadInput: it is neither a folder nor the id of a model on the hub.
    """
    if model == SHIPPED:
        return Path(str(resources.files("phosphene.render.worker.embedded") / "weights"))
    folder = Path(model)
    if folder.exists():
        return folder
    if HUB_ID.fullmatch(model):
        return None
    raise BadInput(
        f"{model} is no folder, and no id of a model on the hub (owner/name) or renderer of an"
        " installed package either"
    )


def vet_model(model: str, *, here: bool = True) -> None:
    """Everything that can be known of a model without loading it. ``here``: whether this machine
    draws with it; an instance without workers has not the packages for that.

    Raises:
        BadInput: why it cannot be drawn with.
    """
    if installed_renderer(model) is not None:
        if here:
            need_packages("worker")
        return
    folder = locate_model(model)
    embedded = folder is not None and class_of(read_index(folder)) in EMBEDDED
    if here:
        need_packages("worker")
        if not embedded:
            need_packages("models")
    if folder is not None:
        need_weights(folder)


def read_index(folder: Path) -> dict[str, object]:
    """The fields of a model's model_index.json. Raises BadInput when it has none."""
    try:
        return msgspec.json.decode((folder / INDEX).read_bytes(), type=dict[str, object])
    except OSError:
        raise BadInput(f"{folder} holds no model: there is no {INDEX} in it") from None
    except msgspec.MsgspecError as error:
        raise BadInput(f"{folder / INDEX} cannot be read: {error}") from None


def class_of(index: Mapping[str, object]) -> str:
    """The pipeline of a model. Raises BadInput when it is one that we cannot draw with."""
    name = index.get("_class_name")
    if name not in EMBEDDED and spec_of(index) is None:
        raise BadInput(
            f"nothing here draws with a {name}; known are {', '.join(known_pipelines())}"
        )
    return str(name)


def need_packages(extra: str) -> None:
    """Raises BadInput naming a package of an extra (a key of ``PACKAGES``) that is not there."""
    for package in PACKAGES[extra]:
        if importlib.util.find_spec(package) is None:
            remedy = f"pip install 'phosphene[{extra}]'"
            raise BadInput(f"drawing needs {package}, which is not installed: {remedy}")


def need_weights(folder: Path) -> None:
    """Raises BadInput naming a component without its files, or with files that are none."""
    index = read_index(folder)
    class_of(index)
    for name in component_names(index):
        part = folder / name
        if not part.is_dir():
            raise BadInput(f"the model's {name} is missing: there is no folder {part}")
        _need_files(part)
        for file in weight_files(part):
            with file.open("rb") as opened:
                if opened.read(len(_LFS)) == _LFS:
                    raise BadInput(f"{file} is only a pointer: fetch it with `git lfs pull`")


def component_names(index: Mapping[str, object]) -> Iterator[str]:
    """The names of a model's parts that have a folder."""
    for name, value in index.items():
        if isinstance(value, list) and len(value) == 2 and value[0] is not None:
            yield name


def weight_files(part: Path) -> list[Path]:
    """The files that hold the weights of a component."""
    safe = sorted(part.glob("*.safetensors"))
    return safe or sorted(part.glob("*.bin"))


def parameter_count(part: Path) -> int:
    """How many numbers the weights of a component are; 0 for one without weights.

    Read from the headers; of other files than safetensors, two bytes are taken for a number.
    """
    return sum(
        _elements(file) if file.suffix == ".safetensors" else file.stat().st_size // 2
        for file in weight_files(part)
    )


def _need_files(part: Path) -> None:
    for listing in part.glob("*.index.json"):
        named = msgspec.json.decode(listing.read_bytes(), type=dict[str, object])
        shards = msgspec.convert(named.get("weight_map", {}), dict[str, str])
        missing = sorted({shard for shard in shards.values() if not (part / shard).exists()})
        if missing:
            raise BadInput(f"weights are missing in {part}: {', '.join(missing)}")
    # Only models have a config.json; schedulers and tokenizers have files of other names.
    if (part / "config.json").exists() and not weight_files(part):
        raise BadInput(f"weights are missing in {part}: there is no .safetensors file")


def _elements(file: Path) -> int:
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(_HEADER), "little")
        if length > _LONGEST_HEADER:
            raise BadInput(f"{file} is no safetensors file")
        header = opened.read(length)
    try:
        entries = msgspec.json.decode(header, type=dict[str, dict[str, object]])
        shapes = [one["shape"] for name, one in entries.items() if name != "__metadata__"]
        return sum(_product(msgspec.convert(shape, list[int])) for shape in shapes)
    except (msgspec.MsgspecError, KeyError):
        raise BadInput(f"{file} is no safetensors file") from None


def _product(shape: list[int]) -> int:
    count = 1
    for side in shape:
        count *= side
    return count
