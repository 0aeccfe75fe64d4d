"""About how much memory a probe takes: the weights of all layers, and for each sample what is kept and worked with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from winitgen.catalog.layers.flow import Flow
from winitgen.probing.graph import GraphNode

KEPT = 8
"""Bytes that are kept for each value of a layer's output: the value and the slope of its activation, in float32."""

WORKING = 2
"""Arrays of the size of the largest signal that exist at once beside those: gradients, before and after a layer."""


class ProbeMemory(NamedTuple):
    """Bytes that the weights take, and those for each sample."""

    weights: int
    sample: int

    def total(self, samples: int) -> int:
        """Return the bytes for a number of samples."""
        return self.weights + samples * self.sample

    def samples(self, room: int) -> int:
        """Return the samples that fit beside the weights, which may be none."""
        return max(0, room - self.weights) // self.sample


def memory_of(nodes: Sequence[GraphNode], flows: Sequence[Flow], *, backward: bool) -> ProbeMemory:
    """Return the estimate; ``flows`` are those of the inputs. Without ``backward`` one layer's weights are held at once."""
    outputs = [_values(node.outgoing) for node in nodes]
    drawn = [(*node.planned.parameters, *node.planned.omitted) for node in nodes]
    weights = [4 * sum(parameter.size for parameter in of_layer) for of_layer in drawn]
    kept = KEPT * sum(outputs) + 4 * sum(map(_inner, nodes))
    working = 4 * WORKING * max([*outputs, *map(_values, flows)], default=0)
    held = sum(weights) if backward else max(weights, default=0)
    return ProbeMemory(held, max(kept + working, 1))


def _values(flow: Flow) -> int:
    """Return the number of values of one sample."""
    return math.prod(size or 1 for size in flow.shape or ())


def _inner(node: GraphNode) -> int:
    """Return the values inside a layer of several kernels, such as queries and keys: those of each kernel's output."""
    kernels = [one for one in node.planned.parameters if one.role == "kernel"]
    if len(kernels) < 2 or node.outgoing.image:
        return 0
    positions = math.prod(size or 1 for size in (node.outgoing.shape or ())[:-1])
    return positions * sum(kernel.shape[0] for kernel in kernels)
