"""The layouts, one file for each framework; `LAYOUTS` has every one by its name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from winitgen.layouts.tensor import Layout


def _found() -> dict[str, Layout]:
    """Import every module of this package and keep those that are a layout."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    layouts: list[Layout] = [module.LAYOUT for module in modules if hasattr(module, "LAYOUT")]
    return {layout.name: layout for layout in layouts}


LAYOUTS = _found()
