"""The first samples of a file, read by the careful readers of weight files, or as lines of a table.

No more is read than is asked for, so that neither a large file nor a damaged or hostile one takes more memory
than the samples.
"""

from __future__ import annotations

import math
import os
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import NamedTuple

import numpy as np

from winitgen.errors import UnreadableError, UsageError
from winitgen.files.input import open_weights
from winitgen.files.input.misreading import refuse_misread
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.opening import opened
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stores.address import is_remote, located
from winitgen.numeric.amount import amount
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES
from winitgen.probing.sample_tables import BadSamples, rows
from winitgen.spec.mistakes import show, suggest

MOST_BYTES = 1 << 30
"""Of the samples that are read at once."""


class Samples(NamedTuple):
    """The first samples of a file, and how many the file has, or at least those that were asked for."""

    values: Array
    number: int


def samples_of(path: str, count: int | None) -> Samples:
    """Return the first ``count`` samples, or all if it is None.

    Raises `UsageError` for another kind of file or an archive of several arrays, and `UnreadableError` for a file
    that cannot be read, that a loader may misread, or that holds no samples or no real numbers, or too many of them.
    """
    path = located(path)
    ending = os.path.splitext(path)[1].lower()
    reader = READERS.get(".npz" if ".npz:" in path else ending)
    if reader is None:
        raise UsageError(f"{path}: samples are read from {', '.join(READERS)}")
    return reader(path, count)


def _npy(path: str, count: int | None) -> Samples:
    with _opened(path, path) as weights:
        if weights.format == "npz":
            raise BadSamples(f"cannot read {path}: it is an archive; rename it to .npz")
        if weights.format != "npy" or len(weights.tensors) != 1:
            raise _damage(path, path)
        return _first(path, weights.tensors[0], count)


def _npz(path: str, count: int | None) -> Samples:
    """Return samples of the only array of an archive, or of the one named after a colon."""
    file, name = split_path(path)
    with _opened(file, path) as weights:
        if weights.format == "npy":
            raise BadSamples(f"cannot read {path}: it is a single array; rename it to .npy")
        if weights.format != "npz":
            raise _damage(path, file)
        arrays = {tensor.name: tensor for tensor in weights.tensors}
        names = list(arrays)
        if not name and len(names) != 1:
            shown = f"{', '.join(names)}; name one, as in {file}:{names[0]}" if names else "none"
            raise UsageError(f"{file} holds {len(names)} arrays: {shown}")
        if name and name not in names:
            raise UsageError(f"{file} has no array {show(name)}{suggest(name, names)}")
        return _first(path, arrays[name or names[0]], count)


def split_path(path: str) -> tuple[str, str]:
    """Return the file of a path of samples, and the name of the array after a colon, if any; a URL keeps its query.

    >>> split_path("a.npz:x"), split_path("a.npy")
    (('a.npz', 'x'), ('a.npy', ''))
    """
    path = located(path)
    whole = path.full if is_remote(path) else path
    _, colon, name = path.partition(".npz:")
    if not colon:
        return path, ""
    return located(whole.replace(f".npz:{name}", ".npz", 1)), name


@contextmanager
def _opened(file: str, path: str) -> Iterator[OpenFile]:
    """Open a file of arrays, and tell any fault in it in one line."""
    try:
        with open_weights(file) as weights:
            yield weights
            _refuse_misread(weights)
    except UnreadableError as error:
        if isinstance(error, BadSamples) or str(error).startswith("cannot read "):
            raise
        raise _damage(path, file) from error


def _refuse_misread(weights: OpenFile) -> None:
    """Raise `BadSamples` for a file of which another program reads other samples, as far as they have been read."""
    try:
        refuse_misread(weights)
    except UnreadableError as error:
        raise BadSamples(str(error)) from None


def _damage(path: str, file: str) -> UnreadableError:
    return UnreadableError(f"cannot read {path}: not a numeric {os.path.splitext(file)[1]} file, or damaged")


def _first(path: str, stored: StoredArray, count: int | None) -> Samples:
    """Return the first samples of an array, whose first axis counts them."""
    if stored.shapeless:
        raise BadSamples(f"cannot read {path}: {stored.unread}")
    known = DTYPES.get(stored.dtype)
    dtype = numpy_dtype(stored.dtype)
    if not stored.readable or (known is None and (dtype is None or dtype.kind not in "fiub")):
        raise BadSamples(f"{path} holds {stored.dtype} values; samples are real numbers")
    if not stored.shape or not stored.shape[0]:
        raise BadSamples(f"{path} holds no samples")
    number, *shape = stored.shape
    taken = number if count is None else min(count, number)
    size = math.prod(shape)
    _check_size(path, taken, size * stored.nbytes // max(stored.size, 1))
    return Samples(stored.read(0, taken * size).reshape(taken, *shape), number)


def _check_size(path: str, taken: int, nbytes: int) -> None:
    if taken * nbytes > MOST_BYTES:
        raise BadSamples(
            f"{path}: {taken:,} samples of {nbytes:,} bytes are more than a gigabyte; "
            f"take the first ones with --samples {max(1, MOST_BYTES // nbytes)}"
        )


def _csv(path: str, count: int | None) -> Samples:
    """Return the first rows of numbers of a table; a first line without numbers is a header."""
    values, number, width = array("d"), 0, 0
    with opened(path) as file:
        text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        for line, row in rows(text, path):
            if number and len(row) != width:
                raise UnreadableError(
                    f"{path}:{line}: {amount(len(row), 'number')}, but {width} in the lines before"
                )
            values.extend(row)
            number, width = number + 1, len(row)
            _check_size(path, number, 8 * width)
            if number == count:
                break
    if not number:
        raise BadSamples(f"{path} holds no samples")
    return Samples(np.frombuffer(values, np.float64).reshape(number, width), number)


READERS: dict[str, Callable[[str, int | None], Samples]] = {".npy": _npy, ".npz": _npz, ".csv": _csv}
"""The reader of each file ending."""
