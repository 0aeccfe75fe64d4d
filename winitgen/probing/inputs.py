"""Real samples from a file: ``.npy``, ``.npz`` or ``.csv``, checked to be what flows into the model."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from zipfile import BadZipFile

import numpy as np

from winitgen.errors import UnreadableError, UsageError
from winitgen.layers.base import Flow
from winitgen.probing.weights import Array
from winitgen.spec.mistakes import show, suggest


def read(path: str, incoming: Flow, count: int | None, vocabulary: int | None) -> Array:
    """Return the first ``count`` samples of a file, all of them where it is None: (samples, *shape).

    ``incoming`` is what flows into the model; rows of as many numbers are brought into its shape.
    ``vocabulary`` is the number of token ids, where tokens flow in. Raises `UnreadableError` for a file
    that cannot be read, holds text, complex numbers or NaN, or has another shape; `UsageError` for
    more samples than there are.
    """
    ending = os.path.splitext(path)[1].lower()
    reader = READERS.get(".npz" if ".npz:" in path else ending)
    if reader is None:
        raise UsageError(f"{path}: samples are read from {', '.join(READERS)}")
    try:
        values = reader(path)
    except OSError as error:
        raise UnreadableError(f"cannot read {path}: {error.strerror or error}") from None
    values = _shaped(path, values, incoming)
    if count is not None and count > len(values):
        raise UsageError(f"{path} has {len(values)} samples, not {count}; write fewer --samples")
    values = values[:count]
    return _tokens(path, values, vocabulary) if incoming.tokens else _numbers(path, values)


def _npy(path: str) -> Array:
    with _opened(path, path) as content:
        if not isinstance(content, np.ndarray):
            raise UnreadableError(f"cannot read {path}: it is an archive; call it .npz")
        return content


def _npz(path: str) -> Array:
    """Return the only array of an archive, or the one named behind a colon."""
    file, _, name = path.partition(".npz:")
    with _opened(f"{file}.npz" if name else path, path) as archive:
        if isinstance(archive, np.ndarray):
            raise UnreadableError(f"cannot read {path}: it is a single array; call it .npy")
        names = list(archive)
        if not name and len(names) != 1:
            shown = f"{', '.join(names)}; name one, as in {path}:{names[0]}" if names else "none"
            raise UsageError(f"{path} holds {len(names)} arrays: {shown}")
        if name and name not in names:
            raise UsageError(f"{file}.npz has no array {show(name)}{suggest(name, names)}")
        array: Array = archive[name or names[0]]
        return array


@contextmanager
def _opened(path: str, told: str) -> Iterator[Any]:
    """Give what `np.load` makes of a file, never running code from it, and close it."""
    try:
        content = np.load(path, allow_pickle=False)
        with content if hasattr(content, "close") else nullcontext():
            yield content
    except (ValueError, EOFError, KeyError, NotImplementedError, MemoryError, BadZipFile):
        ending = os.path.splitext(path)[1]
        raise UnreadableError(f"cannot read {told}: it is no {ending} file of numbers, or damaged") from None


def _csv(path: str) -> Array:
    """Return the rows of numbers of a table; a first line that is no numbers is a head."""
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
"""How a file is read, by its ending."""


def _shaped(path: str, values: Array, incoming: Flow) -> Array:
    """Return samples of the shape that flows in, from such samples or from rows of as many numbers."""
    shape = tuple(size for size in incoming.shape or () if size is not None)
    if values.dtype.names is not None or values.dtype.kind not in "fiub":
        raise UnreadableError(f"{path} holds {values.dtype} values; samples are real numbers")
    if values.ndim == 0 or not len(values):
        raise UnreadableError(f"{path} holds no samples")
    if values.shape[1:] != shape and values.shape[1:] != (math.prod(shape),):
        raise UnreadableError(
            f"{path} has the shape {values.shape}, but {incoming} flows into the model; "
            f"write samples of the shape ({', '.join(['N', *map(str, shape)])})"
        )
    return values.reshape(len(values), *shape)


def _numbers(path: str, values: Array) -> Array:
    """Return samples as float32, or float64 where the file has those, all of them finite."""
    found = np.ascontiguousarray(values, np.float32 if values.dtype != np.float64 else np.float64)
    bad = ~np.isfinite(found)
    if bad.any():
        place = tuple(int(index) for index in np.argwhere(bad)[0])
        what = "NaN" if np.isnan(found[place]) else "an infinite number"
        raise UnreadableError(f"{path}: {what} in sample {place[0]}, at {list(place[1:])}")
    return found


def _tokens(path: str, values: Array, vocabulary: int | None) -> Array:
    """Return token ids as int64, each one that the embedding has."""
    if values.dtype.kind == "f" and not (values == np.floor(values)).all():
        raise UnreadableError(f"{path} holds fractions; tokens flow into this model, which are whole numbers")
    found = np.ascontiguousarray(values, np.int64)
    last = (vocabulary or 1) - 1
    if found.min() < 0 or found.max() > last:
        raise UnreadableError(
            f"{path} holds the token {found.max() if found.max() > last else found.min()}; they run from 0 to {last}"
        )
    return found
