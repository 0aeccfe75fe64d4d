"""What a model says of a tensor: the fields of TensorProto, of which the values stay where they are in the file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from winitgen.files.formats.onnx.element_types import FIELD_NAMES, TYPES
from winitgen.files.formats.onnx.external_pairs import ExternalPairs
from winitgen.files.formats.onnx.wire import BYTES, NUMBER, WireField, WireReader, signed, word

LONGEST_NAME = 65_535
MOST_AXES = 64
_LARGEST_SIZE = 1 << 63

_DIMS, _TYPE, _SEGMENT, _NAME, _RAW, _EXTERNAL, _LOCATION = 1, 2, 3, 8, 9, 13, 14
_OF_BYTES = {_SEGMENT, _NAME, _RAW, _EXTERNAL}
_WITHIN, _EXTERNALLY = 0, 1


class TensorMessage(NamedTuple):
    """A tensor: its name, its shape, the number of its format, and where its values are.

    ``raw`` is the field of raw bytes, ``listed`` that of the numbers of its format, of several the last; ``other`` is the name of a field of
    numbers that are not of its format, empty if there is none.
    ``external`` says where in another file the values are, None if they are in this one. ``trouble`` says why they
    cannot be read for what the tensor itself says; empty if nothing is wrong with that.
    """

    name: str = ""
    shape: tuple[int, ...] = ()
    type: int = 0
    raw: WireField | None = None
    listed: WireField | None = None
    other: str = ""
    external: ExternalPairs | None = None
    trouble: str = ""


def name_in(reader: WireReader, field: WireField) -> str:
    """Return a name; bytes that are not UTF-8 are halves of characters, as in names of files: the package onnx takes any bytes."""
    if field.length > LONGEST_NAME:
        raise reader.too_large(f"more than {LONGEST_NAME:,} bytes in one name")
    return reader.content(field, LONGEST_NAME).decode(errors="surrogateescape")


def tensor_message(reader: WireReader, message: WireField) -> TensorMessage:
    """Return what the fields of a TensorProto say."""
    shape: list[int] = []
    typed: dict[int, WireField] = {}
    pairs: ExternalPairs | None = None
    name, kind, raw, trouble, is_external = "", 0, None, "", False
    for field in reader.fields(message.value, message.end):
        number = field.number
        if number in _OF_BYTES and field.kind != BYTES:
            continue
        if number == _DIMS:
            shape += sizes_in(reader, field, len(shape))
        elif number == _TYPE:
            kind = word(field.value) if field.kind == NUMBER else 0
        elif number == _SEGMENT:
            trouble = "it is a segment of a tensor, and onnx reads none"
        elif number == _NAME:
            name = name_in(reader, field)
        elif number == _RAW:
            raw = field
        elif number == _EXTERNAL:
            pairs = ExternalPairs() if pairs is None else pairs
            pairs.add(reader, field)
            trouble = pairs.trouble or trouble
        elif number == _LOCATION and field.kind == NUMBER and word(field.value) in {_WITHIN, _EXTERNALLY}:
            is_external = (
                word(field.value) == _EXTERNALLY
            )  # another place is one that onnx does not know, and passes over
        elif number in FIELD_NAMES:
            trouble = _trouble(field, typed) or trouble
            typed[number] = field
    if not is_shape(shape):
        shape, trouble = [], "its shape is not one of a tensor"
    external = (pairs or ExternalPairs()) if is_external else None
    listed = typed.pop(TYPES[kind].field, None) if kind in TYPES else None
    other = FIELD_NAMES[next(iter(typed))] if typed else ""
    return TensorMessage(name, tuple(shape), kind, raw, listed, other, external, trouble)


def is_shape(sizes: Sequence[int]) -> bool:
    """Tell whether a tensor can have these sizes, whose product has to be a number of 64 bits whichever are 0.

    >>> is_shape([0, 3]), is_shape([2, -1]), is_shape([1 << 40, 1 << 40]), is_shape([0, 1 << 62, 2])
    (True, False, False, False)
    """
    few = len(sizes) <= MOST_AXES and all(size >= 0 for size in sizes)
    return few and math.prod(size for size in sizes if size) < _LARGEST_SIZE


def _trouble(field: WireField, typed: dict[int, WireField]) -> str:
    """Return why numbers are not read that are divided among several fields."""
    if field.kind != BYTES:
        return f"each of its {FIELD_NAMES[field.number]} is a field of its own, which is not read"
    return f"its {FIELD_NAMES[field.number]} stand in several places" if field.number in typed else ""


def sizes_in(reader: WireReader, field: WireField, known: int) -> list[int]:
    """Return the sizes that a field adds to a shape of which ``known`` are there; of too many no more than one."""
    most = MOST_AXES + 1 - known
    if field.kind == NUMBER:
        return [signed(field.value)][:most]
    if field.kind != BYTES:
        return []
    return [signed(value) for value in islice(reader.numbers(field), most)]
