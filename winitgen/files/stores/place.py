"""Which paths are of one place: a file has several on a disk, and an object has several URLs."""

from __future__ import annotations

import os
from typing import Any

from winitgen.files.stores.address import is_remote
from winitgen.files.stores.file_system import file_system

Place = tuple[Any, str]
"""The store, None for the disk, and the path in it; equal for all paths of one place."""


def place_of(path: str) -> Place:
    """Return the place of a path, with its symbolic links followed, or of the URL of a store, as that understands it.

    Slashes before the first name are no part of it, and those at the end are none; of two in the middle a store may
    make two objects. Raises `OSError` for a store that cannot be asked, and `UsageError` if its package is missing.
    """
    if not is_remote(path):
        return None, os.path.realpath(path)
    store, inner = file_system(path)
    return store, inner.strip("/")


def is_inside(path: Place, folder: Place) -> bool:
    """Tell whether a place is below another one, which is a folder.

    >>> is_inside((None, "/a/b/c"), (None, "/a/b")), is_inside((None, "/a/bc"), (None, "/a/b"))
    (True, False)
    """
    above = folder[1].replace(os.sep, "/") if folder[0] is None else folder[1]
    below = path[1].replace(os.sep, "/") if path[0] is None else path[1]
    return path[0] == folder[0] and below.startswith(above.rstrip("/") + "/")
