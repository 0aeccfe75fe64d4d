"""What is particular to Keras's sharded form: the index lists groups, and the shards are HDF5 files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from winitgen.errors import UnreadableError
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.open_file import HEAD, OpenFile, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.stores.address import join

if TYPE_CHECKING:
    from contextlib import ExitStack

EntryOf = Callable[[str], str]
"""Returns the entry of an index that a tensor belongs to."""


def entry_of(name: str) -> str:
    """Return the entry of the index that a variable belongs to: its group, with a slash before it.

    >>> entry_of("layers/dense/vars/0")
    '/layers/dense/vars'
    """
    return f"/{name.rpartition('/')[0]}"


def nothing_there(entry: str, name: str) -> OtherReading:
    """Return the note about an entry that names a shard without variables of its group: Keras finds none there, and goes on."""
    return OtherReading(
        f"its index gives {quoted(entry)} to {quoted(name)}, which has none of its variables", misread=False
    )


def shard(folder: HeldFolder, name: str, stack: ExitStack) -> OpenFile:
    """Open a shard, which stays open as long as ``stack``."""
    from winitgen.files.formats.hdf5.reader import READER
    from winitgen.files.formats.hdf5.user_block import begins_later

    path = join(folder.path, name)
    file, _ = stack.enter_context(folder.member(name))
    if not READER.fits(file.read(HEAD)) and not begins_later(file):
        raise UnreadableError(f"{path} is not an HDF5 file, or is damaged")
    return READER.read(file, path, stack, recipe_only=False)
