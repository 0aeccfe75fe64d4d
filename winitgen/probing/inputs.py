"""Real samples from a ``.npy``, ``.npz`` or ``.csv`` file, checked against the input of the model."""

from __future__ import annotations

import csv
import math
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from winitgen.catalog.layers.flow import Flow
from winitgen.errors import UnreadableError, UsageError
from winitgen.numeric.arrays import Array
from winitgen.spec.mistakes import show, suggest


def read(path: str, incoming: Flow, count: int | None, vocabulary: int | None) -> Array:
    """Return the first ``count`` samples of a file, or all if it is None: (samples, *shape).

    ``incoming`` is the input of the model; rows of as many numbers are reshaped to it. ``vocabulary`` is the
    number of token ids, if the input is tokens. Raises `UnreadableError` for a file that cannot be read,
    holds text, complex numbers or NaN, or has another shape; `UsageError` if it has fewer samples.
    """
    ending = os.path.splitext(path)[1].lower()
    reader = READERS.get(".npz" if ".npz:" in path else ending)
    if reader is None:
        raise UsageError(f"{path}: samples are read from {', '.join(READERS)}")
    try:
        values = reader(path)
    except OSError as error:
        raise UnreadableError(f"cannot read {path}: {error.strerror or error}") from None
    except csv.Error as error:
        raise UnreadableError(f"cannot read {path}: {error}") from None
    values = _shaped(path, values, incoming)
    if count is not None and count > len(values):
        raise UsageError(f"{path} has {len(values)} samples, not {count}; lower --samples")
    values = values[:count]
    return _tokens(path, values, vocabulary) if incoming.tokens else _numbers(path, values)


def _npy(path: str) -> Array:
    content = _loaded(path, path)
    if not isinstance(content, np.ndarray):
        content.close()
        raise UnreadableError(f"cannot read {path}: it is an archive; rename it to .npz")
    return content


def _npz(path: str) -> Array:
    """Return the only array of an archive, or the one named after a colon."""
    file, name = split_path(path)
    archive = _loaded(file, path)
    if isinstance(archive, np.ndarray):
        raise UnreadableError(f"cannot read {path}: it is a single array; rename it to .npy")
    with archive:
        names = list(archive)
        if not name and len(names) != 1:
            shown = f"{', '.join(names)}; name one, as in {path}:{names[0]}" if names else "none"
            raise UsageError(f"{path} holds {len(names)} arrays: {shown}")
        if name and name not in names:
            raise UsageError(f"{file} has no array {show(name)}{suggest(name, names)}")
        with _damage(path, file):
            array = archive[name or names[0]]
    if not isinstance(array, np.ndarray):
        raise UnreadableError(f"cannot read {path}: the member is not an array")
    return array


def split_path(path: str) -> tuple[str, str]:
    """Return the file of a path of samples, and the name of the array after a colon, if any.

    >>> split_path("a.npz:x"), split_path("a.npy")
    (('a.npz', 'x'), ('a.npy', ''))
    """
    file, colon, name = path.partition(".npz:")
    return (f"{file}.npz", name) if colon else (path, "")


def _loaded(path: str, name: str) -> Any:
    """Return the result of `np.load`, which never runs code from the file."""
    with _damage(name, path):
        return np.load(path, allow_pickle=False)


@contextmanager
def _damage(name: str, path: str) -> Iterator[None]:
    """Turn any error of NumPy, zip and its compressors about a damaged file into one line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as one that the file was written by Python 2
            yield
    except (MemoryError, OSError):
        raise
    except Exception:  # evaluating a header or decompressing a member can raise anything
        ending = os.path.splitext(path)[1]
        raise UnreadableError(f"cannot read {name}: not a numeric {ending} file, or damaged") from None


def _csv(path: str) -> Array:
    """Return the rows of numbers of a table; a first line without numbers is a header."""
    rows: list[list[float]] = []
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        for cells in (reader := csv.reader(file)):
            line = reader.line_num
            if not cells or (line == 1 and not any(_number(cell) is not None for cell in cells)):
                continue
            row = [_number(cell) for cell in cells]
            if None in row:
                column = row.index(None) + 1
                raise UnreadableError(f"{path}:{line}:{column}: {show(cells[column - 1])} is not a number")
            if rows and len(row) != len(rows[0]):
                raise UnreadableError(
                    f"{path}:{line}: {len(row)} numbers, but {len(rows[0])} in the lines before"
                )
            rows.append([cell for cell in row if cell is not None])
    return np.asarray(rows, np.float64)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


READERS: dict[str, Callable[[str], Array]] = {".npy": _npy, ".npz": _npz, ".csv": _csv}
"""The reader of each file ending."""


def _shaped(path: str, values: Array, incoming: Flow) -> Array:
    """Return samples in the shape of the input, from such samples or from rows of as many numbers."""
    shape = tuple(size for size in incoming.shape or () if size is not None)
    if values.dtype.names is not None or values.dtype.kind not in "fiub":
        raise UnreadableError(f"{path} holds {values.dtype} values; samples are real numbers")
    if values.ndim == 0 or not len(values):
        raise UnreadableError(f"{path} holds no samples")
    if values.shape[1:] != shape and values.shape[1:] != (math.prod(shape),):
        raise UnreadableError(
            f"{path} has the shape {values.shape}, but the model takes {incoming}; "
            f"write samples of the shape ({', '.join(['N', *map(str, shape)])})"
        )
    return values.reshape(len(values), *shape)


def _numbers(path: str, values: Array) -> Array:
    """Return samples as float32, or as float64 if the file has float64; all are finite."""
    found = np.ascontiguousarray(values, np.float32 if values.dtype != np.float64 else np.float64)
    bad = ~np.isfinite(found)
    if bad.any():
        position = tuple(int(index) for index in np.argwhere(bad)[0])
        what = "NaN" if np.isnan(found[position]) else "an infinite number"
        raise UnreadableError(f"{path}: {what} in sample {position[0]}, at {list(position[1:])}")
    return found


def _tokens(path: str, values: Array, vocabulary: int | None) -> Array:
    """Return token ids as int64, all within the vocabulary."""
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise UnreadableError(f"{path} holds NaN or infinite numbers, but this model takes tokens")
    if values.dtype.kind == "f" and not (values == np.floor(values)).all():
        raise UnreadableError(f"{path} holds fractions, but this model takes tokens, which are whole numbers")
    last = (vocabulary or 1) - 1
    low, high = int(values.min()), int(values.max())
    if low < 0 or high > last:
        token = high if high > last else low
        raise UnreadableError(f"{path} holds the token {token}; tokens run from 0 to {last}")
    return np.ascontiguousarray(values, np.int64)
