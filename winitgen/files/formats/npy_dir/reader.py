"""Reads a folder with one ``.npy`` file per tensor; its ``index.json`` lists the files and number formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy import array_header as npy
from winitgen.files.formats.npy.descriptions import format_readings
from winitgen.files.formats.npy.header_budget import HeaderBudget, LongHeadersError
from winitgen.files.formats.npy.reader import array
from winitgen.files.formats.npy_dir.folder_readings import file_name, folder_readings
from winitgen.files.input.expansion import SharedBytes, named_too_often
from winitgen.files.input.held_folder import HeldFolder, holding
from winitgen.files.input.json_keys import index_readings
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, quoted
from winitgen.files.input.opening import LONGEST_TEXT, decoded, inside
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stored_bits import viewed
from winitgen.files.stores.address import join

if TYPE_CHECKING:
    import numpy as np

INDEX = "index.json"

_BYTES_OF_HEADER = 10
"""Headers that are parsed again may have so many bytes for each of the index: several times what one of NumPy's has."""


class IndexEntry(NamedTuple):
    """One tensor of the index; the number format and shape may be missing."""

    file: str
    dtype: str | None
    shape: list[int] | None


def read(folder: HeldFolder, *, recipe_only: bool) -> OpenFile:
    """Return the tensors in the order of the index."""
    path = folder.path
    entries, recipe, text = _index(folder)
    index_bytes = len(text)
    if recipe_only:
        return OpenFile(path, "npy-dir", recipe=recipe)
    stored = len({entry.file for entry in entries.values()})
    if named_too_often(len(entries), stored):
        raise UnreadableError(
            f"{join(path, INDEX)} names {len(entries):,} tensors in {stored:,} files, more than winitgen reads of so few"
        )
    double: list[OtherReading] = []
    tensors = [*_tensors(folder, entries, HeaderBudget(_BYTES_OF_HEADER * index_bytes), double)]
    files = {name: entry.file for name, entry in entries.items()}
    each = dict(zip(files.values(), tensors, strict=True)).values()  # a file may be several tensors
    facts = {
        "file_bytes": index_bytes + sum(tensor.offset + tensor.nbytes for tensor in each),
        "header_bytes": index_bytes + sum(tensor.offset for tensor in each),
        "files": len(each) + 1,
    }
    others = [
        *index_readings(text),
        *folder_readings(folder, files),
        *double,
    ]
    return OpenFile(path, "npy-dir", tensors, recipe=recipe, facts=facts, others=others)


def listed_files(path: str) -> Mapping[str, bool]:
    """Return the file names in a folder's index, each with whether its tensor's file is called so by winitgen."""
    with holding(path) as folder:
        entries = _index(folder)[0]
    own = {file_name(tensor) for tensor in entries}
    return {entry.file: entry.file in own for entry in entries.values()}


def is_index(folder: HeldFolder) -> bool:
    """Tell whether the ``index.json`` of a folder is one of arrays, or at least an object that says where tensors are."""
    import msgspec

    empty = msgspec.field(default=msgspec.Raw())
    fields = decoded(_text(folder), [("tensors", msgspec.Raw, empty), ("winitgen", msgspec.Raw, empty)])
    return fields is not None and bool(bytes(fields.tensors) or bytes(fields.winitgen))


def _text(folder: HeldFolder) -> bytes:
    """Return the text of a folder's index."""
    with folder.member(INDEX, follow=False) as (file, _):
        return file.read(LONGEST_TEXT + 1)


def _index(folder: HeldFolder) -> tuple[Mapping[str, Any], str | None, bytes]:
    """Return the tensors and the recipe in a folder's index, and the text of the index."""
    import msgspec

    given: Any = [("file", str), ("dtype", str | None, None), ("shape", list[int] | None, None)]
    entry: Any = msgspec.defstruct("IndexEntry", given)
    index = join(folder.path, INDEX)
    text = _text(folder)
    empty = msgspec.field(default=msgspec.Raw())
    fields = decoded(text, [("tensors", dict[str, entry]), ("winitgen", msgspec.Raw, empty)])
    if fields is None or len(fields.tensors) > MOST_TENSORS:
        raise UnreadableError(f"{index} is not the index of a folder of npy files")
    return fields.tensors, bytes(fields.winitgen).decode(errors="replace") or None, text


def _tensors(
    folder: HeldFolder, entries: Mapping[str, Any], budget: HeaderBudget, double: list[OtherReading]
) -> Iterator[StoredArray]:
    """Yield the tensors; ``budget`` bounds the headers of files that stand in the index more than once."""
    seen: set[str] = set()
    shared = SharedBytes()
    for name, entry in entries.items():
        found = _tensor(folder, name, entry, double, budget if entry.file in seen else None)
        if entry.file not in seen:
            shared.store(found.nbytes)
            seen.add(entry.file)
        yield found.without_values(shared.why_not(found.nbytes))


def _tensor(
    folder: HeldFolder,
    name: str,
    entry: IndexEntry,
    double: list[OtherReading],
    budget: HeaderBudget | None,
) -> StoredArray:
    """Return a tensor, by the header of its own file; what NumPy makes otherwise of that is added to ``double``."""
    path = folder.path
    shown = inside(path, entry.file, f"{path} is a damaged folder of npy files: the file of {quoted(name)}")
    with folder.member(entry.file, follow=False) as (file, source):
        try:
            found = npy.header(file, shown, budget=budget)
        except LongHeadersError as error:
            return StoredArray(name, "unknown", None, file.seek(0, 2), str(error))
        double += [
            *npy.distrusted(found, name),
            *npy.repeated(found.double, name),
            *format_readings(found.dtype, name),
        ]
        begin = file.tell()
        size = file.seek(0, 2) - begin
        if not found.dtype.hasobject:
            npy.check_size(size, found, shown)
    if entry.shape is not None and found.shape != tuple(entry.shape):
        raise UnreadableError(f"{shown} does not have the shape given in {path}/{INDEX}")
    if found.dtype.hasobject:
        return StoredArray(name, found.dtype.name, found.shape, size, found.unread, offset=begin)
    true = _true(entry, found.dtype, shown)
    if true is found.dtype:
        return array(source, shown, begin, found, name=name)
    if found.fortran:
        raise UnreadableError(f"{shown} stores {entry.dtype} in Fortran order, which is not supported")
    bits = array(source, shown, begin, found, name=name)  # in the byte order of the header
    return viewed(bits, true.name)


def _true(entry: IndexEntry, dtype: np.dtype[Any], shown: str) -> np.dtype[Any]:
    """Return the number format that the index gives for the bits."""
    if entry.dtype is None or entry.dtype == dtype.name:
        return dtype
    from winitgen.numeric.dtypes import DTYPES

    row = DTYPES.get(entry.dtype)
    true = numpy_dtype(entry.dtype) if row is not None and row.stored_as == dtype.name else None
    if true is None:
        raise UnreadableError(f"{shown} holds {dtype.name}, but its index says {quoted(entry.dtype)}")
    return true
