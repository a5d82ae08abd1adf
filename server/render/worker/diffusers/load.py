"""A model by its name: a folder or an id on the hub becomes a renderer, or a clear refusal.

Which families there are stands in render/diffusers_families.py.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import torch
from diffusers import AutoencoderTiny, DiffusionPipeline
from diffusers.utils import logging as diffusers_logging
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from torch import nn
from transformers.utils import logging as transformers_logging

from phosphene.errors import BadInput
from phosphene.render import messages
from phosphene.render.diffusers_families import ModelOptions, PipelineSpec, spec_of
from phosphene.render.preflight import (
    INDEX,
    class_of,
    component_names,
    locate_model,
    need_weights,
    parameter_count,
    read_index,
)
from phosphene.render.worker.diffusers import latent_rgb
from phosphene.render.worker.diffusers.model import LoadedModel
from phosphene.render.worker.diffusers.placement import Machine, device_of, dtype_of, offload_of
from phosphene.render.worker.diffusers.preview_cache import PreviewCache
from phosphene.render.worker.diffusers.renderer import DiffusersRenderer
from phosphene.render.worker.environment import read_conditions
from phosphene.render.worker.renderer import Renderer

T = TypeVar("T")
log = logging.getLogger(__name__)

# Gigabytes of weights take long to read at each start; sizes, headers and samples tell models
# apart.
WHOLE_FILE: Final = 64 * 1024 * 1024
_PIECE: Final = 1024 * 1024


def load(options: ModelOptions) -> tuple[Renderer, messages.Ready]:
    """The renderer of a model of diffusers, on its device, and what the worker says of it.

    Raises:
        BadInput: why it cannot be drawn with.
    """
    diffusers_logging.disable_progress_bar()
    transformers_logging.disable_progress_bar()
    folder = locate_model(options.model) or fetch(options.model)
    need_weights(folder)
    index = read_index(folder)
    spec = spec_of(index)
    assert spec is not None, "class_of has let an unknown spec pass"
    device = device_of(options.device, torch.cuda.is_available(), torch.backends.mps.is_available())
    pipeline = _pipeline(folder, spec, device, options)
    mark = fingerprint(folder)
    model = LoadedModel(
        pipeline=pipeline,
        spec=spec,
        name=options.model if locate_model(options.model) is None else folder.resolve().name,
        fingerprint=mark,
        area=options.pixels,
        guidance=options.guidance,
    )
    file = Path(options.data) / "cache" / "colours" / f"{mark}.safetensors"
    cache = PreviewCache(
        latent_rgb.read_map(file), keep=file, tiny=_tiny(options.preview_decoder, pipeline)
    )
    renderer = DiffusersRenderer(model, cache)
    ready = _ready(renderer, spec, device)
    told = read_conditions(device, pipeline.transformer.dtype, options)
    return renderer, msgspec.structs.replace(ready, conditions=told)


def fetch(name: str) -> Path:
    """The folder of a model on the hub, downloaded where it is not in the cache yet.

    Raises:
        BadInput: it is not there, not for us, not known, or the hub cannot be reached.
    """
    with _hub(name):
        index = Path(hf_hub_download(name, INDEX))
        class_of(read_index(index.parent))
        return Path(DiffusionPipeline.download(name))


def fingerprint(folder: Path) -> str:
    """SHA-256 over the files of a model: their names, sizes and contents, in order of the names.

    Of a file over 64 MiB its first, middle and last MiB count.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        for piece in _pieces(path):
            digest.update(piece)
    return digest.hexdigest()


def free_memory() -> int:
    """Bytes of main memory that a process may still take."""
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        lines = meminfo.read_text().splitlines()
        return (
            next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")) * 1024
        )
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def machine_of(device: str) -> Machine:
    """What a device offers now."""
    memory = free_memory()
    if device.startswith("cuda"):
        free, _ = torch.cuda.mem_get_info(device)
        return Machine("cuda", free, memory, torch.cuda.is_bf16_supported())
    if device == "mps":
        return Machine("mps", int(torch.mps.recommended_max_memory()), memory)
    return Machine("cpu", memory, memory)


