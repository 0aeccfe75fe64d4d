"""Histograms in the report: the range of their bins, and the planned density of each."""

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
    """Return the report with the histogram of each tensor and, if known, its density."""
    rows = []
    for row, tensor, observed in zip(report["tensors"], tensors, statistics, strict=True):
        low, high, counts = observed.histogram()
        histogram = {"low": low, "high": high, "counts": list(counts)}
        rows.append({**row, "histogram": histogram, "density": density(tensor)})
    return {**report, "tensors": rows}


def span(tensor: Tensor) -> Span:
    """Return the range that contains all or nearly all values of a tensor, over all its parameters."""
    spans = [_span(parameter) for parameter in tensor.parameters]
    if not tensor.added or len(spans) == 1:
        return min(low for low, _ in spans), max(high for _, high in spans)
    mean, std = target(tensor)
    assert mean is not None  # values of a file are not added to others
    assert std is not None
    low = max(sum(low for low, _ in spans), mean - WIDTH * std)
    high = min(sum(high for _, high in spans), mean + WIDTH * std)
    return low, max(low, high)


def _span(parameter: Parameter) -> Span:
    """Return the range of a parameter's values; it includes zero if some of them are zeroed."""
    low, high = parameter.distribution.span()
    return (low, high) if parameter.zeroed is None else (min(low, 0.0), max(high, 0.0))


def density(tensor: Tensor) -> Density | None:
    """Return the density of a tensor's values, or None if unknown or not the same for all its parameters."""
    densities = [parameter.distribution.density() for parameter in tensor.parameters]
    if tensor.added and len(densities) > 1:
        return None
    return densities[0] if all(other == densities[0] for other in densities) else None
