"""The file formats: each is one module here that holds ``FORMAT``, found by looking.

>>> by_path("model.safetensors").name
'safetensors'
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn

from winitgen.errors import UsageError
from winitgen.spec.mistakes import suggest
from winitgen.writers.base import Format

FORMATS: Mapping[str, Format]
"""Every format by its name."""


def by_name(name: str) -> Format:
    """Return the format of this name."""
    formats = _formats()
    if name not in formats:
        known = ", ".join(formats)
        raise UsageError(f"unknown format {name!r}{suggest(name, formats)}; the formats are {known}")
    return formats[name]


def by_path(path: str | os.PathLike[str]) -> Format:
    """Return the format that a path's ending stands for; one that ends in ``/`` is a folder."""
    shown = os.fspath(path)
    endings = {ending: found for found in _formats().values() for ending in found.endings}
    fitting = [ending for ending in endings if shown.lower().endswith(ending)]
    if not fitting:
        _refuse_ending(shown, sorted(endings))
    return endings[max(fitting, key=len)]


def _refuse_ending(shown: str, endings: list[str]) -> NoReturn:
    ending = os.path.splitext(shown)[1]
    known = ", ".join(ending for ending in endings if ending != "/")
    what = f"unknown ending {ending!r}{suggest(ending, endings)}" if ending else "no ending"
    raise UsageError(f"{shown}: {what}; the endings are {known}, and / for a folder")


@cache
def _formats() -> dict[str, Format]:
    """Import the modules of this package, all of them light, and keep those that are a format."""
    from importlib import import_module
    from pkgutil import iter_modules

    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    formats = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return {found.name: found for found in formats}


def __getattr__(name: str) -> Any:
    """Look for the formats when they are first asked for, not on every start."""
    if name == "FORMATS":
        return _formats()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
