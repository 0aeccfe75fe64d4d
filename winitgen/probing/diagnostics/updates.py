"""The first plain step of gradient descent: how large the change of each parameter is beside its values."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import Parameter
from winitgen.probing.diagnostics.loss import LossChoice, at_output
from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerPass, ratio
from winitgen.probing.rows import short
from winitgen.probing.weights import DrawnWeights


class Updates:
    """The gradients of a loss with respect to the parameters of a model, layer by layer as they are found.

    A parameter and its copies are one: their gradients are summed. They are told by their key, which a copy has from its target.
    A gradient is kept as its norm, unless other copies are waited for.
    """

    def __init__(self, nodes: Sequence[GraphNode], loss: LossChoice, seed: int, workers: Workers) -> None:
        self.loss = loss
        self.value = 0.0
        self._seed, self._workers, self._outputs = seed, workers, 0
        self._waiting = Counter(one.key for node in nodes for one in _drawn(node))
        self._sums: dict[bytes, Array] = {}
        self._rows: dict[bytes, dict[str, Any]] = {}
        self._order: list[Parameter] = [one for node in nodes for one in _drawn(node)]
        self._layers = {one.key: node.name for node in reversed(nodes) for one in _drawn(node)}

    def sent(self, node: GraphNode, done: LayerPass) -> Array:
        """Return the gradient of the loss at an output of the model, and add its value."""
        assert done.out is not None
        found = at_output(self.loss.name, node, done.out, self._seed, self._outputs, self._workers)
        self._outputs += 1
        self.value += found.value
        return found.gradient

    def take(self, weights: DrawnWeights, exponent: int) -> None:
        """Take the gradients of one layer's parameters, which are 2^exponent times those found."""
        for parameter, values, gradient in weights.gradients():
            key = parameter.key
            self._waiting[key] -= 1
            total = (
                np.ldexp(gradient.astype(np.float64), exponent)
                if key in self._sums or self._waiting[key]
                else None
            )
            if total is None:
                self._rows[key] = _row(values, _norm(gradient), exponent)
                continue
            total = self._sums.pop(key) + total if key in self._sums else total
            self._sums[key] = total
            self._rows[key] = _row(values, _norm(total), 0)

    def row(self) -> dict[str, Any]:
        """Return the step as plain values: the loss, and the norms of each parameter whose gradient was found."""
        rate, shown = self.loss.rate, dict.fromkeys(one.key for one in self._order)
        first = {one.key: one for one in reversed(self._order)}
        rows = ((first[key], self._rows[key]) for key in shown if key in self._rows)
        return {
            "loss": self.loss.name,
            "value": short(self.value),
            "learning_rate": rate,
            "left_out": self.missing(),
            "parameters": [
                {
                    "id": one.id,
                    "layer": self._layers[one.key],
                    "weight_norm": short(norms["weight"]),
                    "gradient_norm": short(norms["gradient"]),
                    "ratio": short(ratio(rate * norms["gradient"], norms["weight"])),
                }
                for one, norms in rows
            ],
        }

    def missing(self) -> list[str]:
        """Return the layers with random parameters whose gradients were not found."""
        lost = (self._layers[one.key] for one in self._order if one.std and one.key not in self._rows)
        return list(dict.fromkeys(lost))


def _drawn(node: GraphNode) -> tuple[Parameter, ...]:
    return (*node.planned.parameters, *node.planned.omitted)


def _row(values: Array, gradient: float, exponent: int) -> dict[str, float]:
    try:
        size = math.ldexp(gradient, exponent)
    except OverflowError:
        size = math.inf
    return {"weight": _norm(values), "gradient": size}


def _norm(values: Array) -> float:
    """Return the Euclidean norm, in float64 and without overflow."""
    largest = float(np.abs(values).max()) if values.size else 0.0
    if not 0 < largest < math.inf:
        return largest
    total = 0.0
    flat = values.reshape(-1)
    for start in range(0, flat.size, 1 << 20):
        total += float(np.square(flat[start : start + (1 << 20)].astype(np.float64) / largest).sum())
    return largest * math.sqrt(total)
