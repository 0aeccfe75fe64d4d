"""What other programs read of an HDF5 file in front of its superblock and behind its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npz.reader import archived
from winitgen.files.input.other_reading import OtherReading

_LARGEST_USER_BLOCK = 1 << 20


def around(file: BinaryIO, path: str, begin: int) -> Iterator[OtherReading]:
    """Yield what stands in front of the superblock at ``begin`` of an open file, and behind its end."""
    if begin:
        file.seek(0)
        if begin > _LARGEST_USER_BLOCK or file.read(begin).strip(b"\0"):
            yield OtherReading(
                f"{begin:,} bytes stand in front of its HDF5, which another program may read instead"
            )
    if _is_zip(file, path):
        yield OtherReading("a zip ends where it ends, which another program may read instead")
    behind = file.seek(0, 2) - _end(file, begin)
    if behind > 0:
        yield OtherReading(
            f"{behind:,} bytes stand behind the end of its HDF5, which another program may read instead"
        )


def _is_zip(file: BinaryIO, path: str) -> bool:
    """Tell whether a zip with members ends at the end of the file: programs look for it there."""
    try:
        with archived(file, path) as archive:
            return bool(archive.namelist())
    except UnreadableError:
        return False


def _end(file: BinaryIO, begin: int) -> int:
    """Return the offset after the last byte, by the superblock at ``begin`` (HDF5 file format, section II.A)."""
    file.seek(begin)
    block = file.read(96)
    version = block[8]
    width, at = (block[13], 24 + 4 * version) if version < 2 else (block[9], 12)
    return int.from_bytes(block[at + 2 * width : at + 3 * width], "little")
