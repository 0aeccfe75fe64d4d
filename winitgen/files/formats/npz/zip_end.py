"""The end of a zip: the directory, and the records that say where it is (APPNOTE 4.3.12 to 4.3.16)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from os import SEEK_END
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from zipfile import ZipFile

_ENTRY = struct.Struct("<4s6H3L5H2L")
_LARGE = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")
_LONGEST_END = _END.size + 0xFFFF
"""In bytes, with its comment."""


def faults_of_end(archive: ZipFile, file: BinaryIO) -> Iterator[str]:
    """Yield what a reader of zips could take otherwise than ``zipfile`` did, at the end of an open archive."""
    file.seek(archive.start_dir)
    tail = file.read()
    position, count = 0, 0
    while tail.startswith(b"PK\1\2", position) and position + _ENTRY.size <= len(tail):
        lengths = _ENTRY.unpack_from(tail, position)[10:13]
        position, count = position + _ENTRY.size + sum(lengths), count + 1
    if count != len(archive.infolist()):
        yield f"its directory has {count:,} entries for some readers, and {len(archive.infolist()):,} for others"
        return
    if not _is_end(tail[position:], count, position, archive.start_dir):
        yield "behind its directory stands something else than the one end record that belongs to it"


def counts_one_disk(archive: ZipFile, file: BinaryIO) -> bool:
    """Tell whether the record that says where the end of a large archive is, if it has one, counts one disk: ``zipfile`` takes none, too."""
    comment = len(archive.comment)
    begin = file.seek(0, SEEK_END) - comment - _END.size - _LOCATOR.size
    file.seek(max(0, begin))
    record = file.read(_LOCATOR.size) if begin >= 0 else b""
    return not record.startswith(b"PK\6\7") or _LOCATOR.unpack(record)[3] == 1


def follows_another(archive: ZipFile, file: BinaryIO) -> bool:
    """Tell whether an open archive begins behind the end of another one."""
    begin = min((info.header_offset for info in archive.infolist()), default=0)
    if begin <= 0:
        return False
    file.seek(max(0, begin - _LONGEST_END))
    before = file.read(min(begin, _LONGEST_END))
    return b"PK\5\6" in before and file.read(4) == b"PK\3\4"


def _is_end(end: bytes, count: int, size: int, offset: int) -> bool:
    """Tell whether the bytes behind a directory are its end record and the comment, and nothing else.

    The archive may have the records of large archives, even if it is not large.
    """
    large = end.startswith(b"PK\6\6")
    if large:
        if len(end) < _LARGE.size + _LOCATOR.size:
            return False
        record = _LARGE.unpack_from(end)
        locator = _LOCATOR.unpack_from(end, _LARGE.size)
        if record[1] != _LARGE.size - 12 or record[4:] != (0, 0, count, count, size, offset):
            return False
        if locator not in ((b"PK\6\7", 0, offset + size, 1), (b"PK\6\7", 0, offset + size, 0)):
            return False
        end = end[_LARGE.size + _LOCATOR.size :]
    if len(end) < _END.size:
        return False
    signature, *disks, own, entries, directory, begin, comment = _END.unpack_from(end)
    fits = all(
        found == wanted or (large and found == full)
        for found, wanted, full in (
            (own, count, 0xFFFF),
            (entries, count, 0xFFFF),
            (directory, size, 0xFFFFFFFF),
            (begin, offset, 0xFFFFFFFF),
        )
    )
    return signature == b"PK\5\6" and not any(disks) and fits and len(end) == _END.size + comment
