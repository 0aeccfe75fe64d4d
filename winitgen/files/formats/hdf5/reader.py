"""Reads HDF5: plain datasets, Keras's ``.weights.h5``, and its older ``.h5``.

Only what the file itself holds is read: a dataset whose values are stored in another file is refused, and
links, which h5py follows, are told as other readings of the file (`winitgen.files.formats.hdf5.hdf5_readings`).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5 import hdf5_readings
from winitgen.files.formats.hdf5.user_block import MAGIC, begins_later
from winitgen.files.formats.npy.reader import is_numeric
from winitgen.files.input.open_file import (
    MOST_TENSORS,
    OpenFile,
    Read,
    Reader,
    StoredArray,
    check_expansion,
    local_only,
    native,
    numpy_dtype,
    quoted,
    raw,
)
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.recipe import KEY

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy as np

    from winitgen.files.formats.hdf5.sandbox import Tick
    from winitgen.numeric.arrays import Array

_BFLOAT16 = (15, 7, 8, 0, 7)
_LOCK = Lock()
_RUN = 1 << 20
_ROW = 1 << 16
"""Rows of up to this many values are read whole, even if a run needs only some of them."""


def read(file: BinaryIO, path: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the datasets in the order of their paths; with ``recipe_only`` return none."""
    local_only(file, path, "HDF5")
    _try(path, partial(_read_again, file, recipe_only=recipe_only))
    return _read(file, path, stack, lambda: None, recipe_only=recipe_only)


def _read_again(file: BinaryIO, path: str, tick: Tick, *, recipe_only: bool) -> None:
    from contextlib import ExitStack

    with ExitStack() as stack:  # the same open file, whatever the path leads to by now
        _read(file, path, stack, tick, recipe_only=recipe_only)


def _try(path: str, work: Callable[[str, Tick], object]) -> None:
    """Raise `UnreadableError` for a file that crashes the HDF5 library or keeps it busy forever."""
    import h5py  # noqa: F401  # before the fork, so that both processes share one import

    from winitgen.files.formats.hdf5.sandbox import survives

    if not survives(partial(work, path)):
        raise UnreadableError(f"{path} is not an HDF5 file, or is damaged")


def _read(file: BinaryIO, path: str, stack: ExitStack, tick: Tick, *, recipe_only: bool) -> OpenFile:
    import h5py

    from winitgen.files.formats.hdf5.guarded import GuardedFile

    size = file.seek(0, 2)
    with _trouble(path):
        root = stack.enter_context(h5py.File(GuardedFile(file), "r"))
        text = root.attrs.get(KEY)
        recipe = text if isinstance(text, str) else None
        if recipe_only:
            return OpenFile(path, "hdf5", recipe=recipe)
        others = list(hdf5_readings.around(root, file, path))
        datasets = list(_datasets(root, path, tick, others))
    tensors = []
    for name, dataset in datasets:
        with _trouble(path):
            tensors.append(_stored(file, path, name, dataset))
            others += hdf5_readings.of_object(name, dataset, tensors[-1].dtype)
        tick()
    facts = {"file_bytes": size, "header_bytes": max(0, size - sum(tensor.nbytes for tensor in tensors))}
    return OpenFile(path, "hdf5", tensors, recipe=recipe, facts=facts, others=others)


@contextmanager
def _trouble(path: str) -> Iterator[None]:
    """Turn any error about a file that is not HDF5, or is damaged, into one line."""
    try:
        yield
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(f"{path} is not an HDF5 file, or is damaged") from error


def _datasets(root: Any, path: str, tick: Tick, others: list[OtherReading]) -> Iterator[tuple[str, Any]]:
    """Yield the datasets with their paths; a group reached a second time is not entered again.

    What h5py lists besides is added to ``others``.
    """
    import h5py

    seen, waiting, found = set(), [("", root)], 0
    while waiting:
        prefix, group = waiting.pop()
        address = h5py.h5o.get_info(group.id).addr
        if address in seen:
            others.append(hdf5_readings.second_name(prefix))
            continue
        seen.add(address)
        others += hdf5_readings.of_object(prefix, group)
        groups = []
        for name in sorted(group):
            found += 1
            tick()
            if found > MOST_TENSORS:
                raise UnreadableError(
                    f"{path} lists more than {MOST_TENSORS:,} objects, the most that winitgen reads"
                )
            if "/" in name or name in {".", ".."}:  # HDF5 would take it for a path
                raise UnreadableError(f"{path} is a damaged HDF5 file: {quoted(name)} is not a valid name")
            if not isinstance(found_link := group.get(name, getlink=True), h5py.HardLink):
                others.append(hdf5_readings.link(prefix + name, found_link))
                continue
            member = group[name]
            if isinstance(member, h5py.Dataset):
                yield prefix + name, member
            elif isinstance(member, h5py.Group):
                groups.append((f"{prefix}{name}/", member))
        waiting += reversed(groups)


