"""Real samples from a ``.npy``, ``.npz`` or ``.csv`` file, checked against the input of the model."""

from __future__ import annotations

import math

import numpy as np

from winitgen.catalog.layers.flow import Flow
from winitgen.errors import UnreadableError, UsageError
from winitgen.numeric.arrays import Array
from winitgen.probing.sample_files import samples_of


def read(path: str, incoming: Flow, count: int | None, vocabulary: int | None) -> Array:
    """Return the first ``count`` samples of a file, or all if it is None: (samples, *shape).

    ``incoming`` is the input of the model; rows of as many numbers are reshaped to it. ``vocabulary`` is the
    number of token ids, if the input is tokens. Raises `UnreadableError` for a file that cannot be read,
    holds text, complex numbers or NaN, or has another shape, or more than a gigabyte of samples; `UsageError` if it has fewer samples.
    """
    values, number = samples_of(path, count)
    values = _shaped(path, values, number, incoming)
    if count is not None and count > number:
        raise UsageError(f"{path} has {number} samples, not {count}; lower --samples")
    return _tokens(path, values, vocabulary) if incoming.tokens else _numbers(path, values)


def _shaped(path: str, values: Array, number: int, incoming: Flow) -> Array:
    """Return samples in the shape of the input, from such samples or from rows of as many numbers; the file has ``number``."""
    shape = tuple(size for size in incoming.shape or () if size is not None)
    if values.shape[1:] != shape and values.shape[1:] != (math.prod(shape),):
        found = (number, *values.shape[1:])
        why = f"but the model takes {incoming}" if found != shape else "that of one sample"
        raise UnreadableError(
            f"{path} has the shape {found}, {why}; "
            f"write samples of the shape ({', '.join(['N', *map(str, shape)])})"
        )
    return values.reshape(len(values), *shape)


def _numbers(path: str, values: Array) -> Array:
    """Return samples as float32, or as float64 if the file has wider numbers than float32; all are finite."""
    wide = values.dtype.kind == "f" and values.dtype.itemsize > 4
    with np.errstate(over="ignore"):
        found = np.ascontiguousarray(values, np.float64 if wide else np.float32)
    bad = ~np.isfinite(found)
    if bad.any():
        position = tuple(int(index) for index in np.argwhere(bad)[0])
        what = "a number beyond float64" if np.isfinite(values[position]) else "an infinite number"
        what = "NaN" if np.isnan(found[position]) else what
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
