"""The most memory that a probe takes at once: both passes are gone through, layer by layer, without a value.

What counts is the batch, the weights, the signals that later layers wait for, what is kept for the gradient, the
gradients, and what an operation works with. Within a layer that leaves the range of float32 some of it may be twice
as large, which is not foreseen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from winitgen.catalog.activations import LINEAR
from winitgen.catalog.layers.flow import Flow
from winitgen.planning.plan import INPUT
from winitgen.probing.graph import GraphNode
from winitgen.probing.operations.held import Batched, values_of

FIELDS_KEPT, FIELDS_AT_ONCE = 2, 12
"""Arrays of float64 over the pixels of an image, in which theory keeps the moments of a layer and computes them."""

SCRATCH = 1 << 22
"""Bytes that each thread works with, in blocks."""

RECORD = 1 << 14
"""Bytes that the measurements of one layer take."""


class _Needs(NamedTuple):
    """Bytes that one layer takes; ``view`` says that its output is its input in another shape."""

    weights: int
    output: int
    slope: int
    kept: int
    forward: int
    backward: int
    view: bool


def peak_of(nodes: Sequence[GraphNode], flows: Sequence[Flow], batched: Batched, size: int) -> int:
    """Return the bytes, about; ``flows`` are those of the inputs, and values are numbers of ``size`` bytes."""
    needs = [_needs(node, batched, size) for node in nodes]
    entering = sum(batched.samples * values_of(flow) * (8 if flow.tokens else size) for flow in flows)
    peak, held = _forward(nodes, needs, backward=batched.backward)
    if batched.backward:
        peak = max(peak, _backward(nodes, needs, held))
    return SCRATCH * batched.threads + entering + peak + RECORD * len(nodes)


def _needs(node: GraphNode, batched: Batched, size: int) -> _Needs:
    planned, output = node.planned, batched.samples * values_of(node.outgoing) * size
    weights = size * sum(one.size for one in (*planned.parameters, *planned.omitted))
    binary, linear = node.applied.row.binary_slope, node.applied == LINEAR
    slope = 0 if linear or not batched.backward else output // size if binary else output
    held = node.operation.held(planned, batched)
    pixels = math.prod(edge or 1 for edge in (node.outgoing.shape or ())[1:]) if node.outgoing.image else 0
    fields = 8 * pixels
    learnt = weights if batched.learns else 0
    read = batched.samples * size * sum(map(values_of, planned.entering)) if learnt else 0
    return _Needs(
        weights,
        output,
        slope,
        size * held.kept + FIELDS_KEPT * fields + read,
        size * held.forward + FIELDS_AT_ONCE * fields,
        size * held.backward + FIELDS_AT_ONCE * fields + (0 if linear else output) + 2 * learnt,
        not node.shown and values_of(node.outgoing) == values_of(planned.incoming),
    )


def _forward(nodes: Sequence[GraphNode], needs: Sequence[_Needs], *, backward: bool) -> tuple[int, list[int]]:
    """Return the peak of the forward pass, and what each layer holds after it."""
    waiting = {index: len(node.planned.consumers) for index, node in enumerate(nodes)}
    held = [0] * len(nodes)
    signals: dict[int, int] = {}
    keepers: dict[int, int] = {}
    peak = now = 0
    for index, (node, need) in enumerate(zip(nodes, needs, strict=True)):
        signals[index] = 0 if need.view else need.output
        now += signals[index] + need.weights + need.slope + need.kept
        peak = max(peak, now + need.forward)
        held[index] = need.weights + need.slope + need.kept if backward else 0
        now -= 0 if backward else need.weights + need.kept
        for source, times in Counter(node.planned.sources).items():
            if source <= INPUT:
                continue
            waiting[source] -= times
            if backward and node.operation.keeps_input:
                keepers.setdefault(source, index)
            if waiting[source]:
                continue
            freed = signals.pop(source)
            if need.view:
                signals[index] += freed
            elif source in keepers:
                held[keepers[source]] += freed
            else:
                now -= freed
    return peak, held


def _backward(nodes: Sequence[GraphNode], needs: Sequence[_Needs], held: Sequence[int]) -> int:
    """Return the peak of the backward pass."""
    kept, peak = sum(held), 0
    arriving: dict[int, int] = {}
    for index in range(len(nodes) - 1, -1, -1):
        node, need = nodes[index], needs[index]
        arriving.setdefault(index, need.output)
        given = 0 if need.view else _gradients(node, need)
        peak = max(peak, kept + sum(arriving.values()) + need.backward + given)
        passed = arriving.pop(index)
        for source in node.planned.sources:
            if source > INPUT:
                arriving[source] = max(arriving.get(source, 0), passed if need.view else needs[source].output)
        kept -= held[index]
    return peak


def _gradients(node: GraphNode, need: _Needs) -> int:
    """Return the bytes of the gradients of a layer's inputs; of tokens there are none."""
    values = sum(values_of(flow) for flow in node.planned.entering if flow is not None and not flow.tokens)
    return need.output * values // max(1, values_of(node.outgoing))
