"""What is particular to shards of PyTorch's files: each is opened as a file of ``torch.save``, by rules that run no code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winitgen.errors import UnreadableError
from winitgen.files.input.held_folder import HeldFolder
from winitgen.files.input.open_file import HEAD, OpenFile
from winitgen.files.stores.address import join

if TYPE_CHECKING:
    from contextlib import ExitStack


def shard(folder: HeldFolder, name: str, stack: ExitStack) -> OpenFile:
    """Open a shard, which stays open as long as ``stack``."""
    from winitgen.files.formats.pytorch.reader import NAME, READER

    path = join(folder.path, name)
    file, _ = stack.enter_context(folder.member(name))
    if READER.fits(file.read(HEAD)):
        file.seek(0)
        found = READER.read(file, path, stack, recipe_only=False)
        if found.format == NAME:
            return found
    raise UnreadableError(f"{path} is not a PyTorch file, or is damaged")
