"""Histograms in the report: what they are counted over, and the density beside each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions.distribution import WIDTH, Span
from winitgen.layouts.tensor import Tensor
from winitgen.report.summary import target

if TYPE_CHECKING:
    from winitgen.drawing.density import Density
    from winitgen.numeric.statistics import Statistics
    from winitgen.planning.plan import Parameter


def with_histograms(
    report: dict[str, Any], tensors: Sequence[Tensor], statistics: Sequence[Statistics]
) -> dict[str, Any]:
    """Return the report with the histogram of each of its tensors and, where it has one, the density."""
    rows = []
    for row, tensor, seen in zip(report["tensors"], tensors, statistics, strict=True):
        low, high, counts = seen.histogram()
        histogram = {"low": low, "high": high, "counts": list(counts)}
        rows.append({**row, "histogram": histogram, "density": density(tensor)})
    return {**report, "tensors": rows}


def span(tensor: Tensor) -> Span:
    """Return the ends between which all or nearly all values of a tensor lie, whichever parts it has."""
    spans = [_span(part) for part in tensor.parameters]
    if not tensor.added or len(spans) == 1:
        return min(low for low, _ in spans), max(high for _, high in spans)
    planned = target(tensor)
    low = max(sum(low for low, _ in spans), planned.mean - WIDTH * planned.std)
    high = min(sum(high for _, high in spans), planned.mean + WIDTH * planned.std)
    return low, max(low, high)


def _span(parameter: Parameter) -> Span:
    """Return the ends between which a parameter's values lie, zero included where some of it is zeroed."""
    low, high = parameter.distribution.span()
    return (low, high) if parameter.zeroed is None else (min(low, 0.0), max(high, 0.0))


def density(tensor: Tensor) -> Density | None:
    """Return the density of a tensor's values, or None where its parts have several, or it is no known one."""
    densities = [part.distribution.density() for part in tensor.parameters]
    if tensor.added and len(densities) > 1:
        return None
    return densities[0] if all(other == densities[0] for other in densities) else None
