"""A first look at one array: a scheme that gives its values, a sample of independent ones, or why it is neither."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from winitgen.audit.inspect.summary import Summary
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.dependence import dependence_of
from winitgen.importing.fit.deterministic import Known, known
from winitgen.importing.fit.drawable import undrawable_spread
from winitgen.importing.fit.kinds import ValueMoments
from winitgen.importing.fit.reading import Rows, all_but, rows_of, zero_rows
from winitgen.importing.fit.whole_draws import WholeDraws, whole_draws
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES, EXACT
from winitgen.numeric.powers import near

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


Look = Known | WholeDraws | IndependentDraws | Refused


def look(array: StoredArray, summary: Summary | None, most: int) -> Look:
    """Look at one array; ``most`` values are kept of it."""
    if summary is None:
        return Refused(f"values of {array.dtype} cannot be read")
    if summary.nans or summary.infinities:
        return Refused(f"{summary.nans + summary.infinities:,} of its {array.size:,} values are not finite")
    rows = rows_of(array)
    found = known(array, summary, rows)
    if found is not None and not _is_written_out(found, array.size):
        return found
    whole = whole_draws(array, summary, rows)
    exact = found is not None and isinstance(whole, WholeDraws) and bool(whole.remark)
    law = whole if isinstance(whole, WholeDraws) and not exact else found
    if law is not None:
        return law
    if whole is not None or rows.values.dtype.kind in "biu":
        return Refused(_no_rule(array, summary, whole, rows.values.dtype.kind))
    return _independent(array, summary, rows, most)


def _is_written_out(found: Known, size: int) -> bool:
    """Return whether a scheme writes each of so many values out, which random ones can be, too."""
    return isinstance(found.init, dict) and len(found.init.get("values", ())) == size


def _independent(array: StoredArray, summary: Summary, rows: Rows, most: int) -> IndependentDraws | Refused:
    """Return the values of an array as independent draws, with what speaks against it."""
    if narrow := undrawable_spread(summary.std, array.dtype, DTYPES[array.dtype].drawn_in):
        return Refused(narrow)
    padding = _padding(array, summary)
    if isinstance(padding, Refused):
        return padding
    if rows.whole:
        rows = rows._replace(values=all_but(rows.values, padding))
    elif padding is not None:
        rows = rows._replace(values=rows.values[np.abs(rows.values.astype(np.float64)).max(axis=1) > 0])
    moments = _moments(array, summary, padding)
    flat = rows.values.reshape(-1)
    kept = flat[:: max(1, -(-flat.size // most))].copy()
    structure = dependence_of(array, rows) or _zeros(array, summary, padding)
    return IndependentDraws(kept, moments, padding, structure)


def _no_rule(array: StoredArray, summary: Summary, whole: object, kind: str) -> str:
    """Return that whole numbers, of a format of this ``kind``, follow no rule; ``whole`` says why they are not random ones."""
    ends = f"{summary.low:.0f} to {summary.high:.0f}"
    if kind not in "biu":
        return f"its {array.size:,} values are whole numbers, but no random ones from {ends}: {whole}"
    what = f"no rule is found in its {array.size:,} {array.dtype} numbers"
    beyond = max(abs(int(summary.low)), abs(int(summary.high)))
    if beyond > EXACT:
        return f"{what}, which reach {beyond:,}; those of a scheme reach 2^53 - 1"
    return f"{what}, too many to write out; they are no random numbers from {ends}: {whole}"


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
    low, high = float(summary.low), float(summary.high)
    if padding is None:
        return ValueMoments(array.size, summary.mean, summary.std, low, high)
    count = array.size - array.shape[1]
    scale = near(summary.std)
    middle, share = summary.mean / scale, array.size / count
    square = ((summary.std / scale) ** 2 + middle**2) * share - (middle * share) ** 2
    return ValueMoments(count, summary.mean * share, max(square, 0.0) ** 0.5 * scale, low, high)
