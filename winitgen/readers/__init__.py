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
    """Give the arrays of a weight file, of a folder of them, or of an index of shards, open for reading.

    Raises `UnreadableError`, in one line, for what is missing, damaged or of no known kind.
    """
    shown = os.fspath(path)
    with ExitStack() as stack:
        with reading(shown):
            if "\0" in shown:
                raise UnreadableError("a file has a name without a NUL character in it")
            weights = _open_folder(shown) if os.path.isdir(shown) else _open(shown, stack)
        yield weights


def _open_folder(shown: str) -> Weights:
    from winitgen.readers import npy_dir, sharded

    names = os.listdir(shown)
    if npy_dir.INDEX in names:
        return npy_dir.read(shown)
    indices = [name for name in names if name.endswith(sharded.ENDING)]
    if len(indices) == 1:
        return sharded.read(os.path.join(shown, indices[0]))
    what = f"has {len(indices)} of them; name one" if indices else "has neither; name a file in it"
    raise UnreadableError(
        f"{shown} is a folder: it is read by its {npy_dir.INDEX} or its *{sharded.ENDING}, and {what}"
    )


def _open(shown: str, stack: ExitStack) -> Weights:
    from winitgen.readers import foreign, sharded

    if shown.endswith(sharded.ENDING):
        return sharded.read(shown)
    file = stack.enter_context(opened(Path(shown)))
    head = file.read(HEAD)
    for reader in _readers():
        if reader.fits(head):
            file.seek(0)
            return reader.read(file, shown, stack)
    raise foreign.refuse(head, shown, ", ".join(reader.name for reader in _readers()))


@cache
def _readers() -> tuple[Reader, ...]:
    """Import the modules of this package and keep the readers."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return tuple(module.READER for module in modules if hasattr(module, "READER"))
