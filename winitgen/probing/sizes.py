"""The size of the signal and of its gradient at each layer, from which verdicts and slopes follow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats

Shown = list[tuple[GraphNode, LayerStats]]


class Size(NamedTuple):
    """The size of the signal or of the gradient at one layer; infinite beyond float64."""

    layer: str
    size: float


def shown(nodes: Sequence[GraphNode], stats: Sequence[LayerStats]) -> Shown:
    """Return the layers that have a row in the report."""
    return [(node, layer) for node, layer in zip(nodes, stats, strict=True) if node.shown]


def sizes(layers: Shown) -> list[Size]:
    """Return the root mean square of the signal at each layer.

    The input of an activation counts: the output of a sigmoid is never small or large.
    """
    return [Size(node.name, _root(node, layer)) for node, layer in layers]


def _root(node: GraphNode, layer: LayerStats) -> float:
    """Return the root mean square of an activation's input, or of the output if the activation is inside."""
    stats = layer.out if node.operation.applies else layer.pre
    return math.inf if stats is None else stats.root


def norms(layers: Shown) -> list[Size]:
    """Return the norm of the gradient at each layer that it has reached, the last layer first."""
    return [Size(node.name, _norm(layer)) for node, layer in reversed(layers) if layer.size]


def _norm(layer: LayerStats) -> float:
    """Return the norm of one sample's gradient, infinite beyond float64."""
    return math.inf if layer.gradient is None else layer.gradient.root * math.sqrt(layer.size)


def hidden(layers: Shown) -> Shown:
    """Return the layers that decide whether a gradient arrives: all but the head, and a pooling before it.

    The head's own kernel gets its gradient at once, however small it starts, as heads often do. The head is the last layer with a matrix,
    with what follows it, unless several signals meet there or nothing else has a matrix.
    """
    last = next((i for i in reversed(range(len(layers))) if has_matrix(layers[i][0])), 0)
    before = layers[:last]
    if any(len(node.planned.sources) != 1 for node, _ in layers[last:]) or not any(
        has_matrix(node) for node, _ in before
    ):
        return layers
    while len(before[-1][0].planned.sources) == 1 and not before[-1][0].planned.parameters:
        before = before[:-1]
    return before


def has_matrix(node: GraphNode) -> bool:
    """Return whether a layer has a parameter of several axes: a kernel, a table, or one inside."""
    return any(len(parameter.shape) > 1 for parameter in node.planned.parameters)
