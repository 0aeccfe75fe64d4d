"""A first look at one array: a scheme that gives its values, a sample of independent ones, or why it is neither."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from winitgen.audit.inspect.summary import Summary
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.deterministic import Known, known
from winitgen.importing.fit.kinds import ValueMoments
from winitgen.importing.fit.reading import all_but, rows_of, zero_rows
from winitgen.importing.fit.structure import structure_of
from winitgen.numeric.arrays import Array

STRAY_ZEROS = 1e-6
"""The share of float32 values that may be 0 by chance, generously: generators have 24 bits or more."""


class IndependentDraws(NamedTuple):
    """Values that may be independent draws: a sample of them, their moments, and a row that is 0.

    ``structure`` says why they are not independent, if they are not.
    """

    sample: Array
    moments: ValueMoments
    padding: int | None = None
    structure: str = ""


class Refused(NamedTuple):
    """Why no law can be found."""

    why: str


Look = Known | IndependentDraws | Refused


def look(array: StoredArray, summary: Summary | None, most: int) -> Look:
    """Look at one array; ``most`` values are kept of it."""
    if summary is None:
        return Refused(f"values of {array.dtype} cannot be read")
    if summary.nans or summary.infinities:
        return Refused(f"{summary.nans + summary.infinities:,} of its {array.size:,} values are not finite")
    rows = rows_of(array)
    found = known(array, summary, rows)
    if found is not None:
        return found
    if rows.values.dtype.kind in "biu":
        return Refused(f"no rule is found in its {array.size:,} {array.dtype} numbers, too many to write out")
    padding = _padding(array, summary)
    if isinstance(padding, Refused):
        return padding
    if rows.whole:
        rows = rows._replace(values=all_but(rows.values, padding))
    elif padding is not None:
        rows = rows._replace(values=rows.values[np.abs(rows.values.astype(np.float32)).max(axis=1) > 0])
    moments = _moments(array, summary, padding)
    flat = rows.values.reshape(-1)
    kept = flat[:: max(1, -(-flat.size // most))].copy()
    return IndependentDraws(kept, moments, padding, structure_of(rows) or _zeros(array, summary, padding))


def _padding(array: StoredArray, summary: Summary) -> int | Refused | None:
    """Return the row that is 0, None without one; refuse several."""
    if (
        len(array.shape) < 2
        or summary.zeros < array.size // array.shape[0]
        or array.size < 2 * array.shape[0]
    ):
        return None
    empty = zero_rows(array)
    if len(empty) > 1:
        return Refused(f"{len(empty):,} of its {array.shape[0]:,} rows are 0, the others not")
    if empty and not (len(array.shape) == 2 and array.name.endswith(("weight", "/weight"))):
        return Refused(f"its row {empty[0]} is 0, which only a table of two axes may have, called weight")
    return empty[0] if empty else None


def _zeros(array: StoredArray, summary: Summary, padding: int | None) -> str:
    """Return that many values are 0 in a format that is too fine for it."""
    zeros = summary.zeros - (0 if padding is None else array.shape[1])
    if array.nbytes // array.size < 4 or zeros <= 3 + STRAY_ZEROS * array.size:
        return ""
    return f"{zeros:,} of its {array.size:,} values are 0"


def _moments(array: StoredArray, summary: Summary, padding: int | None) -> ValueMoments:
    """Return the moments of an array without its row of zeros."""
    count = array.size - (0 if padding is None else array.shape[1])
    mean = summary.mean * array.size / count
    square = (summary.std**2 + summary.mean**2) * array.size / count - mean**2
    return ValueMoments(count, mean, max(square, 0.0) ** 0.5, float(summary.low), float(summary.high))
