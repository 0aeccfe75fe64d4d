"""Zips with more than one reading, made of an archive that NumPy wrote."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Change = Callable[[bytearray], object]


def npy(array: Any) -> bytes:
    """Return an array as the bytes of an ``.npy``."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array))
    return stream.getvalue()


def archive(members: Mapping[str, bytes], *, method: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    """Return a zip of these members, without dates."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as zipped:
        for name, content in members.items():
            zipped.writestr(zipfile.ZipInfo(name), content, method)
        zipped.comment = comment
    return stream.getvalue()


def listed(members: list[tuple[str, bytes]], method: int, comment: bytes) -> bytes:
    """Return a zip whose names may stand twice."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as zipped:
        warnings.simplefilter("ignore")
        for name, content in members:
            zipped.writestr(zipfile.ZipInfo(name), content)
        zipped.comment = comment
    return stream.getvalue()


def parts(content: bytes) -> tuple[list[int], int, int]:
    """Return the offsets of the members' headers, of the directory, and of its end."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        offsets = [info.header_offset for info in zipped.infolist()]
        return offsets, zipped.start_dir, content.rindex(b"PK\5\6")


def with_gap(content: bytes, at: int, gap: bytes) -> bytes:
    """Return a zip with bytes in front of member ``at``, or in front of the directory if there is no such member."""
    offsets, directory, end = parts(content)
    place = offsets[at] if at < len(offsets) else directory
    moved = bytearray(content[:place] + gap + content[place:])
    position = directory + len(gap)
    while moved[position : position + 4] == b"PK\1\2":
        sizes = struct.unpack_from("<3H", moved, position + 28)
        (offset,) = struct.unpack_from("<L", moved, position + 42)
        if offset >= place:
            struct.pack_into("<L", moved, position + 42, offset + len(gap))
        position += 46 + sum(sizes)
    struct.pack_into("<L", moved, end + len(gap) + 16, directory + len(gap))
    return bytes(moved)


def changed(content: bytes, offset: int, form: str, value: int) -> bytes:
    """Return bytes with one field replaced."""
    found = bytearray(content)
    struct.pack_into(form, found, offset, value)
    return bytes(found)


LOCAL = {
    "version": (4, "<H"),
    "flags": (6, "<H"),
    "method": (8, "<H"),
    "checksum": (14, "<L"),
    "size": (22, "<L"),
}
"""Fields of the header in front of a member; the version and the dates have no say in what is read."""


def two_readings(good: Path, other: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield zips that say two things, each with a name; ``other`` is a whole file of another container or archive."""
    content = good.read_bytes()
    offsets, directory, end = parts(content)
    for number, offset in enumerate(offsets):
        length = struct.unpack_from("<H", content, offset + 26)[0]
        for name, (place, form) in LOCAL.items():
            (value,) = struct.unpack_from(form, content, offset + place)
            yield f"local {name} of {number}", changed(content, offset + place, form, value ^ 1)
        for letter in (0, length - 1):
            yield (
                f"local letter {letter} of {number}",
                changed(content, offset + 30 + letter, "B", content[offset + 30 + letter] ^ 1),
            )
        yield f"value of {number}", changed(content, _last(content, offsets, number, directory), "B", 0x55)
    for number in range(len(offsets) + 1):
        for name, gap in {"zip": other, "hole": bytes(700), "byte": b"x"}.items():
            yield f"{name} before {number}", with_gap(content, number, gap)
    entry = directory
    for number, offset in enumerate(offsets):
        (crc,) = struct.unpack_from("<L", content, entry + 16)
        other_crc = changed(content, entry + 16, "<L", crc ^ 0xFF00)
        yield f"directory's checksum of {number}", other_crc
        yield f"both checksums of {number}", changed(other_crc, offset + 14, "<L", crc ^ 0xFF00)
        entry += 46 + sum(struct.unpack_from("<3H", content, entry + 28))
    yield "bytes behind the comment", content + b"more"
    yield "another archive behind", content + other
    yield "another archive in front", other + content
    for name, place in {"entries": 10, "disk": 4}.items():
        (value,) = struct.unpack_from("<H", content, end + place)
        yield f"end's {name}", changed(content, end + place, "<H", value + 1)
    (size,) = struct.unpack_from("<L", content, end + 12)
    yield "end's size of the directory", changed(content, end + 12, "<L", size - 1)
    yield "end's offset of the directory", changed(content, end + 16, "<L", directory - 1)


def deflated(members: Mapping[str, tuple[bytes, bytes]], comment: bytes = b"") -> bytes:
    """Return a zip of members that say they hold the first of two texts, deflated to the second."""
    found, directory = b"", b""
    for name, (content, stream) in members.items():
        sizes = zlib.crc32(content), len(stream), len(content), len(name), 0
        fixed = struct.pack("<5H3L2H", 20, 0, zipfile.ZIP_DEFLATED, 0, 33, *sizes)
        place = struct.pack("<3H2L", 0, 0, 0, 0, len(found))
        directory += b"PK\1\2" + struct.pack("<H", 20) + fixed + place + name.encode()
        found += b"PK\3\4" + fixed + name.encode() + stream
    count = len(members)
    end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(found), len(comment))
    return found + directory + b"PK\5\6" + end + comment


