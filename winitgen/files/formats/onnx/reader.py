"""Reads the initializers of ONNX models and the tensors of their ``Constant`` nodes, which hold their values or name the file and the place where these are.

The loaders of record are the package ``onnx`` and ONNX Runtime. They take raw bytes before any list of numbers, and of two
initializers of a name the last, or refuse the model. Graphs in attributes of nodes have names behind those of the nodes: ``If_3/then_branch/w``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.onnx.constant_nodes import Initializer
from winitgen.files.formats.onnx.element_types import FIELD_NAMES, TEXT, TYPES, ElementType
from winitgen.files.formats.onnx.element_values import (
    ElementValues,
    bytes_needed,
    listed_values,
    raw_values,
)
from winitgen.files.formats.onnx.external_data import ExternalFiles
from winitgen.files.formats.onnx.external_pairs import ExternalPairs
from winitgen.files.formats.onnx.model_content import ModelContent, model_content
from winitgen.files.formats.onnx.name_uses import name_uses
from winitgen.files.formats.onnx.recognition import begins_as_model, is_model
from winitgen.files.formats.onnx.tensor_message import TensorMessage
from winitgen.files.formats.onnx.whole_message import check_message
from winitgen.files.formats.onnx.wire import WireFault, WireReader
from winitgen.files.input.expansion import SharedBytes
from winitgen.files.input.numpy_formats import little, native
from winitgen.files.input.open_file import OpenFile, Reader, is_text, quoted
from winitgen.files.input.other_reading import LateReadings, OtherReading, nothing_late
from winitgen.files.input.stored_array import StoredArray

if TYPE_CHECKING:
    from contextlib import ExitStack

    from winitgen.numeric.arrays import Array

NAME = "onnx"

LONGEST_MODEL = (1 << 31) - 1
"""Bytes of a message of Protocol Buffers, by whose libraries loaders read a model."""


def read(file: BinaryIO, path: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the initializers of a model, and the values of its constants."""
    if recipe_only:
        return OpenFile(path, NAME)
    reader = WireReader(file, path)
    try:
        model = model_content(reader)
        check_message(WireReader(file, path))
        uses = next(name_uses(WireReader(file, path), model), "")
    except WireFault as error:
        raise UnreadableError(f"{path} is a damaged ONNX model: {error}") from None
    beside = ExternalFiles(file, path, reader.size, stack)
    rows = _Rows(file, path, beside)
    tensors = [rows.row(name, one) for name, one in model.initializers.items()]
    beside.check_names()
    facts: dict[str, int | str] = {
        "file_bytes": beside.end,
        "header_bytes": reader.size - rows.inside,
        "ir_version": model.ir_version,
        "files": beside.count + 1,
    }
    others = [
        *_readings(model, reader.size),
        *([OtherReading(uses)] if uses else []),
        *rows.others,
        *_of_links(beside),
    ]
    return OpenFile(
        path,
        NAME,
        tensors,
        model.metadata,
        facts=facts,
        others=others,
        check=beside.check,
        late=rows.late,
        beside=beside.paths,
    )


