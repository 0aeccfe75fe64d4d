"""Reading weight files of any kind: the first bytes identify the container, never the name.

What stands at offset 0 decides, as it does for every other program. Only HDF5 may begin behind other bytes, its user
block, and is looked for there only if nothing else fits at offset 0. If the name's ending is that of another
container, `OpenFile.others` says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats import modules
from winitgen.files.input.container_ending import other_container
from winitgen.files.input.main_file import main_file
from winitgen.files.input.open_file import HEAD, OpenFile, Reader
from winitgen.files.input.opening import opened, reading
from winitgen.files.shards.file_names import names_of_index
from winitgen.files.stores.address import is_remote, join, located, split
from winitgen.files.stores.store import Store


@contextmanager
def open_weights(path: str | os.PathLike[str], *, recipe_only: bool = False) -> Iterator[OpenFile]:
    """Open a weight file, an index of shards, or a folder with one of them or with arrays, and give its arrays for reading.

    With ``recipe_only`` only the container and the recipe are read. Raises `UnreadableError`, in one
    line, for a file that is missing, damaged or of an unknown kind.
    """
    shown = located(path)
    with ExitStack() as stack:
        with reading(shown):
            if "\0" in shown:
                raise UnreadableError("a file name cannot contain a NUL character")
            weights = (
                _open_folder(shown, stack, recipe_only=recipe_only)
                if _is_folder(shown)
                else _open(shown, stack, recipe_only=recipe_only)
            )
        yield weights


def _is_folder(shown: str) -> bool:
    """Return whether a path is a folder; in a store, one whose name ends in ``/``, which costs no request."""
    return shown.endswith("/") if is_remote(shown) else os.path.isdir(shown)


def _open_folder(shown: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    from winitgen.files.formats.npy_dir import reader as npy_dir

    names = sorted(Store(shown).names() if is_remote(shown) else os.listdir(shown))
    if npy_dir.INDEX in names:
        return npy_dir.read(shown, recipe_only=recipe_only)
    return _open(join(shown, main_file(shown, names)), stack, recipe_only=recipe_only)


def _open(shown: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    from winitgen.files.formats.sharded import reader as sharded
    from winitgen.files.input import unsupported

    if names_of_index(split(shown)[1]):
        return sharded.read(shown, stack)
    file = stack.enter_context(opened(shown))
    head = file.read(HEAD)
    for reader in _readers():
        if reader.fits(head):
            return _read(reader, file, shown, stack, recipe_only=recipe_only)
    for reader in _readers():
        if reader.begins_later is not None and reader.begins_later(file):
            return _read(reader, file, shown, stack, recipe_only=recipe_only)
    raise unsupported.refusal(head, shown, ", ".join(reader.name for reader in _readers()))


def _read(reader: Reader, file: BinaryIO, shown: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    file.seek(0)
    weights = reader.read(file, shown, stack, recipe_only=recipe_only)
    return weights._replace(others=[*other_container(shown, weights.format), *weights.others])


@cache
def _readers() -> tuple[Reader, ...]:
    """Import the readers of the formats and keep those that recognize a file by its first bytes."""
    return tuple(module.READER for module in modules("reader") if hasattr(module, "READER"))
