"""NumPy's archive: a zip of ``.npy`` members, stored without compression.

All fields about the date and the machine are fixed. The checksums come before the values
but are known only after them, so the headers that hold them are written last.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, FilePlan, FixedBytes, Format, TensorSpan, byte_count
from winitgen.files.formats.npy import writer as npy
from winitgen.files.input.open_file import quoted
from winitgen.files.output.crc32 import combine
from winitgen.files.recipe import KEY, fitting

_END = struct.Struct("<4s4H2LH")
LONGEST_COMMENT = 65_535
_LONGEST_NAME = 65_535  # bytes, with the ending
_ENDING = ".npy"
_FULL, _FULL_COUNT = 0xFFFFFFFF, 0xFFFF  # stands for a number given in a zip64 field
_FIRST_OF_JANUARY_1980 = 1 << 5 | 1
_UNIX = 3
_MODE = 0o100644 << 16
_UTF8 = 1 << 11


class _ZippedTensor(NamedTuple):
    """One tensor in the archive; ``start`` is its ``.npy`` header, and ``values`` the byte count of its values."""

    name: bytes
    flags: int
    start: bytes
    values: int
    offset: int

    @property
    def size(self) -> int:
        return len(self.start) + self.values

    @property
    def values_offset(self) -> int:
        return self.offset + len(_local(self, 0)) + len(self.start)


def lay_out(tensors: Sequence[Drawable], metadata: Mapping[str, str]) -> FilePlan:
    """Plan the archive: each member after its header, then the directory, then the end.

    Raises `UsageError` for names that it cannot hold.
    """
    _check_names({tensor.name for tensor in tensors})
    members, offset = [], 0
    for tensor in tensors:
        members.append(_member(tensor, offset))
        offset = members[-1].values_offset + members[-1].values
    directory = sum(len(_entry(member, 0)) for member in members)
    comment = fitting(metadata.get(KEY, ""), LONGEST_COMMENT)
    end = _end(len(members), directory, offset, comment.encode())
    fixed = [FixedBytes(member.values_offset - len(member.start), member.start) for member in members]
    fixed.append(FixedBytes(offset + directory, end))
    spans = [
        TensorSpan(member.values_offset, tensor) for member, tensor in zip(members, tensors, strict=True)
    ]

    def finish(checksums: Sequence[int]) -> list[FixedBytes]:
        totals = [
            combine(zlib.crc32(member.start), checksum, member.values)
            for member, checksum in zip(members, checksums, strict=True)
        ]
        filled = list(zip(members, totals, strict=True))
        headers = [FixedBytes(member.offset, _local(member, total)) for member, total in filled]
        return [*headers, FixedBytes(offset, b"".join(_entry(member, total) for member, total in filled))]

    return FilePlan(offset + directory + len(end), fixed, spans, finish)


def _check_names(names: set[str]) -> None:
    """Raise `UsageError` for a name that is too long, and for one under which ``numpy.load`` gives another tensor."""
    for name in sorted(names):
        if (length := len(f"{name}{_ENDING}".encode())) > _LONGEST_NAME:
            raise UsageError(
                f"npz cannot hold {quoted(name)}, whose name in the archive would have {length:,} bytes, more than {_LONGEST_NAME:,}; .safetensors can"
            )
        if name.endswith(_ENDING) and (other := name.removesuffix(_ENDING)) in names:
            raise UsageError(
                f"npz cannot hold both {quoted(other)} and {quoted(name)}, as numpy.load takes the second for the first; .safetensors can"
            )


def _member(tensor: Drawable, offset: int) -> _ZippedTensor:
    name = f"{tensor.name}{_ENDING}"
    flags = 0 if name.isascii() else _UTF8
    return _ZippedTensor(
        name.encode(), flags, npy.header(npy.descr(tensor), tensor.shape), byte_count(tensor), offset
    )


def _local(member: _ZippedTensor, checksum: int) -> bytes:
    """Return the header in front of a member."""
    large = member.size >= _FULL
    extra = struct.pack("<HHQQ", 1, 16, member.size, member.size) if large else b""
    size = _FULL if large else member.size
    fields = (45 if large else 20, member.flags, 0, 0, _FIRST_OF_JANUARY_1980, checksum, size, size)
    head = struct.pack("<4s5H3L2H", b"PK\3\4", *fields, len(member.name), len(extra))
    return head + member.name + extra


def _entry(member: _ZippedTensor, checksum: int) -> bytes:
    """Return a member's entry in the directory."""
    large, far = member.size >= _FULL, member.offset >= _FULL
    numbers = [member.size, member.size] * large + [member.offset] * far
    extra = struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
    version = 45 if numbers else 20
    size = _FULL if large else member.size
    fields = (_UNIX << 8 | version, version, member.flags, 0, 0, _FIRST_OF_JANUARY_1980, checksum, size, size)
    lengths = (len(member.name), len(extra), 0, 0, 0)
    head = struct.pack("<4s6H3L5H2L", b"PK\1\2", *fields, *lengths, _MODE, _FULL if far else member.offset)
    return head + member.name + extra


def _end(count: int, directory: int, offset: int, comment: bytes) -> bytes:
    """Return the bytes after the directory: the zip64 records if needed, the end record and the comment."""
    large = b""
    if count >= _FULL_COUNT or directory >= _FULL or offset >= _FULL:
        version = _UNIX << 8 | 45
        large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, version, 45, 0, 0, count, count, directory, offset)
        large += struct.pack("<4sLQL", b"PK\6\7", 0, offset + directory, 1)
    count = min(count, _FULL_COUNT)
    numbers = (0, 0, count, count, min(directory, _FULL), min(offset, _FULL))
    return large + _END.pack(b"PK\5\6", *numbers, len(comment)) + comment


FORMAT = Format(
    name="npz",
    endings=(".npz",),
    summary="a zip of NumPy arrays",
    lay_out=lay_out,
)
