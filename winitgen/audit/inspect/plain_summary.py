"""The summary of a tensor's values as plain values, which a report holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winitgen.audit.inspect.grid import Grid
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


def statistics(summary: AnySummary) -> dict[str, Any]:
    """Return a summary as plain values."""
    from winitgen.audit.inspect.summary import Summary
    from winitgen.report.summary import short

    if not isinstance(summary, Summary):
        mean, std = summary.mean, short(summary.std)
        both = {"mean": [short(mean.real), short(mean.imag)], "std": std} if summary.modulus.finite else {}
        return {**statistics(summary.modulus), "of": "modulus", **both}
    known = summary.finite > 0
    grid = summary.grid
    return {
        "of": "values",
        "finite": summary.finite,
        "zeros": summary.zeros,
        "nan": summary.nans,
        "infinite": summary.infinities,
        "mean": short(summary.mean) if known else None,
        "std": short(summary.std) if known else None,
        "min": summary.low if known else None,
        "max": summary.high if known else None,
        "histogram": None if grid is None else _histogram(grid, summary.low, summary.high),
    }


def _histogram(grid: Grid, low: float, high: float) -> dict[str, Any]:
    """Return a histogram as plain values; if all values are equal, it has one bin of width 0."""
    ends = (grid.edge(0), grid.edge(grid.counts.size)) if low < high else (float(low), float(low))
    return {"low": ends[0], "high": ends[1], "counts": grid.counts.tolist()}


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
