"""The part of a run's report that judges it: the verdict, what it is based on, and how far that is from its thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats
from winitgen.probing.margins import margins, measured, nearest
from winitgen.probing.rows import short
from winitgen.probing.slopes import slopes
from winitgen.probing.thresholds import Thresholds
from winitgen.probing.verdict import findings, verdict


def judgement_row(
    nodes: Sequence[GraphNode], stats: Sequence[LayerStats], entering: float | None, thresholds: Thresholds
) -> dict[str, Any]:
    """Return the verdict of a run with its findings, the figures, their margins, and the slopes by layer."""
    figures = measured(nodes, stats, entering)
    left = margins(nodes, stats, entering, thresholds, figures)
    found = findings(nodes, stats, entering, thresholds, left)
    name = nearest(left)
    by_layer = slopes(nodes, stats)
    return {
        "verdict": verdict(found),
        "findings": [finding._asdict() for finding in found],
        "measured": {key: short(value) for key, value in figures.items()},
        "margins": {key: short(value) for key, value in left.items()},
        "nearest": name,
        "by_layer": None
        if by_layer is None
        else {key: value if isinstance(value, int) else short(value) for key, value in by_layer.items()},
    }
