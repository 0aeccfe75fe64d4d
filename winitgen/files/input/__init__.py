"""Reading weight files of any kind: the first bytes identify the container, never the name."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winitgen.files.input.open_file import OpenFile


def open_weights(
    path: str | os.PathLike[str], *, recipe_only: bool = False
) -> AbstractContextManager[OpenFile]:
    """Open a weight file, an index of shards, or a folder with one of them or with arrays, and give its arrays for reading.

    With ``recipe_only`` only the container and the recipe are read. Raises `UnreadableError`, in one
    line, for a file that is missing, damaged or of an unknown kind.
    """
    from winitgen.files.input.containers import opened

    return opened(path, recipe_only=recipe_only)
