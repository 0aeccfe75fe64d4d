"""The layer types, one file for each family; `LAYERS` has every one by its name in a spec."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from winitgen.catalog.layers.layer import Layer


def _found() -> dict[str, type[Layer]]:
    """Import every module of this package and collect the classes that have a ``type``."""
    found: dict[str, type[Layer]] = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Layer) and vars(value).get("type"):
                found[value.type] = value
    return found


LAYERS = _found()
