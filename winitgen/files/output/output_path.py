"""The path of an output, in which the system's names of standard output are ``-``, its one name here."""

from __future__ import annotations

import os
import sys

from winitgen.files.formats import STDOUT
from winitgen.files.stores.address import located

_NAMES = frozenset({"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})


def output_path(path: str | os.PathLike[str]) -> str:
    """Return a path as `located` does, and ``-`` for another name of standard output.

    Such a name leads to the file to which a shell has redirected the stream. To replace that file is not what is
    meant, and neither is to complain that it exists. Windows has no such names.

    >>> output_path("w.npz"), output_path("-")
    ('w.npz', '-')
    """
    found = located(path)
    return STDOUT if found in _NAMES and sys.platform != "win32" else found
