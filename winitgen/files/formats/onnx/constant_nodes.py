"""The tensors of ``Constant`` nodes, which onnx's tools treat as initializers: each has the name of the node's output.

Such a node has one attribute: a tensor, sparse or not, or a number, a text, or a row of them (the operator's page in onnx's Operators.md).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from winitgen.files.formats.onnx.element_types import TEXT
from winitgen.files.formats.onnx.tensor_message import (
    TensorMessage,
    is_shape,
    name_in,
    sizes_in,
    tensor_message,
)
from winitgen.files.formats.onnx.wire import BYTES, FOUR, NUMBER, WireField, WireReader, signed

CONSTANT, DOMAINS = "Constant", frozenset({"", "ai.onnx"})
"""The operator, and how its domain may be written."""

_NAME, _FLOAT, _INT, _TEXT, _TENSOR, _FLOATS, _INTS, _TEXTS, _SPARSE = 1, 2, 3, 4, 5, 7, 8, 9, 22
_OF_FLOATS, _OF_INTS = 1, 7
"""The number formats of such values: float32 and int64."""

_VALUES = {
    "value": _TENSOR,
    "sparse_value": _SPARSE,
    "value_float": _FLOAT,
    "value_floats": _FLOATS,
    "value_int": _INT,
    "value_ints": _INTS,
    "value_string": _TEXT,
    "value_strings": _TEXTS,
}
_ROWS = {_FLOATS, _INTS, _TEXTS}

_REFERENCE = 21
"""Names an attribute of the function around, in place of a value."""
_TYPE = 20
_TYPES = {_FLOAT: 1, _INT: 2, _TEXT: 3, _TENSOR: 4, _FLOATS: 6, _INTS: 7, _TEXTS: 8, _SPARSE: 11}
"""The number for each kind of value in the field that tells the kind (``AttributeProto.AttributeType``); old models have none, or 0."""


class Initializer(NamedTuple):
    """A tensor of a graph, and the shape of a sparse one, None if it is not sparse.

    ``of_node`` tells that it is the value of a ``Constant``; ``numbers`` are the bytes of numbers that such a node has in fields of its
    own, None if they are those of a tensor. ``contested`` tells of such a node that loaders may take another value: its attribute has
    several, of which some merge the messages and some go by the type that it states.
    """

    entry: TensorMessage
    sparse: tuple[int, ...] | None = None
    of_node: bool = False
    numbers: bytes | None = None
    contested: bool = False


def sparse_initializer(reader: WireReader, message: WireField) -> Initializer:
    """Return a sparse tensor, which is named as its values are."""
    shape: list[int] = []
    values = TensorMessage()
    for field in reader.fields(message.value, message.end):
        if field.number == 1 and field.kind == BYTES:
            values = tensor_message(reader, field)
        elif field.number == 3:
            shape += sizes_in(reader, field, len(shape))
    return Initializer(values, tuple(shape) if is_shape(shape) else ())


def constant_of(reader: WireReader, attribute: WireField, output: str) -> Initializer | None:
    """Return the value of a ``Constant`` with this attribute, called as its output; None if it has none that is known."""
    label: WireField | None = None
    found: dict[int, WireField] = {}
    again: set[int] = set()
    for field in reader.fields(attribute.value, attribute.end):
        if field.number == _NAME and field.kind == BYTES:
            label = field
        else:
            if field.number in found:
                again.add(field.number)
            found[field.number] = field
    if _REFERENCE in found:
        return None
    kind = _VALUES.get(name_in(reader, label)) if label is not None else None
    contested = not again.isdisjoint({_TENSOR, _SPARSE}) or not _agrees(kind, found)
    if kind in {_TENSOR, _SPARSE} and kind in found and found[kind].kind == BYTES:
        read = sparse_initializer if kind == _SPARSE else _tensor
        made = read(reader, found[kind])
        return made._replace(entry=made.entry._replace(name=output), of_node=True, contested=contested)
    if kind is None or kind in {_TENSOR, _SPARSE} or (kind not in found and kind not in _ROWS):
        return None
    lone = kind in found and kind not in again
    fields = [found[kind]] if lone else reader.fields(attribute.value, attribute.end)
    return _listed(reader, fields, kind, output)._replace(contested=contested)


def _agrees(kind: int | None, found: Mapping[int, WireField]) -> bool:
    """Tell whether an attribute has no value of another kind than its name says, nor another type."""
    stated = found[_TYPE].value if _TYPE in found else 0
    return stated in {0, _TYPES.get(kind or 0)} and not (found.keys() & _TYPES.keys()) - {kind}


def _tensor(reader: WireReader, message: WireField) -> Initializer:
    return Initializer(tensor_message(reader, message))


def _listed(reader: WireReader, fields: Iterable[WireField], kind: int, output: str) -> Initializer:
    """Return the numbers of an attribute with these fields; of one that is no row the last counts, as for Protocol Buffers."""
    floats, whole, texts = bytearray(), array("q"), 0
    for field in fields:
        if field.number != kind:
            continue
        if kind in {_FLOAT, _FLOATS} and field.kind in {FOUR, BYTES}:
            floats += reader.content(field._replace(kind=BYTES), field.length)
        elif kind in {_INT, _INTS} and field.kind in {NUMBER, BYTES}:
            values = [field.value] if field.kind == NUMBER else reader.numbers(field)
            for value in values:
                reader.keep(whole.itemsize)
                whole.append(signed(value))
        elif kind in {_TEXT, _TEXTS}:
            texts += 1
    if kind in {_TEXT, _TEXTS}:
        return Initializer(TensorMessage(output, (texts,) if kind == _TEXTS else (), TEXT), of_node=True)
    numbers = bytes(floats) or struct.pack(f"<{len(whole)}q", *whole)
    form, size = (_OF_FLOATS, 4) if kind in {_FLOAT, _FLOATS} else (_OF_INTS, whole.itemsize)
    if kind not in _ROWS:
        numbers = numbers[-size:]
    entry = TensorMessage(output, (len(numbers) // size,) if kind in _ROWS else (), form)
    return Initializer(entry, of_node=True, numbers=numbers)