def _stored(file: BinaryIO, path: str, name: str, dataset: Any) -> StoredArray:
    creation, shape = dataset.id.get_create_plist(), dataset.shape
    if dataset.is_virtual or creation.get_external_count():
        raise UnreadableError(
            f"{path}: the values of {quoted(name)} are in another file; datasets with external or virtual storage are not supported"
        )
    dtype = _dtype(dataset)
    if shape is None or dtype is None:
        return StoredArray(name, str(dataset.dtype), shape or (), dataset.id.get_storage_size())
    nbytes = math.prod(shape) * dtype.itemsize
    offset = dataset.id.get_offset()  # counted from the first byte of the file, including any user block
    if offset is not None:
        if offset + nbytes > os.fstat(file.fileno()).st_size:
            raise UnreadableError(
                f"{path} is a damaged HDF5 file: it ends before the values of {quoted(name)}"
            )
        return StoredArray(name, dtype.name, shape, nbytes, raw(file, path, dtype, offset), offset=offset)
    check_expansion(path, name, nbytes, dataset.id.get_storage_size())
    return StoredArray(
        name, dtype.name, shape, nbytes, _chunked(file, dataset, path, name, dtype), forward=True
    )


def _dtype(dataset: Any) -> np.dtype[Any] | None:
    """Return the number format of the values as stored, or None if NumPy has none."""
    from h5py import h5t

    kind = dataset.id.get_type()
    if isinstance(kind, h5t.TypeFloatID):
        if kind.get_size() == 2 and kind.get_fields() == _BFLOAT16:
            return numpy_dtype("bfloat16")
        return dataset.dtype if _is_plain(kind, dataset.dtype) else None
    if dataset.dtype == "uint8" and isinstance(name := dataset.attrs.get("dtype"), str):
        return numpy_dtype(name) if name.startswith("float8") else dataset.dtype
    if isinstance(kind, h5t.TypeIntegerID) and not _is_plain(kind, dataset.dtype):
        return None
    return dataset.dtype if is_numeric(dataset.dtype) else None


def _is_plain(kind: Any, dtype: np.dtype[Any]) -> bool:
    """Tell whether the bits in the file are those of NumPy's number format: HDF5 can place each field anywhere."""
    from h5py import h5t

    return bool(kind.get_size() == dtype.itemsize and kind.equal(h5t.py_create(dtype)))


def _chunked(file: BinaryIO, dataset: Any, path: str, name: str, dtype: np.dtype[Any]) -> Read:
    """Return a function that reads a chunked dataset; its first call tries all chunks in another process."""
    import numpy as np

    tried: list[bool] = []

    def read(start: int, count: int) -> Array:
        if not count:
            return np.empty(0, dtype)
        with _LOCK, _trouble(path):
            if not tried:
                _try(path, partial(_read_chunks, file, name=name))
                tried.append(True)
            slabs = [np.asarray(slab) for slab in _slabs_of(dataset, (), start, count)]
        return native(np.concatenate(slabs).astype(dtype, copy=False))

    return read


def _read_chunks(file: BinaryIO, path: str, tick: Tick, name: str) -> None:
    """Read all values of a dataset and keep none; raise `MemoryError` if that fails.

    HDF5 does not distinguish a damaged chunk from one that needs more memory than is available.
    """
    import h5py

    from winitgen.files.formats.hdf5.guarded import GuardedFile

    with h5py.File(GuardedFile(file), "r") as root:
        dataset = root[name]
        try:
            for start in range(0, dataset.size, _RUN):
                for _ in _slabs_of(dataset, (), start, min(_RUN, dataset.size - start)):
                    tick()
        except OSError as error:
            raise MemoryError from error


def _slabs_of(dataset: Any, index: tuple[int, ...], start: int, count: int) -> Iterator[Any]:
    """Yield a run of the values at ``index``, in C order, in slabs that are only a little larger than the run."""
    shape = dataset.shape[len(index) :]
    if not shape:
        yield dataset[index].reshape(-1)
        return
    inner = math.prod(shape[1:])
    first, stop = start // inner, -(-(start + count) // inner)
    if inner <= _ROW:
        yield dataset[(*index, slice(first, stop))].reshape(-1)[start - first * inner :][:count]
        return
    for row in range(first, stop):
        begin, end = max(start - row * inner, 0), min(start + count - row * inner, inner)
        yield from _slabs_of(dataset, (*index, row), begin, end - begin)


READER = Reader(name="hdf5", fits=lambda head: head.startswith(MAGIC), read=read, begins_later=begins_later)
