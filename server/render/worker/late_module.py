"""Packages that a model's libraries import and that its worker needs nothing of."""

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace
from typing import Any


class LateModule(ModuleType):
    """Stands for a module that is imported once somebody asks for more of it than ``known``."""

    def __init__(self, name: str, **known: object) -> None:
        super().__init__(name)
        spec = find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            self.__path__ = list(spec.submodule_search_locations)  # its parts can be imported
        vars(self).update(known)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # `inspect` asks each module for its file
            raise AttributeError(f"{self.__name__}, which is not imported yet, has no {name}")
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def leave_out_packages() -> None:
    """For the embedded model, before diffusers is imported: it takes 1.9 s of CPU and 70 MB less
    than with the compiler of torch alone."""
    # Where they are installed diffusers would import them, for seconds and for nothing.
    for package in ("accelerate", "scipy", "transformers"):
        sys.modules.setdefault(package, None)  # type: ignore[arg-type]
    # Diffusers asks the compiler to leave some functions alone, and whether a model is compiled:
    # nothing is here.
    compiler = LateModule(
        "torch._dynamo",
        allow_in_graph=_as_it_is,
        disable=_as_it_is,
        eval_frame=SimpleNamespace(OptimizedModule=()),
    )
    sys.modules.setdefault("torch._dynamo", compiler)


def _as_it_is(function: Any = None, *_: object, **__: object) -> Any:
    """A function, or a decorator, that changes nothing."""
    return _as_it_is if function is None else function
