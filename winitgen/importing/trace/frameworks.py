"""Which framework a class, or what a function returns, is of."""

from __future__ import annotations

import sys
from typing import Any

FRAMEWORKS = {"keras": "keras_model", "flax": "nnx_model", "torch": "torch_model"}
"""The modules that trace, by the package of the framework; a function's is guessed in this order."""

_BASES = {"keras": ("keras.layers", "Layer"), "flax": ("flax.nnx", "Module"), "torch": ("torch.nn", "Module")}


def framework_of(cls: type) -> str | None:
    """Return the framework whose models a class is among; None if it is among none.

    A framework that nothing has imported yet has no classes.
    """
    for name, (module, base) in _BASES.items():
        found = getattr(sys.modules.get(module), base, None)
        if found is not None and issubclass(cls, found):
            return name
    return None


def guessed_framework(build: Any) -> str:
    """Return the framework of a class, or the one that a function's module speaks of, PyTorch if it speaks of none."""
    found = framework_of(build) if isinstance(build, type) else None
    if found is not None:
        return found
    spoken = {_package(value) for value in getattr(build, "__globals__", {}).values()}
    spoken |= {_package(build), *getattr(getattr(build, "__code__", None), "co_names", ())}
    return next((name for name in FRAMEWORKS if name in spoken), "torch")


def _package(value: Any) -> str:
    """Return the package that a module is in, or that something was defined in."""
    module = (
        getattr(value, "__name__", "") if isinstance(value, type(sys)) else getattr(value, "__module__", "")
    )
    return module.partition(".")[0] if isinstance(module, str) else ""
