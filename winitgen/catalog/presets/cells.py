"""Recurrent layers as the frameworks' own cells: their biases, and the array in which gates are drawn."""

from __future__ import annotations

from winitgen.catalog.init import ZEROS
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.weight import Weight


def two_biases(layer: Recurrent, weights: list[Weight]) -> list[Weight]:
    """Return the weights with a second bias, drawn like the first and added to it, as in PyTorch's cells."""
    if layer.two_biases:
        return weights
    complete = []
    for weight in weights:
        complete.append(weight)
        if weight.role == "bias":
            complete.append(weight._replace(role="recurrent_bias", fan_in=layer.features, auto=ZEROS))
    return complete


def bias_of_the_last_gate(layer: Recurrent, weights: list[Weight]) -> list[Weight]:
    """Return the weights with a second bias that only the last gate has: the others have one, not two."""
    others = (len(layer.gates) - 1) * layer.units
    return [
        weight._replace(zeroed=(0, others)) if weight.role == "recurrent_bias" else weight
        for weight in weights
    ]


def as_one_matrix(weights: list[Weight]) -> list[Weight]:
    """Return the weights with a recurrent kernel of several gates as one matrix, (gates * H, H)."""
    return [_joined(weight) if weight.role == "recurrent_kernel" else weight for weight in weights]


def _joined(weight: Weight) -> Weight:
    gates, units, inputs = weight.shape
    return weight._replace(shape=(gates * units, inputs), gates=1)


def by_state(layer: Recurrent, weights: list[Weight]) -> list[Weight]:
    """Return the weights with the units as their fan_in, those of the inputs too."""
    return [weight._replace(fan_in=layer.units) for weight in weights]