class _Rows:
    """Makes the rows of the tensors of a model, and keeps what else is found meanwhile.

    ``inside`` is how many bytes of values the model itself has. Tensors may share the values of another file: those that would take more than
    the files can explain are not read.
    """

    def __init__(self, file: BinaryIO, path: str, beside: ExternalFiles) -> None:
        self._file, self._path, self._beside = file, path, beside
        self._shared, self._counted = SharedBytes(), 0
        self.inside = 0
        self._others: dict[str, OtherReading] = {}
        self._late: list[LateReadings] = []

    @property
    def others(self) -> list[OtherReading]:
        """Return what else was found, of each kind the first."""
        return list(self._others.values())

    def late(self, read_rest: bool) -> list[OtherReading]:
        """Return what the values tell that stand in lists."""
        return [one for late in self._late for one in late(read_rest)]

    def row(self, name: str, one: Initializer) -> StoredArray:
        """Return the row of a tensor, with the reason if its values are not read."""
        entry, kind = one.entry, TYPES.get(one.entry.type)
        if entry.external is not None:
            self._note_pairs(name, entry.external)
        shape = entry.shape if one.sparse is None else one.sparse
        if kind is None:
            known = entry.type == TEXT
            why = "its values are text, not numbers"
            unknown = f"its number format, {entry.type} in onnx.proto, is unknown"
            called = "text" if known else f"type {entry.type}"
            return StoredArray(name, called, shape, 0, why if known else unknown, incidental=one.of_node)
        size = math.prod(shape)
        needed = bytes_needed(kind, size)
        if one.sparse is not None:
            why = "its values are sparse"
            return StoredArray(name, kind.name, shape, needed, why, incidental=one.of_node)
        if one.numbers is None:
            values, offset = self._values(name, entry, kind, size)
        else:
            values, offset = ElementValues(_Numbers(one.numbers, kind.name)), 0
        read, as_bytes, read_as, late = values
        self._late += [] if late is nothing_late else [late]
        found = StoredArray(
            *(name, kind.name, shape, needed, read),
            offset=offset,
            read_bytes=as_bytes,
            read_as=read_as,
            incidental=one.of_node,
        )
        return found if entry.external is None else self._bounded(found)

    def _bounded(self, found: StoredArray) -> StoredArray:
        """Return a tensor whose values are in another file, without them if too many tensors share that."""
        self._shared.store(self._beside.end - self._counted)
        self._counted = self._beside.end
        return self._shared.bounded(found)

    def _values(
        self, name: str, entry: TensorMessage, kind: ElementType, size: int
    ) -> tuple[ElementValues, int]:
        """Return what reads the values of a tensor, and where they begin in all files."""
        self._note(name, entry, kind)
        if entry.trouble:
            return ElementValues(entry.trouble), 0
        if entry.external is not None:
            place = self._beside.place(entry.external.places)
            if isinstance(place, str):
                return ElementValues(place), 0
            file, offset, length = place
            found = raw_values(kind, size, file.source, file.path, offset, length)
            return found, file.begin + offset
        return self._inside(name, entry, kind, size)

    def _inside(
        self, name: str, entry: TensorMessage, kind: ElementType, size: int
    ) -> tuple[ElementValues, int]:
        """Return what reads values that stand in the model."""
        if entry.raw is not None:
            self.inside += entry.raw.length
            found = raw_values(kind, size, self._file, self._path, entry.raw.value, entry.raw.length)
            return found, entry.raw.value
        if entry.listed is None:
            return raw_values(kind, size, self._file, self._path, 0, 0), 0
        self.inside += entry.listed.length
        run = entry.listed.value, entry.listed.length
        return listed_values(kind, size, self._file, self._path, *run, quoted(name)), entry.listed.value

    def _note(self, name: str, entry: TensorMessage, kind: ElementType) -> None:
        """Note the first tensor with values in several forms, of which one is read."""
        other = entry.other
        if entry.external is not None and entry.raw is not None:
            other = "raw_data"
        elif entry.listed is not None and (entry.external is not None or entry.raw is not None):
            other = FIELD_NAMES[kind.field]
        if other:
            what = f"{quoted(name)} has its values in {other}, too, which no loader should take"
            self._others.setdefault("forms", OtherReading(what))

    def _note_pairs(self, name: str, pairs: ExternalPairs) -> None:
        """Note the first tensor whose place in another file loaders refuse, and the first with a copy that is not read."""
        if pairs.refused:
            self._others.setdefault("refused", OtherReading(f"{quoted(name)} has {pairs.refused}"))
        if pairs.packed:
            what = f"{quoted(name)} has {quoted(pairs.packed)} in external_data, a copy as ONNX Runtime packs it, not read"
            self._others.setdefault("packed", OtherReading(what, misread=False))


class _Numbers:
    """A function that reads numbers which were kept, each little-endian."""

    __slots__ = ("_content", "_dtype")

    def __init__(self, content: bytes, dtype: str) -> None:
        self._content, self._dtype = content, dtype

    def __call__(self, start: int, count: int) -> Array:
        import numpy as np

        dtype = little(np.dtype(self._dtype))
        return native(np.frombuffer(self._content, dtype, count, start * dtype.itemsize))


def _readings(model: ModelContent, size: int) -> Iterator[OtherReading]:
    """Yield what loaders may take otherwise, and what was not read."""
    if size > LONGEST_MODEL:
        yield OtherReading(
            f"it has {size:,} bytes, and loaders take a model of no more than {LONGEST_MODEL:,}, beside files with values"
        )
    if model.twice:
        yield OtherReading(
            f"it has {quoted(model.twice)} twice, of which a loader takes the last, or refuses the model"
        )
    if wrong := next((name for name in model.initializers if not is_text(name)), ""):
        yield OtherReading(
            f"the name {quoted(wrong)} is not UTF-8, and the package onnx gives it as bytes", misread=False
        )
    if model.contested:
        yield OtherReading(
            f"the Constant node of {quoted(model.contested)} has its value twice, or another one than its type says, of which loaders may take either"
        )
    if model.constants:
        what = (
            "are values of Constant nodes" if len(model.constants) > 1 else "is the value of a Constant node"
        )
        yield OtherReading(
            f"{len(model.constants):,} of its tensors, such as {quoted(model.constants[0])}, {what}: verify compares those that the spec has",
            misread=False,
        )
    if model.held:
        what = "hold tensors of their own" if model.held > 1 else "holds a tensor of its own"
        yield OtherReading(
            f"{model.held:,} of its nodes {what}, as ConstantOfShape does, not read", misread=False
        )
    if model.training:
        yield OtherReading("its graphs for training were not read", misread=False)


def _of_links(beside: ExternalFiles) -> Iterator[OtherReading]:
    """Yield that one of the loaders refuses a file for its links, which say nothing about its values."""
    if beside.linked:
        what = "for which the package onnx refuses the model; ONNX Runtime reads it"
        yield OtherReading(f"{beside.linked}, {what}", misread=False)


READER = Reader(name=NAME, fits=begins_as_model, read=read, begins_later=is_model)
