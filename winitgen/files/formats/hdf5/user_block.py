"""Where HDF5 begins in a file: at its first byte, or behind a block of the user's own."""

from __future__ import annotations

import os
from typing import BinaryIO

MAGIC = b"\x89HDF\r\n\x1a\n"
_SMALLEST_USER_BLOCK = 512


def begins_later(file: BinaryIO) -> bool:
    """Tell whether HDF5 stands behind a user block, of 512 bytes or that doubled any number of times (file format, section II.A)."""
    size, begin = file.seek(0, os.SEEK_END), _SMALLEST_USER_BLOCK
    while begin + len(MAGIC) <= size:
        file.seek(begin)
        if file.read(len(MAGIC)) == MAGIC:
            return True
        begin *= 2
    return False
