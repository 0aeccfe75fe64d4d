"""The report of a drawn model: statistics that observe each tensor, and the report made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.drawing.distributions.file_values import FileValues
from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import Plan
from winitgen.report.summary import summarize, target

if TYPE_CHECKING:
    from winitgen.drawing.distributions.distribution import Span
    from winitgen.numeric.statistics import Statistics


def statistics_of(tensors: Sequence[Tensor], *, histograms: bool) -> list[Statistics]:
    """Return the statistics that observe each tensor while it is drawn; with ``histograms`` they also count bins."""
    from winitgen.numeric.statistics import Statistics

    spans: Sequence[Span | None] = [None] * len(tensors)
    if histograms:
        from winitgen.report.histograms import span

        spans = [span(tensor) for tensor in tensors]
    return [
        Statistics(*_centre(tensor), ends, finite=not _is_copied(tensor))
        for tensor, ends in zip(tensors, spans, strict=True)
    ]


def _is_copied(tensor: Tensor) -> bool:
    """Tell whether a tensor has values of a file, which may be any."""
    return any(isinstance(parameter.distribution, FileValues) for parameter in tensor.parameters)


def _centre(tensor: Tensor) -> tuple[float, float]:
    """Return a number near the mean of a tensor, and one near its spread."""
    mean, std = target(tensor)
    if mean is not None and std is not None:
        return mean, std
    low, high = tensor.parameters[0].distribution.span()
    return low / 2 + high / 2, high / 2 - low / 2


def drawn_report(
    plan: Plan, tensors: Sequence[Tensor], statistics: Sequence[Statistics], *, histograms: bool
) -> dict[str, Any]:
    """Return the report of a plan whose tensors were drawn and observed by these statistics."""
    report = summarize(plan, tensors, statistics)
    if not histograms:
        return report
    from winitgen.report.histograms import with_histograms

    return with_histograms(report, tensors, statistics)
