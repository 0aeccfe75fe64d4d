"""ONNX models, made byte by byte: each message is the bytes of its fields, by their numbers in ``onnx.proto``."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence


def varint(value: int) -> bytes:
    """Return a number with 7 bits in each byte, the lowest first; a negative one has 64 bits."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def number(field: int, value: int) -> bytes:
    """Return a field that is a number."""
    return varint(field << 3) + varint(value)


def content(field: int, value: str | bytes) -> bytes:
    """Return a field that is bytes: a text, a message, or a list of numbers."""
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def pair(key: str, value: str) -> bytes:
    """Return a message of two texts."""
    return content(1, key) + content(2, value)


def tensor(name: str, kind: int, shape: Sequence[int], values: bytes = b"") -> bytes:
    """Return a tensor, of which ``values`` are the last fields."""
    return b"".join(number(1, size) for size in shape) + number(2, kind) + content(8, name) + values


def raw(values: bytes) -> bytes:
    """Return the field of raw values."""
    return content(9, values)


def beside(places: Mapping[str, object]) -> bytes:
    """Return the fields that say where in another file values are."""
    return b"".join(content(13, pair(key, str(value))) for key, value in places.items()) + number(14, 1)


def graph(tensors: Sequence[bytes] = (), nodes: Sequence[bytes] = (), sparse: Sequence[bytes] = ()) -> bytes:
    """Return a graph with these messages."""
    parts = [content(1, node) for node in nodes] + [content(2, "main")]
    return b"".join(parts + [content(5, one) for one in tensors] + [content(15, one) for one in sparse])


def node(name: str, operator: str, attributes: Mapping[str, bytes]) -> bytes:
    """Return a node; ``attributes`` are fields behind the name of each."""
    own = [content(5, content(1, key) + value) for key, value in attributes.items()]
    return content(1, "x") + content(3, name) + content(4, operator) + b"".join(own)


def constant(output: str, key: str, value: bytes, *, more: bytes = b"") -> bytes:
    """Return a ``Constant`` node with one attribute; ``more`` are further fields."""
    return content(2, output) + content(4, "Constant") + content(5, content(1, key) + value) + more


def model(inside: bytes, *, version: int = 10, more: bytes = b"") -> bytes:
    """Return a model with a graph, and what follows it."""
    return number(1, version) + content(2, "maker") + content(7, inside) + content(8, number(2, 21)) + more


def sample_models(name: str) -> list[bytes]:
    """Return models with values in every form; those in another file are in the model, which is called ``name``."""
    values = struct.pack("<12f", *range(12))
    numbers = b"".join(map(varint, (0, 1, -1, 300, 2**40, -(2**62))))
    tensors = [
        tensor("a.w", 1, (3, 4), raw(values)),
        tensor("b", 7, (2, 3), content(7, numbers)),
        tensor("c", 22, (5,), raw(b"\x21\x43\x05")),
        tensor("d", 27, (3,), content(5, b"\1\2\3")),
        tensor("e", 10, (2,), content(5, varint(48640) + varint(16384))),
        tensor("f", 16, (2,), beside({"location": name, "offset": 8, "length": 4})),
        tensor("s", 8, (1,), content(6, "a")),
    ]
    held = constant("k", "value", content(5, tensor("", 1, (3,), raw(values[:12]))))
    listed = constant("l", "value_ints", number(8, 5) + number(8, -6))
    branch = node("", "If", {"then_branch": content(6, graph([tensor("w", 1, (1,), raw(values[:4]))]))})
    sparse = content(1, tensors[0]) + content(2, tensors[1]) + content(3, b"\3\4")
    return [
        model(graph(tensors, [branch, held, listed], [sparse]), more=content(14, pair("a", "b"))),
        model(graph(tensors[:2])),
    ]
