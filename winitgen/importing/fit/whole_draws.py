"""Random whole numbers, all of a range equally likely: their ends, and what speaks against such a draw."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.blocks import runs
from winitgen.audit.inspect.summary import Summary
from winitgen.audit.statistics import lines
from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import tests_of
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.drawable import planned_alone
from winitgen.importing.fit.kinds import UNLIKELY, ValueMoments
from winitgen.importing.fit.order import order_of
from winitgen.importing.fit.reading import Rows
from winitgen.importing.fit.signs import signed_zeros
from winitgen.importing.fit.structure import FAR, structure_of
from winitgen.importing.fit.written_out import MOST
from winitgen.numeric.arrays import Array

BEYOND = 12.0
"""In so many mean distances beyond an end that is seen lies the true one, but for a chance of e^-12."""

FEWEST = 64
"""Values below which nobody can tell random numbers from others."""

NEAR, STRICT = 4.5, 1e-4
"""Standard errors and chances at which few values are no draw: those are written out, which is never wrong."""


class WholeDraws(NamedTuple):
    """Values that are whole numbers from ``low`` to ``high``, all equally likely; ``remark`` is about the signs of zeros."""

    low: int
    high: int
    moments: ValueMoments
    remark: str = ""


def whole_draws(array: StoredArray, summary: Summary, rows: Rows) -> WholeDraws | str | None:
    """Return values as random whole numbers, or why they are none; None if they are not whole, or too few to tell."""
    if array.size < FEWEST or not _are_whole(rows.values):
        return None
    low, high = _range(array, summary)
    if isinstance(why := planned_alone(array.shape, array.dtype, scheme_of(low, high)), str):
        return None if rows.values.dtype.kind not in "biu" else why
    moments = ValueMoments(array.size, summary.mean, summary.std, float(summary.low), float(summary.high))
    why = _unlike(array, Law("integers", low=float(low), high=float(high)), rows)
    if why:
        return why
    signs = signed_zeros(array) if summary.zeros and rows.values.dtype.kind not in "biu" else 0
    return WholeDraws(low, high, moments, f", but for the signs of zeros: {signs:,} are -0" if signs else "")


def scheme_of(low: int, high: int) -> dict[str, Any]:
    """Return the scheme of whole numbers from ``low`` to ``high``, which is drawn, too.

    >>> scheme_of(0, 15), scheme_of(-1, 1)
    ({'scheme': 'integers', 'high': 16}, {'scheme': 'integers', 'low': -1, 'high': 2})
    """
    return {"scheme": "integers", **({"low": low} if low else {}), "high": high + 1}


def _are_whole(values: Array) -> bool:
    """Return whether values are whole numbers, and not because their format has no others where most of them lie."""
    if values.dtype.kind in "biu":
        return True
    wide = values.astype(np.float64)
    if not (wide == np.rint(wide)).all():
        return False
    steps = np.ldexp(epsilon_of(values.dtype), np.frexp(wide[wide != 0])[1] - 1)
    return float(np.log(np.minimum(steps, 1.0)).sum()) < math.log(UNLIKELY)


def _range(array: StoredArray, summary: Summary) -> tuple[int, int]:
    """Return the smallest and the largest value; those of the number format if both are as near as by chance."""
    low, high = int(summary.low), int(summary.high)
    if array.dtype == "bool" or not array.dtype.lstrip("u").startswith("int"):
        return low, high
    ends = np.iinfo(array.dtype)
    room = BEYOND * (high - low + 1) / array.size
    near = low - ends.min <= room and ends.max - high <= room
    return (int(ends.min), int(ends.max)) if near else (low, high)


def _unlike(array: StoredArray, law: Law, rows: Rows) -> str:
    """Return why values are no draw of a law of whole numbers; all of them are read."""
    sample = Sample(law, rows.values.dtype, array.size)
    for values in [rows.values.reshape(-1)] if rows.whole else (values for _, values in runs(array)):
        sample.see(values)
    if impossible := lines.impossible(sample):
        return impossible[0]
    far, chance = (FAR, UNLIKELY) if array.size > MOST else (NEAR, STRICT)
    worst = min(tests_of(sample), key=lambda test: test.p)
    if worst.p < chance:
        return lines.line_of(worst, sample)
    count = law.high - law.low + 1
    return next(_reasons(array, rows, count, far), "")


def _reasons(array: StoredArray, rows: Rows, count: float, far: float) -> Iterator[str]:
    """Yield what makes values no independent draws of ``count`` equally likely numbers; ``far`` is in standard errors."""
    if found := structure_of(rows, math.log2(count), far):
        yield found
    flat = rows.values.reshape(-1) if rows.whole else array.read(0, rows.values.size)
    yield from order_of(flat, count, far)
    if rows.whole and array.shape[:1] * 2 == array.shape:
        yield from _mirrored(rows.values, count)


def _mirrored(square: Array, count: float) -> Iterator[str]:
    """Yield that a matrix equals its transpose in more places than by chance."""
    upper = np.triu_indices(len(square), 1)
    equal = int((square[upper] == square.T[upper]).sum())
    expected = len(upper[0]) / count
    if equal > expected + 8 * math.sqrt(expected) + 16:
        yield f"{equal:,} of its {len(upper[0]):,} values above the diagonal equal those below"
