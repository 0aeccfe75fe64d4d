"""Reads GGUF: a header with metadata and the places of the tensors, then their values, each aligned.

The loaders of record are llama.cpp and the ``gguf`` package. The first refuses keys that stand twice, and tensors that do not
follow one another; the second reads both. Axes are in NumPy's order, the reverse of the file's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.gguf.block_types import TYPES, BlockType, computed, unread
from winitgen.files.formats.gguf.ggml_limits import refused_tensors
from winitgen.files.formats.gguf.header import MAGIC, GgufHeader, TensorEntry, header_of
from winitgen.files.formats.gguf.parts import with_other_parts
from winitgen.files.input.byte_order import byte_form
from winitgen.files.input.expansion import SharedBytes, named_too_often
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, Reader, is_text, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import RawValues, Source
from winitgen.files.input.stored_array import StoredArray, StoredBlocks

if TYPE_CHECKING:
    from contextlib import ExitStack

NAME = "gguf"


def read(file: BinaryIO, path: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the tensors that the header lists, and with the first part of a model those of the others."""
    if recipe_only:
        return OpenFile(path, NAME)
    return with_other_parts(read_from(file, file, path), file, read_from, stack)


def read_from(file: BinaryIO, source: Source, path: str, most: int = MOST_TENSORS) -> OpenFile:
    """Return the tensors that the header of an open file lists; their values are read through ``source``; ``most`` of them are read."""
    file.seek(0)
    header = header_of(file, path, most)
    size = file.seek(0, 2)
    begin = _aligned(header.end, header.alignment)
    places = len({entry.offset for entry in header.tensors})
    if named_too_often(len(header.tensors), places):
        raise UnreadableError(
            f"{path} names {len(header.tensors):,} tensors in {places:,} place{'s' if places > 1 else ''}, more than winitgen reads of so few"
        )
    shared = SharedBytes(size)
    found = (_tensor(entry, header, source, path, begin, size) for entry in header.tensors)
    tensors = [shared.bounded(one) for one in found]
    facts: dict[str, int | str] = {
        "file_bytes": size,
        "header_bytes": begin if tensors else header.end,
        "version": header.version,
        "alignment": header.alignment,
        "byte_order": "big" if header.big else "little",
    }
    others = list(_readings(header, begin, size))
    return OpenFile(path, NAME, tensors, header.metadata, facts=facts, others=others)


def _aligned(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment


def _tensor(
    entry: TensorEntry, header: GgufHeader, source: Source, path: str, begin: int, size: int
) -> StoredArray:
    """Return a tensor of the file; raise `UnreadableError` if it does not lie in it."""
    kind = TYPES.get(entry.type)
    if kind is None:
        why = f"its number format, {entry.type} in ggml.h, is unknown"
        return StoredArray(entry.name, f"type {entry.type}", entry.shape, 0, why)
    row = entry.shape[-1] if entry.shape else 1
    if row % kind.values:
        raise _damaged(path, f"{quoted(entry.name)} has rows of {row:,} values in blocks of {kind.values}")
    nbytes = _bytes(entry, kind)
    offset = begin + entry.offset
    if nbytes and offset + nbytes > size:
        raise _damaged(path, f"{quoted(entry.name)} ends behind the file")
    if kind.numpy:
        dtype = numpy_dtype(kind.numpy)
        assert dtype is not None  # ml_dtypes has bfloat16
        form = byte_form(dtype, big=header.big)
        values = form.reader(RawValues(source, path, form.stored, offset))
        return StoredArray(entry.name, kind.numpy, entry.shape, nbytes, values, offset=offset)
    why = unread(kind, big=header.big)
    computing = why or computed(source, path, kind, offset)
    byte = numpy_dtype("uint8")
    assert byte is not None  # NumPy has it
    return StoredArray(
        *(entry.name, kind.name, entry.shape, nbytes, computing),
        offset=offset,
        read_as="float32",
        blocks=StoredBlocks(kind.values, kind.nbytes, RawValues(source, path, byte, offset)),
    )


def _bytes(entry: TensorEntry, kind: BlockType) -> int:
    return math.prod(entry.shape) // kind.values * kind.nbytes


def _readings(header: GgufHeader, begin: int, size: int) -> Iterator[OtherReading]:
    """Yield what one loader reads and another refuses."""
    if header.twice:
        yield OtherReading(f"it has the key {quoted(header.twice)} twice")
    if header.refused:
        yield OtherReading(f"{header.refused}, for which llama.cpp refuses the file")
    if cut := next((key for key in header.metadata if "\0" in key), ""):
        yield OtherReading(f"its key {quoted(cut)} holds a NUL, where the key ends to llama.cpp")
    yield from _no_texts(header)
    if header.big:
        yield OtherReading(
            "its numbers are big-endian, and llama.cpp reads it only on a machine of that order",
            misread=False,
        )
    yield from refused_tensors(header.tensors)
    expected = 0
    for entry in header.tensors:
        kind = TYPES.get(entry.type)
        if kind is None:
            yield OtherReading(
                f"{quoted(entry.name)} has a number format that is unknown here", misread=False
            )
            return
        if entry.offset != expected:
            yield OtherReading(
                f"{quoted(entry.name)} does not begin where the tensor before it ends, so that llama.cpp refuses the file"
            )
            return
        expected = _aligned(expected + _bytes(entry, kind), header.alignment)
    end = begin + expected if header.tensors else header.end
    if size > _aligned(end, header.alignment):
        yield OtherReading(f"{size - end:,} bytes follow its last tensor, and were not read", misread=False)


def _no_texts(header: GgufHeader) -> Iterator[OtherReading]:
    """Yield the first key and the first name of a tensor that are not UTF-8."""
    names = (entry.name for entry in header.tensors)
    for what, found in (("its key", header.metadata), ("the name", names)):
        if wrong := next((one for one in found if not is_text(one)), ""):
            yield OtherReading(
                f"{what} {quoted(wrong)} is not UTF-8, for which the package gguf refuses the file; llama.cpp reads it"
            )


def _damaged(path: str, why: str) -> UnreadableError:
    return UnreadableError(f"{path} is a damaged GGUF file: {why}")


READER = Reader(name=NAME, fits=lambda head: head.startswith(MAGIC), read=read)
