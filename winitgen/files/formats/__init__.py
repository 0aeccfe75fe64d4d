"""The file formats, one folder each: ``writer.py`` defines ``FORMAT`` and ``reader.py`` defines ``READER``.

>>> by_path("model.safetensors").name
'safetensors'
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NoReturn

from winitgen.errors import UsageError
from winitgen.files.formats.format import Format
from winitgen.spec.mistakes import suggest

FORMATS: Mapping[str, Format]
"""Every format that can be written, by name."""


STDOUT = "-"
"""The path that stands for standard output."""


def check_output_name(path: str) -> None:
    """Raise `UsageError` for a path that no output can have."""
    if not path or "\0" in path:
        raise UsageError("an output needs a name without a NUL character")


def format_of(path: str | os.PathLike[str], name: str | None) -> Format:
    """Return the format with this name, or by the path's ending if None; standard output defaults to safetensors."""
    check_output_name(os.fspath(path))
    if name is None and os.fspath(path) == STDOUT:
        name = "safetensors"
    return by_name(name) if name else by_path(path)


def by_name(name: str) -> Format:
    """Return the format with this name."""
    formats = _formats()
    if name not in formats:
        hint = suggest(name, formats) or f"; the formats are {', '.join(formats)}"
        raise UsageError(f"unknown format {name!r}{hint}")
    return formats[name]


def by_path(path: str | os.PathLike[str]) -> Format:
    """Return the format that a path's ending selects; a path that ends in ``/`` is a folder."""
    shown = os.fspath(path)
    endings = {ending: found for found in _formats().values() for ending in found.endings}
    fitting = [ending for ending in endings if shown.lower().endswith(ending)]
    if not fitting:
        _refuse_ending(shown, sorted(endings))
    return endings[max(fitting, key=len)]


def _refuse_ending(shown: str, endings: list[str]) -> NoReturn:
    ending = os.path.splitext(shown)[1]
    known = ", ".join(ending for ending in endings if ending != "/")
    hint = suggest(ending, endings) or f"; the endings are {known}, and / for a folder"
    what = f"unknown ending {ending!r}" if ending else "no ending"
    raise UsageError(f"{shown}: {what}{hint}")


@cache
def _formats() -> dict[str, Format]:
    """Import the writers, which are all cheap to import, and cache their formats."""
    return {module.FORMAT.name: module.FORMAT for module in modules("writer")}


def modules(kind: str) -> Iterator[Any]:
    """Import and yield the module ``kind``, ``reader`` or ``writer``, of every format that has one."""
    from importlib import import_module
    from pkgutil import iter_modules

    (root,) = __path__
    for folder in iter_modules([root]):  # not os.listdir: the package may be in an archive
        if any(module.name == kind for module in iter_modules([f"{root}/{folder.name}"])):
            yield import_module(f"{__name__}.{folder.name}.{kind}")


def __getattr__(name: str) -> Any:
    """Find the formats on first use, not at every start."""
    if name == "FORMATS":
        return _formats()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
