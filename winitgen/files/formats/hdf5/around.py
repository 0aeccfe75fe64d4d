"""What other programs read of an HDF5 file in front of its superblock and behind its end, and a file that they refuse to open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npz.zip_members import archived
from winitgen.files.input.other_reading import OtherReading

_LARGEST_USER_BLOCK = 1 << 20
_OPEN_FOR_WRITING = 1 | 4
"""Flags of a superblock: a program has opened the file for writing, alone or beside readers, and has not closed it."""


def around(file: BinaryIO, path: str, begin: int) -> Iterator[OtherReading]:
    """Yield what stands in front of the superblock at ``begin`` of an open file, and behind its end; tell if it is not closed."""
    if begin:
        file.seek(0)
        if begin > _LARGEST_USER_BLOCK or file.read(begin).strip(b"\0"):
            yield OtherReading(
                f"{begin:,} bytes stand in front of its HDF5, which another program may read instead"
            )
    if _is_zip(file, path):
        yield OtherReading("a zip ends where it ends, which another program may read instead")
    block = _superblock(file, begin)
    if block[8] >= 3 and block[11] & _OPEN_FOR_WRITING:
        yield OtherReading(
            "it is marked as open for writing, so that h5py refuses it; if no program writes it, h5clear -s takes the mark off"
        )
    behind = file.seek(0, 2) - _end(block)
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


def _superblock(file: BinaryIO, begin: int) -> bytes:
    """Return the superblock (HDF5 file format, section II.A): byte 8 is its version, and from 2 on byte 11 has its flags."""
    file.seek(begin)
    return file.read(96)


def _end(block: bytes) -> int:
    """Return the offset after the last byte, by the superblock."""
    version = block[8]
    width, at = (block[13], 24 + 4 * version) if version < 2 else (block[9], 12)
    return int.from_bytes(block[at + 2 * width : at + 3 * width], "little")
