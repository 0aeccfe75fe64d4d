"""Whether a file is an ONNX model: the format has no magic bytes, so the fields of its message have to be those of ModelProto.

Frozen graphs of TensorFlow and models of Core ML are messages as well: they have other fields, or messages where ONNX has texts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.onnx.wire import BYTES, NUMBER, WireFault, WireField, WireReader

_VERSION, _MODEL_VERSION, _DOC, _GRAPH, _OPERATORS, _PROPERTIES = 1, 5, 6, 7, 8, 14
_TEXTS, _OTHERS = {2, 3, 4}, {_DOC, 20, 25, 26}
_PARTS = {
    _GRAPH: {1: BYTES, 2: BYTES, 5: BYTES, **dict.fromkeys(range(10, 17), BYTES)},
    _OPERATORS: {1: BYTES, 2: NUMBER},
    _PROPERTIES: {1: BYTES, 2: BYTES},
}
"""The kinds of the fields in a message of the model: a graph, a set of operators, a pair of texts."""

_LAST_VERSION = 99
_LONGEST_TEXT = 1000
_MOST_AT_TOP = 10_000


def begins_as_model(head: bytes) -> bool:
    """Tell by the first bytes of a file: all fields up to the graph are those of a model, and its version is before it."""
    reader = WireReader(io.BytesIO(head), "")
    versions = 0
    try:
        for field in reader.fields(0, 1 << 62):
            if not _is_of_model(reader, field):
                return False
            versions += field.number == _VERSION
            if field.number == _GRAPH:
                return versions == 1
    except WireFault:
        return False
    return False


def is_model(file: BinaryIO) -> bool:
    """Tell by all fields of a file, of which the graph may be the first."""
    reader = WireReader(file, "")
    try:
        numbers = [field.number for field in _checked(reader)]
    except (UnreadableError, WireFault):
        return False
    return numbers.count(_VERSION) == 1 and _GRAPH in numbers


def _checked(reader: WireReader) -> Iterator[WireField]:
    """Yield the fields of a model; raise `WireFault` for one of something else."""
    for count, field in enumerate(reader.fields(0, reader.size)):
        if count >= _MOST_AT_TOP or not _is_of_model(reader, field):
            raise WireFault("it is no model")
        yield field


def _is_of_model(reader: WireReader, field: WireField) -> bool:
    number, kind = field.number, field.kind
    if number == _VERSION:
        return kind == NUMBER and 1 <= field.value <= _LAST_VERSION
    if number == _MODEL_VERSION:
        return kind == NUMBER
    if number in _TEXTS:
        return kind == BYTES and _is_text(reader, field)
    if number in _PARTS:
        return kind == BYTES and _is_part(reader, field)
    return number in _OTHERS and kind == BYTES


def _is_text(reader: WireReader, field: WireField) -> bool:
    """Tell whether a field is a line of text."""
    content = reader.content(field, _LONGEST_TEXT)
    try:
        return len(content) == field.length and content.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _is_part(reader: WireReader, message: WireField) -> bool:
    """Tell whether a message begins as one of the model does; an empty graph is none."""
    kinds = _PARTS[message.number]
    for field in reader.fields(message.value, message.end):
        return kinds.get(field.number) == field.kind
    return message.number != _GRAPH
