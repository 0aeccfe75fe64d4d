"""Reads HDF5: plain datasets, Keras's ``.weights.h5``, and its older ``.h5``.

Only what the file itself holds is read: a dataset whose values are stored in another file is listed without them, and
links, which h5py follows, are told as other readings of the file (`winitgen.files.formats.hdf5.hdf5_readings`).
The library itself runs in a process of its own.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5.around import around
from winitgen.files.formats.hdf5.claims import Claims
from winitgen.files.formats.hdf5.listing import CHUNKED, CONSTANT, IN_PLACE, DatasetEntry
from winitgen.files.formats.hdf5.user_block import MAGIC, begin_of, begins_later
from winitgen.files.formats.hdf5.words import DAMAGED
from winitgen.files.input.numpy_formats import native, numpy_dtype
from winitgen.files.input.open_file import OpenFile, Reader
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import RawValues, local_only
from winitgen.files.input.stored_array import Read, StoredArray

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy as np

    from winitgen.files.sandbox.requests import AskedFile
    from winitgen.numeric.arrays import Array


def read(file: BinaryIO, path: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the datasets in the order of their paths; with ``recipe_only`` return none."""
    local_only(file, path, "HDF5")
    sandbox = _sandbox(path, file.fileno())
    stack.callback(sandbox.close)
    recipe = _recipe(sandbox)
    if recipe_only:
        sandbox.close()
        return OpenFile(path, "hdf5", recipe=recipe)
    listed, found = _listed(sandbox)
    if not any(one.kind == CHUNKED for one in listed):
        sandbox.close()  # values in place are read without the library
    size = os.fstat(file.fileno()).st_size
    claims = Claims(path, size, listed)
    tensors = [_stored(file, path, one, claims, sandbox) for one in listed]
    values = sum({one.address: one.stored for one in listed}.values())  # a dataset may have several names
    facts = {"file_bytes": size, "header_bytes": max(0, size - values)}
    others = [*around(file, path, begin_of(file)), *found]
    return OpenFile(path, "hdf5", tensors, recipe=recipe, facts=facts, others=others)


def _sandbox(path: str, descriptor: int) -> AskedFile:
    """Return what asks the library: in a process of its own, or in this one where the system cannot fork."""
    # Before the fork: both processes share the imports, and another thread may be in the middle of one.
    import h5py  # noqa: F401

    from winitgen.files.formats.hdf5 import chunked, listing  # noqa: F401
    from winitgen.files.formats.hdf5.session import Session

    session = Session(descriptor, path)
    if sys.platform != "win32":
        from functools import partial

        from winitgen.files.sandbox.sandbox import Sandbox
        from winitgen.files.sandbox.served import forked

        size = os.fstat(descriptor).st_size
        return Sandbox(path, DAMAGED, partial(forked, session.answer, descriptor), size)
    from winitgen.files.sandbox.in_process import InProcess

    return InProcess(path, DAMAGED, session)


def _recipe(sandbox: AskedFile) -> str | None:
    parts: list[bytes] = []
    sandbox.ask(["recipe"], parts.append)
    text = b"".join(parts)
    return text[1:].decode(errors="surrogatepass") if text.startswith(b"t") else None


def _listed(sandbox: AskedFile) -> tuple[list[DatasetEntry], list[OtherReading]]:
    """Return the datasets, and what a loader finds beside them."""
    import json

    found: list[DatasetEntry] = []
    others: list[OtherReading] = []

    def take(part: bytes) -> None:
        datasets, readings = json.loads(part)
        found.extend(DatasetEntry(*one)._replace(shape=tuple(one[2])) for one in datasets)
        others.extend(map(OtherReading.sent, readings))

    sandbox.ask(["datasets"], take)
    return found, others


def _stored(file: BinaryIO, path: str, one: DatasetEntry, claims: Claims, sandbox: AskedFile) -> StoredArray:
    dtype = numpy_dtype(one.dtype) if one.kind in {IN_PLACE, CHUNKED, CONSTANT} else None
    if dtype is None:
        return StoredArray(one.name, one.dtype, None if one.shapeless else one.shape, one.nbytes, one.why)
    if why := claims.why_not(one):
        return StoredArray(one.name, dtype.name, one.shape, one.nbytes, why)
    if one.kind == CONSTANT:
        import numpy as np

        value = native(np.frombuffer(bytes.fromhex(one.fill), dtype))
        read = _constant(value, one, claims)
        return StoredArray(one.name, dtype.name, one.shape, one.nbytes, read, constant=value)
    if one.kind == CHUNKED:
        read = _chunked(one, dtype, sandbox)
        return StoredArray(one.name, dtype.name, one.shape, one.nbytes, read, forward=True)
    read = RawValues(file, path, dtype, one.place)
    if one.swapped:
        read = _swapped(read)
    return StoredArray(one.name, dtype.name, one.shape, one.nbytes, read, offset=one.place)


def _swapped(stored: Read) -> Read:
    """Return a function that turns the two bytes of each value around."""

    def read(start: int, count: int) -> Array:
        values = stored(start, count)
        return values.view("u2").byteswap().view(values.dtype)

    return read


def _constant(value: Array, one: DatasetEntry, claims: Claims) -> Read:
    """Return a function that repeats the value of a dataset of which nothing is stored."""

    def read(start: int, count: int) -> Array:
        import numpy as np

        claims.spend(one, count * value.itemsize)
        return np.full(count, value[0], value.dtype)

    return read


def _chunked(one: DatasetEntry, dtype: np.dtype[np.generic], sandbox: AskedFile) -> Read:
    """Return a function that lets the library read a dataset."""

    def read(start: int, count: int) -> Array:
        import numpy as np

        content = bytearray()
        if count:
            sandbox.ask(["values", one.name, start, count], content.extend)
        if len(content) != count * dtype.itemsize:
            raise UnreadableError(f"{sandbox.path} ended while it was being read")
        return native(np.frombuffer(content, dtype))

    return read


READER = Reader(name="hdf5", fits=lambda head: head.startswith(MAGIC), read=read, begins_later=begins_later)
