"""A whole model, step by step as a probe runs it, with every signal kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from winitgen import load
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import INPUT
from winitgen.probing.activate import activate
from winitgen.probing.graph import graph
from winitgen.probing.weights import DrawnWeights


def signals(spec: Any, inputs: Mapping[str, np.ndarray], dtype: str = "float64") -> dict[str, np.ndarray]:
    """Return the output of every layer by its name; ``inputs`` are the samples of each input, by name."""
    plan, workers = load.plan(spec), Workers(1)
    arrays = {INPUT - i: inputs[name] for i, name in enumerate(plan.inputs)}
    found = {}
    for index, node in enumerate(graph(plan)):
        planned = node.planned
        weights = DrawnWeights((*planned.parameters, *planned.omitted), dtype, workers)
        operation = node.operation(planned.layer, weights, workers)
        out = operation.forward([arrays[source] for source in planned.sources], keep=False)
        arrays[index] = activate(node.applied, out.copy(), workers, axis=node.unit_axis, keep=False).out
        found[node.name] = arrays[index]
    return found
