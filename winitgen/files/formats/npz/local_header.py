"""The header in front of a member of a zip, and how it contradicts the entry of the directory (APPNOTE 4.3.7).

``numpy.load`` and Keras go by the directory; readers that take a zip from its front go by these headers.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from winitgen.files.formats.npz.raw_name import UTF8, raw_name

if TYPE_CHECKING:
    from zipfile import ZipInfo

_FIXED = struct.Struct("<4s5H3L2H")
_START = b"PK\3\4"
_DESCRIPTOR = b"PK\7\x08"
_SIZES_FOLLOW = 1 << 3
_FULL = 0xFFFFFFFF
_ZIP64, UNICODE_PATH = 0x0001, 0x7075


KNOWN = 1 << 1 | 1 << 2 | _SIZES_FOLLOW | UTF8
"""How well it was deflated, where the sizes stand, and how the name is encoded; zipfile refuses bits 5 and 6, and no writer sets others."""


class LocalHeader(NamedTuple):
    """What stands in front of a member; ``size`` is that of the header itself, ``stored`` and ``unpacked`` of the member."""

    start: bytes
    flags: int
    method: int
    checksum: int
    stored: int
    unpacked: int
    name: bytes
    extra: bytes

    @property
    def size(self) -> int:
        """The number of bytes in front of the member's own."""
        return _FIXED.size + len(self.name) + len(self.extra)

    @property
    def sizes_follow(self) -> bool:
        """Whether the checksum and the sizes stand behind the member."""
        return bool(self.flags & _SIZES_FOLLOW)


ABSENT = LocalHeader(b"", 0, 0, 0, 0, 0, b"", b"")
"""In place of a header that the file ends before."""


def local_header(file: BinaryIO, offset: int) -> LocalHeader:
    """Return the header at an offset, `ABSENT` if the file ends before it does."""
    file.seek(max(0, offset))
    fixed = file.read(_FIXED.size) if offset >= 0 else b""
    if len(fixed) < _FIXED.size:
        return ABSENT
    start, _, flags, method, _, _, checksum, stored, unpacked, length, extra = _FIXED.unpack(fixed)
    rest = file.read(length + extra)
    if len(rest) < length + extra:
        return ABSENT
    return LocalHeader(start, flags, method, checksum, stored, unpacked, rest[:length], rest[length:])


def in_folder(head: bytes) -> bool:
    """Tell whether the first member of a zip stands in a folder and is no array, as in the files of PyTorch."""
    if not head.startswith(_START) or len(head) < _FIXED.size:
        return False
    name = head[_FIXED.size :][: _FIXED.unpack_from(head)[9]]
    return b"/" in name and not name.endswith(b".npy")


def fields_of(extra: bytes) -> dict[int, bytes]:
    """Return the extra fields of a header by their numbers, as far as they are whole."""
    found, position = {}, 0
    while position + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, position)
        found[number] = extra[position + 4 : position + 4 + length]
        position += 4 + length
    return found


def contradictions(info: ZipInfo, local: LocalHeader) -> Iterator[str]:
    """Yield what a member's own header says otherwise than the directory, in words such as ``name``."""
    if local.start != _START:
        yield "signature"
    if local.name != raw_name(info) or (local.flags ^ info.flag_bits) & UTF8:
        yield "name"
    if local.method != info.compress_type:
        yield "compression method"
    if (local.flags ^ info.flag_bits) & ~UTF8:
        yield "flags"
    wanted = (info.CRC, info.compress_size, info.file_size)
    found = (local.checksum, *_sizes(local))
    if found != wanted and not (local.sizes_follow and not any(found)):
        yield "checksum" if found[1:] == wanted[1:] else "size"
    if UNICODE_PATH in fields_of(local.extra) or UNICODE_PATH in fields_of(info.extra):
        yield "second name, for some readers,"


def _sizes(local: LocalHeader) -> tuple[int, int]:
    """Return the member's size as stored and as unpacked; in a large archive they stand in an extra field."""
    large = fields_of(local.extra).get(_ZIP64, b"")
    if _FULL in (local.stored, local.unpacked) and len(large) >= 16:
        unpacked, stored = struct.unpack_from("<QQ", large)
        return stored, unpacked
    return local.stored, local.unpacked


def descriptor_size(info: ZipInfo, behind: bytes) -> int:
    """Return how many of the bytes behind a member are its data descriptor; 0 if they are none, or another member's.

    A descriptor has the checksum and both sizes, of 4 or 8 bytes each, with or without a signature (APPNOTE 4.3.9).
    """
    for signature in (_DESCRIPTOR, b""):
        for form in ("<LLL", "<LQQ"):
            try:
                whole = signature + struct.pack(form, info.CRC, info.compress_size, info.file_size)
            except struct.error:  # a size that four bytes cannot hold
                continue
            if behind.startswith(whole):
                return len(whole)
    return 0


LONGEST_DESCRIPTOR = 24
