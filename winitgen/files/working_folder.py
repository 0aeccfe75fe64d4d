"""The working folder, in which relative paths begin, and which may have been removed."""

from __future__ import annotations

import os

from winitgen.files.stores.address import is_remote

REMOVED = "the working folder was removed; change to another one"


def is_removed() -> bool:
    """Return whether there is no working folder any longer; the system then says only that something is not there."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def trouble(path: str, error: OSError) -> str:
    """Return why something at a path failed, in the system's words unless its working folder was removed."""
    if not is_remote(path) and not os.path.isabs(path) and is_removed():
        return f"{REMOVED}, or name an absolute path"
    return error.strerror or str(error)
