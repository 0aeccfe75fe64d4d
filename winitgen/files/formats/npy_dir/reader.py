"""Reads a folder with one ``.npy`` file per tensor; its ``index.json`` lists the files and number formats."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy import reader as npy
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, StoredArray, kept, numpy_dtype, quoted, raw
from winitgen.files.input.opening import LONGEST_TEXT, decoded, inside, opened
from winitgen.files.stores.address import join

if TYPE_CHECKING:
    import numpy as np

INDEX = "index.json"


class IndexEntry(NamedTuple):
    """One tensor of the index; the number format and shape may be missing."""

    file: str
    dtype: str | None
    shape: list[int] | None


def read(path: str, *, recipe_only: bool) -> OpenFile:
    """Return the tensors in the order of the index."""
    entries, recipe = _index(path)
    if recipe_only:
        return OpenFile(path, "npy-dir", recipe=recipe)
    tensors = [_tensor(path, name, entry) for name, entry in entries.items()]
    with opened(join(path, INDEX)) as file:
        index_bytes = file.seek(0, os.SEEK_END)
    facts = {
        "file_bytes": index_bytes + sum(tensor.offset + tensor.nbytes for tensor in tensors),
        "header_bytes": index_bytes + sum(tensor.offset for tensor in tensors),
        "files": len({entry.file for entry in entries.values()}) + 1,
    }
    return OpenFile(path, "npy-dir", tensors, recipe=recipe, facts=facts)


def listed_files(path: str) -> set[str]:
    """Return the file names in a folder's index."""
    return {entry.file for entry in _index(path)[0].values()}


def _index(path: str) -> tuple[Mapping[str, Any], str | None]:
    """Return the tensors and the recipe in a folder's index."""
    import msgspec

    given: Any = [("file", str), ("dtype", str | None, None), ("shape", list[int] | None, None)]
    entry: Any = msgspec.defstruct("IndexEntry", given)
    index = join(path, INDEX)
    with opened(index) as file:
        text = file.read(LONGEST_TEXT + 1)
    empty = msgspec.field(default=msgspec.Raw())
    fields = decoded(text, [("tensors", dict[str, entry]), ("winitgen", msgspec.Raw, empty)])
    if fields is None or len(fields.tensors) > MOST_TENSORS:
        raise UnreadableError(f"{index} is not the index of a folder of npy files")
    return fields.tensors, bytes(fields.winitgen).decode(errors="replace") or None


def _tensor(path: str, name: str, entry: IndexEntry) -> StoredArray:
    """Return a tensor whose file is opened for each read: a folder may have more files than can be open at once."""
    shown = inside(path, entry.file, f"{path} is a damaged folder of npy files: the file of {quoted(name)}")
    reopen = partial(opened, shown, follow=False)
    with reopen() as file:
        source = kept(file, reopen)
        shape, fortran, dtype = npy.header(file, shown)
        begin = file.tell()
        npy.check_size(file.seek(0, 2) - begin, shape, dtype, shown)
    if entry.shape is not None and shape != tuple(entry.shape):
        raise UnreadableError(f"{shown} does not have the shape given in {path}/{INDEX}")
    true = _true(entry, dtype, shown)
    if true is dtype:
        return npy.array(source, shown, begin, shape, dtype, fortran=fortran, name=name)
    if fortran:
        raise UnreadableError(f"{shown} stores {entry.dtype} in Fortran order, which is not supported")
    size = npy.array(source, shown, begin, shape, dtype).nbytes
    return StoredArray(name, true.name, shape, size, raw(source, shown, true, begin), offset=begin)


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