def packed(content: bytes) -> bytes:
    """Return bytes as a whole stream of deflate."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def _last(content: bytes, offsets: list[int], number: int, directory: int) -> int:
    return (offsets[number + 1] if number + 1 < len(offsets) else directory) - 1


def rebuilt(good: Path) -> Iterator[tuple[str, bytes]]:
    """Yield archives that were packed anew, with members more, or otherwise."""
    with zipfile.ZipFile(good) as zipped:
        members = {info.filename: zipped.read(info) for info in zipped.infolist()}
        comment = zipped.comment
    first = next(iter(members))
    plain = first.removesuffix(".npy")
    sevens = npy(np.full_like(np.load(io.BytesIO(members[first])), 7))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield f"repacked {method}", archive(members, method=method, comment=comment)
        for name, content in {
            "text": {"README": b"see"},
            "array": {"zz.npy": sevens},
            "array without an ending": {"zz": sevens},
            "twin without an ending": {plain: sevens},
            "bytes under the name": {plain: b"seven"},
            "longer ending": {first + ".npy": sevens},
            "folder": {"a/" + first: sevens},
            "NUL": {f"{plain}\0.npy": sevens},
            "case": {first.upper(): sevens},
        }.items():
            yield f"{name} behind, {method}", archive({**members, **content}, method=method, comment=comment)
            yield (
                f"{name} in front, {method}",
                archive({**content, **members}, method=method, comment=comment),
            )
        own = [(first, sevens), *members.items()]
        yield f"twice, {method}", listed(own, method, comment)
        yield f"twice, the good one last, {method}", listed(own[::-1], method, comment)
    yield "another comment", archive(members, comment=b"see the notes")
    yield "second end in the comment", archive(members, comment=comment + b"PK\5\6" + bytes(18))
    long = bytearray(members[first])
    header = long[10:].partition(b"\n")[0]
    padded = header.rstrip() + b" " * 10_100 + b"\n"
    values = bytes(long[10 + len(header) + 1 :])
    member = b"\x93NUMPY\1\0" + struct.pack("<H", len(padded)) + padded + values
    yield "a long header", archive({**members, first: member}, comment=comment)
    comments = header.rstrip() + b" # seven\n"
    member = b"\x93NUMPY\1\0" + struct.pack("<H", len(comments)) + comments + values
    yield "a header with a remark", archive({**members, first: member}, comment=comment)
    unicode = zipfile.ZipInfo(first)
    path = b"zz.npy"
    unicode.extra = struct.pack("<HHBL", 0x7075, 5 + len(path), 1, zlib.crc32(first.encode())) + path
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as two:
        two.writestr(unicode, members[first])
        for one, content in list(members.items())[1:]:
            two.writestr(zipfile.ZipInfo(one), content)
        two.comment = comment
    yield "a second name in Unicode", stream.getvalue()
