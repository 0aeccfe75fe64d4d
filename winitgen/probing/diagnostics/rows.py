"""The diagnostics of one run as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winitgen.probing.diagnostics.streams import stream_rows
from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats
from winitgen.probing.rows import short
from winitgen.probing.signal_stats import SignalStats


def diagnostic_rows(
    nodes: Sequence[GraphNode], stats: Sequence[LayerStats], entering: Sequence[SignalStats | None]
) -> dict[str, Any]:
    """Return ``streams``, ``attention`` and ``rank`` of a run; ``entering`` are the statistics of the inputs.

    ``streams`` are those of `stream_rows`; ``attention`` has the entropy of each attention layer, from 0 to 1; ``rank`` is
    None if there is no last representation, or one that is not finite.
    """
    measured = list(zip(nodes, stats, strict=True))
    return {
        "streams": stream_rows(nodes, stats, entering),
        "attention": [
            {"layer": node.name, "entropy": short(one.entropy)}
            for node, one in measured
            if one.entropy is not None
        ],
        "rank": next((_rank(node, one) for node, one in measured if one.rank is not None), None),
    }


def _rank(node: GraphNode, stats: LayerStats) -> dict[str, Any]:
    assert stats.rank is not None
    return {
        "layer": node.name,
        "of": "input" if stats.rank.enters else "output",
        "effective": short(stats.rank.effective),
        "most": stats.rank.most,
    }
