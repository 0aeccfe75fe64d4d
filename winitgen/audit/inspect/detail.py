"""What a report says only of tensors that a call names: norms, quantiles and the first values."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winitgen.audit.inspect.measuring import AnySummary
    from winitgen.files.input.stored_array import StoredArray

FIRST = 8
"""First values of a single tensor that are shown."""


def detailed(array: StoredArray, summary: AnySummary) -> dict[str, Any]:
    """Return what a report says only of tensors that a call names."""
    from winitgen.audit.inspect.ranking import SHARES, norms, quantiles
    from winitgen.audit.inspect.summary import Summary
    from winitgen.report.summary import short

    real = summary if isinstance(summary, Summary) else summary.modulus
    l1, l2 = (short(norm) if norm <= sys.float_info.max else "inf" for norm in norms(array, real))
    found = quantiles(array, real)
    return {
        "first": _first(array),
        "l1": l1,
        "l2": l2,
        "quantiles": dict(zip(map(str, SHARES), found, strict=True)) if found else None,
    }


def _first(array: StoredArray) -> list[Any]:
    """Return the first values of an array, as text if JSON cannot hold them."""
    values = array.read(0, min(FIRST, array.size))
    if values.dtype.kind == "c":
        return [str(value) for value in values.tolist()]
    if values.dtype.kind not in "biu":
        import numpy as np

        with np.errstate(over="ignore"):  # a long double may be beyond float64
            values = values.astype("float64")
    return [value if abs(value) < float("inf") else str(value) for value in values.tolist()]
