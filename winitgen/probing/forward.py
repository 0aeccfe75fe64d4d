"""Send a batch forward through a network, layer by layer, and measure it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from winitgen.catalog.activations import LINEAR
from winitgen.numeric.arrays import Array
from winitgen.numeric.histogram import histogram_of
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import INPUT
from winitgen.probing import expectations
from winitgen.probing.activate import activate
from winitgen.probing.batches import Batch
from winitgen.probing.condition import condition
from winitgen.probing.distinct import distinct
from winitgen.probing.effective_rank import RepresentationRank, last_representation, rank_of
from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerPass, LayerStats, ratio
from winitgen.probing.layers_passed import nothing
from winitgen.probing.operations.operation import Moments, Operation, moments
from winitgen.probing.signal_stats import SignalStats, sampled, stats_of
from winitgen.probing.weights import DrawnWeights

NARROW = 1e-30
"""A root mean square below which float32 soon runs out of digits; the signal continues in float64."""


class _Signal(NamedTuple):
    """The output of one layer: its values, their statistics, and the moments that theory continues with."""

    values: Array
    stats: SignalStats | None
    known: Moments


def forward(
    nodes: Sequence[GraphNode],
    entering: Sequence[Batch],
    workers: Workers,
    *,
    keep: bool,
    learns: bool = False,
    done: Callable[[], None] = nothing,
) -> list[LayerPass]:
    """Send a batch for each input through a network and return the measurements of every layer.

    ``done`` is called after each layer.
    With ``keep``, a gradient will be sent back; with ``learns``, that of a loss, to the parameters too. A value is freed once all its consumers have run: without
    ``keep``, only the inputs and the output of the current layer, and values for later layers, are held.
    """
    signals = {
        INPUT - i: _Signal(batch.values, batch.stats, batch.entering or moments(0.0, 0.0, 0.0))
        for i, batch in enumerate(entering)
    }
    waiting = {index: len(node.planned.consumers) for index, node in enumerate(nodes)}
    passed: list[LayerPass] = []
    last = last_representation(nodes)
    for index, node in enumerate(nodes):
        inputs = [signals[source] for source in node.planned.sources]
        layer, values = _layer(node, inputs, workers, keep=keep, learns=learns)
        known = layer.stats.expected.known(layer.stats.out, values, node.unit_axis)
        signals[index] = _Signal(values, layer.stats.out, known)
        passed.append(layer)
        if last is not None and last.at == index:
            layer.stats.rank = _rank(node, inputs[0].values if last.enters else values, enters=last.enters)
        for source in node.planned.sources:
            if source > INPUT:
                waiting[source] -= 1
        for unused in [i for i in signals if i > INPUT and not waiting[i]]:
            del signals[unused]
        done()
    return passed


def _layer(
    node: GraphNode, inputs: list[_Signal], workers: Workers, *, keep: bool, learns: bool
) -> tuple[LayerPass, Array]:
    """Send a layer's inputs through it, in float64 if its output leaves the range of float32."""
    result = _through(node, inputs, workers, keep=keep, learns=learns)
    out = result[0].stats.out
    in_range = out is not None and (out.root > NARROW or not out.root)
    if in_range or not node.shown or any(signal.values.dtype != np.float32 for signal in inputs):
        return result
    wide = [signal._replace(values=signal.values.astype(np.float64)) for signal in inputs]
    return _through(node, wide, workers, keep=keep, learns=learns)


def _through(
    node: GraphNode, inputs: list[_Signal], workers: Workers, *, keep: bool, learns: bool
) -> tuple[LayerPass, Array]:
    values = [signal.values for signal in inputs]
    incoming = tuple(signal.known for signal in inputs)
    dtype = "float64" if any(array.dtype == np.float64 for array in values) else "float32"
    planned = node.planned
    weights = DrawnWeights((*planned.parameters, *planned.omitted), dtype, workers, learns=learns)
    operation = node.operation(planned.layer, weights, workers)
    with np.errstate(all="ignore"):
        out = operation.forward(values, keep=keep)
        stats = LayerStats(expectations.forward(node, operation, incoming))
    activated = None
    if not node.shown:
        stats.out = inputs[0].stats
    elif node.applied == LINEAR:
        _look(stats, operation, out, workers)
    else:
        axis = node.unit_axis
        activated = activate(node.applied, _own(out, values), workers, axis=axis, keep=keep)
        out = activated.out
        stats.out, stats.pre = activated.stats, activated.pre
        stats.saturated, stats.extreme = activated.saturated, activated.extreme
    if node.shown:
        stats.distinct = distinct(out)
        _look_closer(stats, node, operation, out)
        stats.weights = [(parameter, histogram_of(sampled(array))) for parameter, array in weights.spread()]
    if node.has_gain and inputs[0].stats is not None:
        stats.forward_gain = ratio(stats.out and stats.out.root, inputs[0].stats.root)
    kept = operation if keep else None
    behind = activated.for_gradient() if keep and activated is not None else None
    last = out if learns and node.ends else None
    return LayerPass(stats, out.shape, kept, behind, incoming, last), out


def _look(stats: LayerStats, operation: Operation, out: Array, workers: Workers) -> None:
    """Measure a layer without an activation after its map."""
    stats.out = stats_of(out, workers)
    if not operation.applies:
        stats.pre = stats.out
    elif operation.pre is not None:
        stats.pre = stats_of(operation.pre, workers)
        operation.measured()
    if operation.saturated is not None:
        stats.saturated = operation.saturated[0] / max(operation.saturated[1], 1)


def _look_closer(stats: LayerStats, node: GraphNode, operation: Operation, out: Array) -> None:
    """Measure the share of dead units, and the condition number if the map is one matrix."""
    if node.applied.name not in ("linear", "softmax"):
        stats.dead = dead_share(out, node.unit_axis)
    matrix = operation.matrix()
    stats.condition = None if matrix is None else condition(matrix)
    stats.entropy = operation.entropy


def _rank(node: GraphNode, values: Array, *, enters: bool) -> RepresentationRank | None:
    """Return the effective rank of the values that enter or leave a layer; an image's units are its channels."""
    flow = node.planned.incoming if enters else node.outgoing
    return rank_of(values, 1 if flow is not None and flow.image else -1, enters=enters)


def _own(out: Array, inputs: Sequence[Array]) -> Array:
    """Return an array that may be overwritten: a copy if it shares memory with an input."""
    if any(np.may_share_memory(out, array) for array in inputs):
        return out.copy()
    return np.ascontiguousarray(out)


def dead_share(out: Array, axis: int) -> float:
    """Return the share of units, along ``axis``, that are zero for every sample and at every position."""
    units = np.moveaxis(out, axis, 1).reshape(len(out), out.shape[axis], -1)
    silent = np.flatnonzero(~units[0].any(axis=1))  # the first sample already activates most units
    dead = ~units[1:, silent].any(axis=(0, 2)) if silent.size else silent
    return float(np.count_nonzero(dead)) / units.shape[1]
