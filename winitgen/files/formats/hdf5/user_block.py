"""Where HDF5 begins in a file: at its first byte, or behind a block of the user's own."""

from __future__ import annotations

import os
from typing import BinaryIO

MAGIC = b"\x89HDF\r\n\x1a\n"
_SMALLEST_USER_BLOCK = 512


def begins_later(file: BinaryIO) -> bool:
    """Tell whether HDF5 stands behind a user block."""
    return begin_of(file) > 0


def begin_of(file: BinaryIO) -> int:
    """Return the size of the user block: 0, or 512 doubled any number of times (file format, section II.A); 0 without HDF5."""
    size, begin = file.seek(0, os.SEEK_END), 0
    while begin + len(MAGIC) <= size:
        file.seek(begin)
        if file.read(len(MAGIC)) == MAGIC:
            return begin
        begin = max(_SMALLEST_USER_BLOCK, 2 * begin)
    return 0
