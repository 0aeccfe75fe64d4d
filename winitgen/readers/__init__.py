"""Reading weight files of any kind: the container is told by its first bytes, never by its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from winitgen.errors import UnreadableError
from winitgen.readers.base import HEAD, Reader, Weights
from winitgen.readers.opening import opened, reading


@contextmanager
def open_weights(path: str | os.PathLike[str]) -> Iterator[Weights]:
    """Give the arrays of a weight file, or of a folder of them, open for reading.

    Raises `UnreadableError`, in one line, for what is missing, damaged or of no known kind.
    """
    shown = os.fspath(path)
    with ExitStack() as stack:
        with reading(shown):
            weights = _open(shown, stack)
        yield weights


def _open(shown: str, stack: ExitStack) -> Weights:
    file = stack.enter_context(opened(Path(shown)))
    head = file.read(HEAD)
    for reader in _readers():
        if reader.fits(head):
            file.seek(0)
            return reader.read(file, shown, stack)
    kinds = ", ".join(reader.name for reader in _readers())
    raise UnreadableError(f"{shown} is not a weight file of a known kind ({kinds})")


@cache
def _readers() -> tuple[Reader, ...]:
    """Import the modules of this package and keep the readers."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return tuple(module.READER for module in modules if hasattr(module, "READER"))