def _pipeline(folder: Path, spec: PipelineSpec, device: str, options: ModelOptions) -> Any:
    machine = machine_of(device)
    dtype = dtype_of(options.dtype, machine)
    half = dtype != "float32"
    sizes = {
        name: parameter_count(folder / name) * (2 if half and name not in spec.full else 4)
        for name in component_names(read_index(folder))
    }
    offload = offload_of(options.offload, sizes, machine)
    # Wan's VAE stays in float32, as diffusers' own examples have it.
    kinds = {"default": getattr(torch, dtype), **dict.fromkeys(spec.full, torch.float32)}
    pipeline = _or_refuse(folder, lambda: DiffusionPipeline.from_pretrained(folder, dtype=kinds))
    _place(pipeline, offload, device)
    for net in _denoisers(pipeline):
        _attend(net, options.attention)
        if options.compile:
            _compile(net)
    return pipeline


def _place(pipeline: Any, offload: str, device: str) -> None:
    match offload:
        case "model":
            pipeline.enable_model_cpu_offload(device=device)
        case "sequential":
            pipeline.enable_sequential_cpu_offload(device=device)
        case _:
            pipeline.to(device)


def _denoisers(pipeline: Any) -> Iterator[Any]:
    for name in ("transformer", "transformer_2"):
        net = getattr(pipeline, name, None)
        if isinstance(net, nn.Module):
            yield net


def _compile(net: Any) -> None:
    if getattr(net, "_repeated_blocks", None):
        # Dynamic, or each size of a batch would be compiled anew.
        net.compile_repeated_blocks(dynamic=True)  # compiles one block for all
    else:
        net.compile(dynamic=True)


def _attend(net: Any, backend: str) -> None:
    if backend == "auto":  # what diffusers and torch choose for the device
        return
    try:
        net.set_attention_backend(backend)
    except (ValueError, RuntimeError, ImportError) as error:
        raise BadInput(f"the setting attention: {error}") from None


def _tiny(name: str, pipeline: Any) -> Any:
    """A small decoder for previews. Raises BadInput for one that is nothing to this model."""
    if not name:
        return None
    tiny = _or_refuse(Path(name), lambda: AutoencoderTiny.from_pretrained(name))
    channels = int(pipeline.transformer.config.in_channels)
    if tiny.config.latent_channels != channels:
        has = tiny.config.latent_channels
        raise BadInput(f"{name} decodes {has} channels, the latents of this model have {channels}")
    return tiny.to(pipeline.device).eval()


def _ready(renderer: DiffusersRenderer, spec: PipelineSpec, device: str) -> messages.Ready:
    return messages.Ready(
        model=renderer.name,
        fingerprint=renderer.fingerprint,
        device=device,
        width=renderer.width,
        height=renderer.height,
        fps=renderer.fps,
        vocabulary={},
        steps=spec.steps,
        sound=spec.sound,
        forks=bool(spec.goes_on),
        portraits=spec.most_portraits,
    )


def _or_refuse(folder: Path, make: Callable[[], T]) -> T:
    """What ``make`` loads; what it cannot load is said in one line."""
    try:
        return make()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        said = " ".join(str(error).split())
        raise BadInput(f"{folder} cannot be loaded: {said}") from error
    except MemoryError:
        raise BadInput(f"{folder} cannot be loaded: there is too little memory") from None


@contextmanager
def _hub(name: str) -> Iterator[None]:
    try:
        yield
    except GatedRepoError:
        raise BadInput(f"{name} wants its licence accepted on the hub, and a token") from None
    except RepositoryNotFoundError:
        raise BadInput(f"the hub knows no model {name}, or it is private") from None
    except (LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        raise BadInput(f"{name} is not here, and the hub cannot be reached") from error
    except EntryNotFoundError:
        raise BadInput(f"{name} is no model of diffusers: it has no {INDEX}") from None
    except OSError as error:
        if error.errno == ENOSPC:
            raise BadInput(f"there is no room on the disk for {name}") from None
        raise BadInput(f"{name} cannot be fetched from the hub: {error}") from error


def _pieces(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    if size <= WHOLE_FILE:
        yield path.read_bytes()
        return
    with path.open("rb") as file:
        for start in (0, size // 2, size - _PIECE):
            file.seek(start)
            yield file.read(_PIECE)
