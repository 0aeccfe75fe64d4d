"""One layer of a spec as an operation, for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from winitgen import load
from winitgen.numeric.workers import Workers
from winitgen.probing.operations import OPERATIONS
from winitgen.probing.operations.operation import Moments, Operation, moments
from winitgen.probing.weights import DrawnWeights

BIASES = {"bias_init": {"scheme": "normal", "mean": 0.1, "std": 0.5}}
"""Random biases, so that leaving one out is noticed."""

UNUSED = {"name": "unused", "type": "param", "shape": [1], "init": "ones"}


def independent(mean: Any, square: Any) -> Moments:
    """Return the moments of a signal whose samples share only the mean."""
    return moments(mean, square, np.mean(mean) ** 2)


def operation(
    size: Any, *layers: dict[str, Any], dtype: str = "float64", threads: int = 1, at: int = -2, **options: Any
) -> Operation:
    """Return the last of some layers, or the one ``at`` an index, as an operation.

    ``size`` is the input of the first. A parameter outside all layers follows them, because a model without
    parameters is refused.
    """
    spec = {"input": size, "layers": [*layers, UNUSED], **options}
    planned = load.plan(spec).layers[at]
    workers = Workers(threads)
    weights = DrawnWeights((*planned.parameters, *planned.omitted), dtype, workers)
    return OPERATIONS[planned.layer.type](planned.layer, weights, workers)
