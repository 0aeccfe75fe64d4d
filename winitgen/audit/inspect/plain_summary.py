"""The summary of a tensor's values as plain values, which a report holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winitgen.audit.inspect.summary import Summary
from winitgen.report.summary import short

if TYPE_CHECKING:
    from winitgen.audit.inspect.grid import Grid
    from winitgen.audit.inspect.measuring import AnySummary


def statistics(summary: AnySummary) -> dict[str, Any]:
    """Return a summary as plain values."""
    if not isinstance(summary, Summary):
        mean, std = summary.mean, short(summary.std)
        both = {"mean": [short(mean.real), short(mean.imag)], "std": std} if summary.modulus.finite else {}
        return {**statistics(summary.modulus), "of": "modulus", **both}
    finite, zeros, nans, infinities, mean, std, low, high, grid, _ = summary
    known = finite > 0
    return {
        "of": "values",
        "finite": finite,
        "zeros": zeros,
        "nan": nans,
        "infinite": infinities,
        "mean": short(mean) if known else None,
        "std": short(std) if known else None,
        "min": low if known else None,
        "max": high if known else None,
        "histogram": None if grid is None else _histogram(grid, low, high),
    }


def _histogram(grid: Grid, low: float, high: float) -> dict[str, Any]:
    """Return a histogram as plain values; if all values are equal, it has one bin of width 0."""
    ends = (grid.edge(0), grid.edge(grid.counts.size)) if low < high else (float(low), float(low))
    return {"low": ends[0], "high": ends[1], "counts": grid.counts.tolist()}
