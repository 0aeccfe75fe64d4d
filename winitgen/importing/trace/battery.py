"""Whether values that seem to follow a law pass the tests by which files are fitted and verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from winitgen.audit.inspect.measuring import measure
from winitgen.audit.inspect.summary import Summary
from winitgen.audit.statistics.relations.parts import Parts
from winitgen.audit.statistics.tensor_rows import compare
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.dependence import dependence_of
from winitgen.importing.fit.deterministic import agrees
from winitgen.importing.fit.drawable import planned_alone
from winitgen.importing.fit.kinds import ValueMoments, fits, passing
from winitgen.importing.fit.orthogonal_matrix import orthogonal
from winitgen.importing.fit.reading import rows_of
from winitgen.layouts import tensors
from winitgen.numeric.arrays import Array

FORMATS = {2.0**-52: "float64", 2.0**-23: "float32", 2.0**-10: "float16", 2.0**-7: "bfloat16"}
"""Number formats by their step at 1."""

CHANCE = 1e-6

Scheme = str | Mapping[str, Any]

KINDS = {"uniform": "uniform", "normal": "normal", "truncated_normal": "truncated_normal"}
"""Schemes whose kind of distribution is tested, by that of `fit.kinds`."""


def stored(values: Array, step: float) -> StoredArray:
    """Return values as an array of a file, in the number format with this step at 1; float32 if there is none."""
    dtype: Any = numpy_dtype(FORMATS.get(step, "float32"))
    flat = np.ascontiguousarray(values.astype(dtype)).reshape(-1)
    return StoredArray(
        "tensor",
        dtype.name,
        values.shape,
        flat.nbytes,
        lambda start, count: flat[start : start + count].copy(),
    )


def orthogonal_law(values: Array, step: float) -> tuple[Scheme, str] | None:
    """Return the scheme of a matrix that is orthogonal, or whose equal blocks are, with what speaks for it."""
    if values.ndim < 2 or not values.size or step not in FORMATS or not np.isfinite(values).all():
        return None
    array = stored(values, step)
    found = orthogonal(array, rows_of(array))
    return next(
        (one for one in found if agrees(array, dict(one[0]) if isinstance(one[0], dict) else one[0])), None
    )


def passes(draw: Array, several: Array, init: Scheme, step: float) -> bool:
    """Return whether ``draw`` has independent values, and ``several`` draws, flat, are of the kind of a scheme."""
    array = stored(draw, step)
    if array.size > 1 and (_depends(array, init) or (step and dependence_of(array, rows_of(array)))):
        return False
    name = init if isinstance(init, str) else init["scheme"]
    return step not in FORMATS or name not in KINDS or _is_of_kind(several, KINDS[name], step)


def _depends(array: StoredArray, init: Scheme) -> bool:
    """Return whether parts of an array equal each other, or its neighbours correlate."""
    planned = planned_alone(array.shape, array.dtype, init)
    if isinstance(planned, str):
        return False
    parts = Parts()
    rows = compare(tensors(planned)[0], array, {}, parts)
    parts.compare()
    tests = [test for row in rows for test in row.tests if test.name.startswith("correlation")]
    return any(row.related or row.constant for row in rows) or any(test.p < CHANCE for test in tests)


def _is_of_kind(values: Array, kind: str, step: float) -> bool:
    """Return whether no test of the distribution refuses a kind."""
    array = stored(values, step)
    summary = next(iter(measure([array], threads=1)))
    assert isinstance(summary, Summary)
    moments = ValueMoments(array.size, summary.mean, summary.std, float(summary.low), float(summary.high))
    found = fits(array.read(0, array.size), moments)
    return any(one.kind == kind for one in passing(found))
