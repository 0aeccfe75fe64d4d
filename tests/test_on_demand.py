"""The tables whose values are imported on demand name all there is, and nothing else."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import pytest

from winitgen import layouts
from winitgen.catalog import layers
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.layer import Layer
from winitgen.layouts import LAYOUTS
from winitgen.on_demand import OnDemand


def modules(package: ModuleType) -> list[ModuleType]:
    """Import all modules of a package."""
    found = walk_packages(package.__path__, f"{package.__name__}.")
    return [import_module(module.name) for module in found]


def test_every_layer_type_is_in_the_table() -> None:
    """A class with a ``type`` in a module of `winitgen.catalog.layers` has its line, in the order of the modules."""
    found = {
        value.type: f"{module.__name__}:{value.__name__}"
        for module in modules(layers)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Layer) and vars(value).get("type")
        if value.__module__ == module.__name__
    }

    assert list(found.items()) == list(LAYERS.homes.items())


def test_every_layout_is_in_the_table() -> None:
    """A ``LAYOUT`` in a module of `winitgen.layouts` has its line, by the alphabet."""
    found = {m.LAYOUT.name: f"{m.__name__}:LAYOUT" for m in modules(layouts) if hasattr(m, "LAYOUT")}

    assert sorted(found.items()) == list(LAYOUTS.homes.items())


def test_a_name_without_a_line_is_a_key_error() -> None:
    """A table refuses an unknown name as a dict does."""
    with pytest.raises(KeyError, match="'half'"):
        OnDemand[str](lambda: {"pi": "math:pi"})["half"]
