"""Tensors that are no independent draws: constants, counts, tables of sines, identities, orthogonal matrices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.inspect.summary import Summary
from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.audit.statistics.tensor_rows import GatheredParameter, compare
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.drawable import planned_alone
from winitgen.importing.fit.logarithms import logarithms
from winitgen.importing.fit.orthogonal_matrix import orthogonal
from winitgen.importing.fit.positions import powers, sines
from winitgen.importing.fit.reading import Rows
from winitgen.importing.fit.round_numbers import shortest
from winitgen.importing.fit.signs import has_signs, signed_zeros
from winitgen.importing.fit.written_out import written_out
from winitgen.layouts import tensors

Scheme = str | dict[str, Any]

LARGEST = 1 << 24
"""Elements up to which whole matrices are compared."""

CHANCE = 1e-6


class Known(NamedTuple):
    """A scheme that gives these values, and what speaks for it."""

    init: Scheme
    evidence: str


def known(array: StoredArray, summary: Summary, rows: Rows) -> Known | None:
    """Return the scheme of an array whose values are not independent draws, or None for any other."""
    if summary.zeros == array.size:
        return _zeros(array, summary)
    if summary.low == summary.high:
        only = constant(float(summary.low), array.dtype)
        return None if isinstance(planned_alone((), array.dtype, only.init), str) else only
    if array.size > LARGEST:
        return None
    fitting = (
        Known(scheme, evidence)
        for scheme, evidence in _candidates(array, summary, rows)
        if agrees(array, scheme)
    )
    first = next(fitting, None)
    if first is None or not summary.zeros or has_signs(array, first.init):
        return first
    other = next((one for one in fitting if has_signs(array, one.init)), None)
    return other or _but_for_signs(first, array)


def _zeros(array: StoredArray, summary: Summary) -> Known:
    """Return how zeros are said; as zeros without a sign where those of both signs cannot be written out."""
    plain = Known("zeros", "0")
    candidates = (plain, Known({"scheme": "constant", "value": -0.0}, "-0"))
    found = next((one for one in candidates if has_signs(array, one.init)), None)
    if found is not None or array.size > LARGEST:
        return found or _but_for_signs(plain, array)
    for scheme, evidence in written_out(array, summary):
        if not isinstance(planned_alone(array.shape, array.dtype, scheme), str) and has_signs(array, scheme):
            return Known(scheme, evidence)
    return _but_for_signs(plain, array)


def _but_for_signs(found: Known, array: StoredArray) -> Known:
    """Return a scheme whose zeros have other signs than those of the array."""
    return Known(found.init, f"{found.evidence}, but for the signs of zeros: {signed_zeros(array):,} are -0")


def constant(value: float, dtype: str) -> Known:
    """Return the constant that is stored as ``value``, with no more digits than the format keeps."""
    if value == 1.0:
        return Known("ones", "1")
    from winitgen.files.input.numpy_formats import numpy_dtype

    kind: Any = numpy_dtype(dtype)
    short = shortest(value, kind)
    return Known({"scheme": "constant", "value": short}, f"{short:g}")


def agrees(array: StoredArray, scheme: Scheme) -> bool:
    """Return whether the values of an array are those of a scheme, or are drawn by it as far as tests can tell."""
    planned = planned_alone(array.shape, array.dtype, scheme)
    if isinstance(planned, str):
        return False
    wholes: dict[str, GatheredParameter] = {}
    found = compare(tensors(planned)[0], array, wholes)
    for gathered in wholes.values():
        gathered.finish()
    return not any(row.why or any(test.p < CHANCE for test in row.tests) for row in found)


def _candidates(array: StoredArray, summary: Summary, rows: Rows) -> Iterator[tuple[Scheme, str]]:
    """Yield the schemes that a look at a few values does not rule out."""
    yield from _counts(array, summary, rows)
    if np.dtype(rows.values.dtype).kind not in "biu" and len(array.shape) >= 1:
        yield from logarithms(array, summary, rows)
        yield from powers(array, summary)
        yield from sines(array, summary)
        if len(array.shape) >= 2:
            yield from _diagonals(array, summary)
            yield from orthogonal(array, rows)
    yield from written_out(array, summary)


def _counts(array: StoredArray, summary: Summary, rows: Rows) -> Iterator[tuple[Scheme, str]]:
    """Yield a range of numbers, or the index of a window's table of position biases."""
    first = rows.values.reshape(-1)[:2].astype(np.float64).tolist()
    if len(first) == 2 and first[0] != first[1] and not _chance_range(array, rows):
        start, step = first[0], first[1] - first[0]
        last = start + step * (array.size - 1)
        if math.isclose(last, summary.high if step > 0 else summary.low, rel_tol=1e-2, abs_tol=abs(step)):
            yield from _ranges(start, step)
    side = math.isqrt(math.isqrt(array.size))
    if summary.low == 0 and side**4 == array.size and summary.high == (2 * side - 1) ** 2 - 1:
        yield {"scheme": "relative_position_index", "window": [side, side]}, f"a window of {side} x {side}"


def _chance_range(array: StoredArray, rows: Rows) -> bool:
    """Return whether so few values are equally far from each other by chance: two always are, and few coarse ones."""
    if array.size < 3:
        return True
    dtype = np.dtype(rows.values.dtype)
    if dtype.kind in "biu":
        return False
    step = 1.0 if dtype.itemsize == 1 else epsilon_of(dtype)
    return bool((8 * step) ** min(array.size - 2, 64) > CHANCE) and array.size < 64


def _ranges(start: float, step: float) -> Iterator[tuple[Scheme, str]]:
    if str(start) == "0.0" and step == 1:
        yield "arange", "0, 1, 2, ..."
        return
    for digits in (3, 6, 9, 17):
        numbers = [float(f"{number:.{digits}g}") for number in (start, step)]
        whole = [
            int(number) if number.is_integer() and str(number) != "-0.0" else number for number in numbers
        ]
        yield (
            {"scheme": "arange", "start": whole[0], "step": whole[1]},
            f"{whole[0]:g}, {whole[0] + whole[1]:g}, ...",
        )


def _diagonals(array: StoredArray, summary: Summary) -> Iterator[tuple[Scheme, str]]:
    """Yield an identity, or its counterpart for a convolution, if that many values are not 0."""
    filled = array.size - summary.zeros
    if filled != min(array.shape[:2]) or summary.low < 0:
        return
    gain = constant(float(summary.high), array.dtype)
    number = 1 if isinstance(gain.init, str) else gain.init["value"]
    if len(array.shape) == 2:
        yield (
            "identity" if number == 1 else {"scheme": "identity", "gain": number},
            f"{number:g} on the diagonal",
        )
    elif number == 1:
        yield "dirac", "1 at the centre, from each channel to itself"
