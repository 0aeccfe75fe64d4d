"""Reads HDF5: plain datasets, Keras's ``.weights.h5``, and its older ``.h5``.

Only what the file itself holds is read: links to other files and to other places are passed over, and
a dataset whose values stand elsewhere is refused.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.readers.base import (
    MOST_TENSORS,
    Read,
    Reader,
    Stored,
    Weights,
    check_expansion,
    native,
    numpy_dtype,
    quoted,
    raw,
)
from winitgen.readers.npy import is_numeric

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    import numpy as np

_MAGIC = b"\x89HDF\r\n\x1a\n"
_BFLOAT16 = (15, 7, 8, 0, 7)
_LOCK = Lock()
_ROW = 1 << 16
"""Values that are read whole, though a run needs only some of them."""


def read(file: BinaryIO, path: str, stack: ExitStack) -> Weights:
    """Return the datasets, in the order of their paths."""
    import h5py

    from winitgen.readers.careful import Careful

    size = file.seek(0, 2)
    with _trouble(path):
        root = stack.enter_context(h5py.File(Careful(file), "r"))
        text = root.attrs.get("winitgen")
        datasets = list(_datasets(root, path))
        base = root.userblock_size
    tensors = []
    for name, dataset in datasets:
        with _trouble(path):
            tensors.append(_stored(file, path, name, dataset, base))
    facts = {"file_bytes": size, "header_bytes": max(0, size - sum(tensor.nbytes for tensor in tensors))}
    return Weights(path, "hdf5", tensors, {}, text if isinstance(text, str) else None, facts)


def provenance(path: Path) -> str | None:
    """Read the root attribute ``winitgen``."""
    import h5py

    from winitgen.readers.careful import Careful
    from winitgen.readers.opening import opened

    with opened(path) as file, _trouble(str(path)), h5py.File(Careful(file), "r") as root:
        text = root.attrs.get("winitgen")
    return text if isinstance(text, str) else None


@contextmanager
def _trouble(path: str) -> Iterator[None]:
    """Turn whatever HDF5 says about a file that is not HDF5, or damaged, into one line."""
    try:
        yield
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(f"{path} is not an HDF5 file, or a damaged one") from error


def _datasets(root: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the datasets by their paths; a group that is met a second time is not entered again."""
    import h5py

    seen, waiting, found = set(), [("", root)], 0
    while waiting:
        prefix, group = waiting.pop()
        address = h5py.h5o.get_info(group.id).addr
        if address in seen:
            continue
        seen.add(address)
        groups = []
        for name in sorted(group):
            found += 1
            if found > MOST_TENSORS:
                raise UnreadableError(
                    f"{path} lists more than {MOST_TENSORS:,} objects, the most that are read"
                )
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                continue
            member = group[name]
            if isinstance(member, h5py.Dataset):
                yield prefix + name, member
            elif isinstance(member, h5py.Group):
                groups.append((f"{prefix}{name}/", member))
        waiting += reversed(groups)


def _stored(file: BinaryIO, path: str, name: str, dataset: Any, base: int) -> Stored:
    creation, shape = dataset.id.get_create_plist(), dataset.shape
    if dataset.is_virtual or creation.get_external_count():
        raise UnreadableError(
            f"{path}: the values of {quoted(name)} stand in another file, which is not read"
        )
    dtype = _dtype(dataset)
    if shape is None or dtype is None:
        return Stored(name, str(dataset.dtype), shape or (), dataset.id.get_storage_size())
    nbytes = math.prod(shape) * dtype.itemsize
    offset = dataset.id.get_offset()
    if offset is not None:
        if base + offset + nbytes > os.fstat(file.fileno()).st_size:
            raise UnreadableError(
                f"{path} is a damaged HDF5 file: it ends before the values of {quoted(name)}"
            )
        return Stored(name, dtype.name, shape, nbytes, raw(file, path, dtype, base + offset), offset=offset)
    check_expansion(path, name, nbytes, dataset.id.get_storage_size())
    return Stored(name, dtype.name, shape, nbytes, _slabs(dataset, path, dtype), forward=True)


def _dtype(dataset: Any) -> np.dtype[Any] | None:
    """Return the number format of the values as they stand in the file, or None where NumPy has none."""
    from h5py import h5t

    kind = dataset.id.get_type()
    if isinstance(kind, h5t.TypeFloatID):
        if kind.get_size() == 2 and kind.get_fields() == _BFLOAT16:
            return numpy_dtype("bfloat16")
        return dataset.dtype if kind.get_size() == dataset.dtype.itemsize else None
    if dataset.dtype == "uint8" and isinstance(name := dataset.attrs.get("dtype"), str):
        return numpy_dtype(name) if name.startswith("float8") else dataset.dtype
    return dataset.dtype if is_numeric(dataset.dtype) else None


def _slabs(dataset: Any, path: str, dtype: np.dtype[Any]) -> Read:
    """Return what reads a dataset in chunks."""
    import numpy as np

    def read(start: int, count: int) -> np.ndarray[Any, Any]:
        if not count:
            return np.empty(0, dtype)
        with _LOCK, _trouble(path):
            parts = [np.asarray(part) for part in _parts(dataset, (), start, count)]
        return native(np.concatenate(parts).astype(dtype, copy=False))

    return read


def _parts(dataset: Any, place: tuple[int, ...], start: int, count: int) -> Iterator[Any]:
    """Yield a run of the values at ``place``, in C order, in slabs that are little larger than the run."""
    shape = dataset.shape[len(place) :]
    if not shape:
        yield dataset[place].reshape(-1)
        return
    inner = math.prod(shape[1:])
    first, behind = start // inner, -(-(start + count) // inner)
    if inner <= _ROW:
        yield dataset[(*place, slice(first, behind))].reshape(-1)[start - first * inner :][:count]
        return
    for row in range(first, behind):
        begin, end = max(start - row * inner, 0), min(start + count - row * inner, inner)
        yield from _parts(dataset, (*place, row), begin, end - begin)


READER = Reader(
    name="hdf5",
    fits=lambda head: any(head[at : at + 8] == _MAGIC for at in (0, 512, 1024, 2048)),
    read=read,
)
