"""GGUF files, made byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple


class Listed(NamedTuple):
    """A tensor as the file lists it: its axes with the first running fastest, and its bytes."""

    name: str
    axes: tuple[int, ...]
    type: int
    content: bytes
    offset: int | None = None


def text(value: str | bytes, order: str = "<") -> bytes:
    """Return a text with its length in front."""
    content = value if isinstance(value, bytes) else value.encode()
    return struct.pack(f"{order}Q", len(content)) + content


def key(name: str, kind: int, value: bytes, order: str = "<") -> bytes:
    """Return a pair of a key and a value."""
    return text(name, order) + struct.pack(f"{order}I", kind) + value


def listing(kind: int, count: int, items: bytes, order: str = "<") -> bytes:
    """Return a list, as a value."""
    return struct.pack(f"{order}IQ", kind, count) + items


def gguf(
    tensors: Sequence[Listed],
    keys: Sequence[bytes] = (),
    *,
    order: str = "<",
    version: int = 3,
    alignment: int = 32,
) -> bytes:
    """Return a file; the tensors follow one another, unless one has an offset of its own."""
    head = b"GGUF" + struct.pack(f"{order}IQQ", version, len(tensors), len(keys)) + b"".join(keys)
    data = b""
    for one in tensors:
        offset = len(data) if one.offset is None else one.offset
        head += text(one.name, order) + struct.pack(f"{order}I", len(one.axes))
        head += struct.pack(f"{order}{len(one.axes)}Q", *one.axes)
        head += struct.pack(f"{order}IQ", one.type, offset)
        data += one.content + bytes(-len(one.content) % alignment)
    return head + bytes(-len(head) % alignment) + data
