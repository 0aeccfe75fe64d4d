"""What a model of the zoo is: a spec, the class that it describes, and how that class is called."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from tests.models import zoo


def as_it_is(model: Any, *inputs: Any) -> Any:
    """Return the output of a module that is called with its inputs."""
    return model(*inputs)


def only(module: Any, *names: str) -> Any:
    """Return a module with some of the modules that are in another, by their names."""
    import torch

    return torch.nn.ModuleDict({name: getattr(module, name) for name in names})


class RealModel(NamedTuple):
    """A spec in YAML, and the module that it describes.

    ``build`` makes the module from the ``package``: torch, torchvision or transformers. ``call`` returns its
    output for the inputs of the spec, in their order. ``differs`` says why that is not what a `probe` computes,
    if it is not. ``redrawn`` says why the spec draws otherwise than a new module, if it does. ``aside`` are the
    tensors outside the flow. A ``slow`` model is tested among the slow tests.
    """

    spec: str
    build: Callable[[Any], Any]
    call: Callable[..., Any] = as_it_is
    package: str = "torch"
    differs: str = ""
    redrawn: str = ""
    aside: tuple[str, ...] = ()
    slow: bool = False


def found() -> dict[str, RealModel]:
    """Return every model of the zoo by the name of its module."""
    modules = {
        module.name: import_module(f"{zoo.__name__}.{module.name}") for module in iter_modules(zoo.__path__)
    }
    return {name: module.MODEL for name, module in modules.items()}
