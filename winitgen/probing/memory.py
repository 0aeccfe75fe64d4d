"""How many samples a probe takes by itself: those that fit beside the weights of all layers into its room.

The number of samples changes all figures, so this estimate stays as it is; `peak_of` is nearer to the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from winitgen.catalog.layers.flow import Flow
from winitgen.probing.graph import GraphNode
from winitgen.probing.operations.held import inner_values, values_of

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
    outputs = [values_of(node.outgoing) for node in nodes]
    drawn = [(*node.planned.parameters, *node.planned.omitted) for node in nodes]
    weights = [4 * sum(parameter.size for parameter in of_layer) for of_layer in drawn]
    kept = KEPT * sum(outputs) + 4 * sum(inner_values(node.planned) for node in nodes)
    working = 4 * WORKING * max([*outputs, *map(values_of, flows)], default=0)
    held = sum(weights) if backward else max(weights, default=0)
    return ProbeMemory(held, max(kept + working, 1))
