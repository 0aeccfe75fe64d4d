"""The values that a plan gives for a batch: the operations of a probe, one layer after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from winitgen.catalog.activations import LINEAR
from winitgen.load import SpecDraft
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import INPUT
from winitgen.probing.activate import activate
from winitgen.probing.batches import batches
from winitgen.probing.graph import GraphNode
from winitgen.probing.prepare import Prepared, prepare
from winitgen.probing.variants import variants
from winitgen.probing.weights import DrawnWeights
from winitgen.spec.model import ModelSpec


def prepared(spec: ModelSpec) -> Prepared:
    """Return the network of a spec, ready for a batch."""
    [variant] = variants((), None)
    return prepare(SpecDraft.of(spec), variant, seed=None, dtype="float32", steps=None)


def inputs_of(network: Prepared, samples: int) -> list[Array]:
    """Return a batch for each input, by the order of the spec: Gaussian values, or tokens."""
    with Workers(1) as workers:
        return [
            batch.values for batch in batches(network, (None,) * len(network.inputs), samples, None, workers)
        ]


def outputs_of(network: Prepared, inputs: Sequence[Array]) -> list[Array]:
    """Return the outputs of a network for a batch, in the order of the spec."""
    values = {INPUT - index: array for index, array in enumerate(inputs)}
    with Workers(1) as workers:
        for index, node in enumerate(network.nodes):
            values[index] = _output(node, [values[source] for source in node.planned.sources], workers)
    return [values[index] for index, node in enumerate(network.nodes) if node.ends]


def _output(node: GraphNode, inputs: list[Array], workers: Workers) -> Array:
    """Return the output of one layer."""
    planned = node.planned
    weights = DrawnWeights((*planned.parameters, *planned.omitted), "float32", workers)
    out = node.operation(planned.layer, weights, workers).forward(inputs, keep=False)
    if node.applied == LINEAR:
        return out
    return np.asarray(activate(node.applied, out.copy(), workers, axis=node.unit_axis, keep=False).out)
