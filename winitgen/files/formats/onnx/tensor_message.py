"""What a model says of a tensor: the fields of TensorProto, of which the values stay where they are in the file."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from winitgen.files.formats.onnx.element_types import FIELD_NAMES
from winitgen.files.formats.onnx.wire import BYTES, NUMBER, WireFault, WireField, WireReader, signed

LONGEST_NAME = 65_535
MOST_AXES = 64
_MOST_PLACES = 16
_LONGEST_PLACE = 4096

_DIMS, _TYPE, _SEGMENT, _NAME, _RAW, _EXTERNAL, _LOCATION = 1, 2, 3, 8, 9, 13, 14
_OF_BYTES = {_SEGMENT, _NAME, _RAW, _EXTERNAL}
_EXTERNALLY = 1


NOTHING: Mapping[int, WireField] = MappingProxyType({})


class TensorMessage(NamedTuple):
    """A tensor: its name, its shape, the number of its format, and where its values are.

    ``raw`` is the field of raw bytes, ``typed`` has the fields of numbers by their own number, of several the last.
    ``external`` says where in another file the values are, None if they are in this one. ``trouble`` says why they
    cannot be read for what the tensor itself says; empty if nothing is wrong with that.
    """

    name: str = ""
    shape: tuple[int, ...] = ()
    type: int = 0
    raw: WireField | None = None
    typed: Mapping[int, WireField] = NOTHING
    external: dict[str, str] | None = None
    trouble: str = ""


def name_in(reader: WireReader, field: WireField) -> str:
    """Return a name, which has to be UTF-8."""
    if field.length > LONGEST_NAME:
        raise WireFault(f"it has a name of {field.length:,} bytes")
    try:
        return reader.content(field, LONGEST_NAME).decode()
    except UnicodeDecodeError:
        raise WireFault("it has a name that is not UTF-8") from None


def tensor_message(reader: WireReader, message: WireField) -> TensorMessage:
    """Return what the fields of a TensorProto say."""
    shape: list[int] = []
    typed: dict[int, WireField] = {}
    places: dict[str, str] = {}
    name, kind, raw, trouble, is_external = "", 0, None, "", False
    for field in reader.fields(message.value, message.end):
        number = field.number
        if number in _OF_BYTES and field.kind != BYTES:
            continue
        if number == _DIMS:
            shape += sizes_in(reader, field, len(shape))
        elif number == _TYPE:
            kind = field.value if field.kind == NUMBER else 0
        elif number == _SEGMENT:
            trouble = "it is a segment of a tensor, and onnx reads none"
        elif number == _NAME:
            name = name_in(reader, field)
        elif number == _RAW:
            raw = field
        elif number == _EXTERNAL and len(places) < _MOST_PLACES:
            places.update([_pair(reader, field)])
        elif number == _LOCATION:
            is_external = field.value == _EXTERNALLY
        elif number in FIELD_NAMES:
            trouble = _trouble(field, typed) or trouble
            typed[number] = field
    if len(shape) > MOST_AXES or any(size < 0 for size in shape):
        shape, trouble = [], "its shape is not one of a tensor"
    external = places if is_external else None
    return TensorMessage(name, tuple(shape), kind, raw, typed or NOTHING, external, trouble)


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


def _pair(reader: WireReader, message: WireField) -> tuple[str, str]:
    """Return a key and a value, as texts that are cut if they are too long for any use."""
    found = {1: "", 2: ""}
    if message.kind == BYTES:
        for field in reader.fields(message.value, message.end):
            if field.number in found:
                found[field.number] = reader.content(field, _LONGEST_PLACE).decode(errors="replace")
    return found[1], found[2]
