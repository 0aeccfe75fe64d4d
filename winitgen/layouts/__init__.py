"""The layouts, one file for each framework's way of naming; `LAYOUTS` has every one by its name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from winitgen.layouts.tensor import Layout


def _found() -> dict[str, Layout]:
    """Import every module of this package and keep those that are a layout."""
    modules = [import_module(module.name) for module in walk_packages(__path__, f"{__name__}.")]
    layouts: list[Layout] = [module.LAYOUT for module in modules if hasattr(module, "LAYOUT")]
    return {layout.name: layout for layout in sorted(layouts, key=lambda layout: layout.name)}


LAYOUTS = _found()
