"""Residual streams: what the branches add to a signal that flows past them, sum by sum.

A residual sum has inputs that come from one signal, its origin: the one with the fewest layers since then is the
stream, the others are branches. Where two have equally few, as in parallel branches without a shortcut, there is
no stream. A stream goes on from one sum to the next through layers with one input, such as norms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from winitgen.planning.plan import INPUT
from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats, ratio
from winitgen.probing.rows import short
from winitgen.probing.signal_stats import SignalStats


class StreamSum(NamedTuple):
    """A sum ``at`` a node, of a stream and its branches: indices of nodes, or of the model's inputs, from -1 down."""

    at: int
    origin: int
    stream: int
    branches: tuple[int, ...]


def residual_sums(nodes: Sequence[GraphNode]) -> list[StreamSum]:
    """Return the residual sums of a model, in order."""
    found = (_residual_sum(index, nodes) for index, node in enumerate(nodes) if _adds(node))
    return [one for one in found if one is not None]


def stream_rows(
    nodes: Sequence[GraphNode], stats: Sequence[LayerStats], entering: Sequence[SignalStats | None]
) -> list[dict[str, Any]]:
    """Return each residual stream as plain values; ``entering`` are the statistics of the model's inputs.

    ``std`` is that of the stream before its first block, or of a sum before its activation; ``growth`` is the latter
    over the former. The ``ratio`` of a branch is its root mean square over that of the stream it is added to.
    """
    signals = {INPUT - i: one for i, one in enumerate(entering)}
    signals |= {index: one.out for index, one in enumerate(stats)}
    streams: dict[int, dict[str, Any]] = {}
    starts: dict[int, int] = {}
    for one in residual_sums(nodes):
        before = _sum_before(one.origin, nodes, starts)
        start = starts[one.at] = one.origin if before is None else starts[before]
        begun = signals[start]
        stream = streams.setdefault(
            start, {"start": _name(start, nodes), "std": short(begun and begun.std), "blocks": []}
        )
        stream["blocks"].append(_block(one, nodes, stats, signals, begun))
    return list(streams.values())


def _block(
    one: StreamSum,
    nodes: Sequence[GraphNode],
    stats: Sequence[LayerStats],
    signals: dict[int, SignalStats | None],
    begun: SignalStats | None,
) -> dict[str, Any]:
    total, passed = stats[one.at].pre or stats[one.at].out, signals[one.stream]
    branches = ((branch, signals[branch]) for branch in one.branches)
    return {
        "sum": nodes[one.at].name,
        "std": short(total and total.std),
        "growth": short(ratio(total and total.std, begun and begun.std)),
        "branches": [
            {
                "layer": _name(branch, nodes),
                "std": short(signal and signal.std),
                "ratio": short(ratio(signal and signal.root, passed and passed.root)),
            }
            for branch, signal in branches
        ],
    }


def _adds(node: GraphNode) -> bool:
    return node.planned.layer.type == "add" and len(node.planned.sources) > 1


def _residual_sum(index: int, nodes: Sequence[GraphNode]) -> StreamSum | None:
    """Return a sum as a residual one, or None: the origin is the last signal that all inputs come from.

    The signals before the sum are visited from the last one back, each with the most layers between it and each input.
    """
    sources = nodes[index].planned.sources
    if len(set(sources)) < len(sources):
        return None
    since: dict[int, dict[int, int]] = {source: {source: 0} for source in sources}
    while since:
        last = max(since)
        layers = since.pop(last)
        if len(layers) == len(sources):
            stream = min(layers, key=lambda source: layers[source])
            if list(layers.values()).count(layers[stream]) > 1:
                return None
            return StreamSum(index, last, stream, tuple(one for one in sources if one != stream))
        for source in nodes[last].planned.sources if last > INPUT else ():
            known = since.setdefault(source, {})
            for one, count in layers.items():
                known[one] = max(known.get(one, 0), count + 1)
    return None


def _sum_before(origin: int, nodes: Sequence[GraphNode], known: dict[int, int]) -> int | None:
    """Return the residual sum that a signal comes from through layers with one input, or None."""
    at = origin
    while at > INPUT:
        if at in known:
            return at
        if len(nodes[at].planned.sources) > 1:
            return None
        at = nodes[at].planned.sources[0]
    return None


def _name(index: int, nodes: Sequence[GraphNode]) -> str:
    """Return the name of a signal: that of the layer, or of the nearest before it that has a row of its own."""
    while index > INPUT and not nodes[index].shown:
        index = nodes[index].planned.sources[0]
    return nodes[index].name if index > INPUT else "the input"
