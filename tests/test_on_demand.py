"""The tables whose values are imported on demand name all there is, and nothing else."""

from __future__ import annotations

import pickle
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import pytest

from winitgen import layouts
from winitgen.catalog import layers, schemes
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.schemes import SCHEMES, Scheme
from winitgen.files import formats
from winitgen.files.formats import ENDINGS, FORMATS
from winitgen.files.input.containers import READERS, STARTS
from winitgen.layouts import LAYOUTS
from winitgen.on_demand import OnDemand

MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
"""How a file of PyTorch before 1.6 begins: with this number."""

HEADER = (64).to_bytes(8, "little") + b'{"w":{'
"""How a file of safetensors begins."""


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


def test_every_scheme_is_in_the_table() -> None:
    """A row in a module of `winitgen.catalog.schemes` has its name in the table, and nothing else has."""
    values = [value for module in modules(schemes) for value in vars(module).values()]
    rows = {
        row.name
        for value in values
        for row in (value if isinstance(value, tuple) else ())
        if isinstance(row, Scheme)
    }
    alone = {value.name for value in values if isinstance(value, Scheme)}

    assert rows | alone == set(SCHEMES)
    assert [*SCHEMES] == [row.name for row in SCHEMES.values()]


def test_every_layout_is_in_the_table() -> None:
    """A ``LAYOUT`` in a module of `winitgen.layouts` has its line, by the alphabet."""
    found = {m.LAYOUT.name: f"{m.__name__}:LAYOUT" for m in modules(layouts) if hasattr(m, "LAYOUT")}

    assert sorted(found.items()) == list(LAYOUTS.homes.items())


def test_every_format_is_in_the_table() -> None:
    """A ``FORMAT`` in a module of `winitgen.files.formats` has a line for each of its endings."""
    found = [m.FORMAT for m in modules(formats) if m.__name__.endswith(".writer")]

    assert {ending: row.name for row in found for ending in row.endings} == ENDINGS
    assert list(FORMATS) == [row.name for row in found]


def test_every_reader_is_in_the_table() -> None:
    """A ``READER`` in a module of `winitgen.files.formats` has its line, in the order of the modules."""
    found = [
        m.__name__.split(".")[-2]
        for m in modules(formats)
        if m.__name__.endswith(".reader") and hasattr(m, "READER")
    ]

    assert list(STARTS) == found


@pytest.mark.parametrize(
    "head",
    [b"GGUF", b"\x89HDF\r\n\x1a\n", b"\x93NUMPY", b"PK\3\4", b"PK\5\6", MAGIC, HEADER, b"\x08\x0a", b""],
)
def test_a_reader_that_is_not_asked_would_not_take_the_file(head: bytes) -> None:
    """What the table says of the first bytes leaves out no file that the reader recognizes."""
    whole = head.ljust(2056, b"\0")

    assert [] == [
        name for name, reader in READERS.items() if reader.fits(whole) and not whole.startswith(STARTS[name])
    ]


def test_a_name_without_a_line_is_a_key_error() -> None:
    """A table refuses an unknown name as a dict does."""
    with pytest.raises(KeyError, match="'half'"):
        OnDemand[str](lambda: {"pi": "math:pi"})["half"]
