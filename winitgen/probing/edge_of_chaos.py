"""The edge of chaos of a network's hidden layers: the gain at which a gradient neither shrinks nor grows."""

from __future__ import annotations

import math
from typing import Any

from winitgen.catalog.activations import LINEAR, Applied
from winitgen.planning.plan import Parameter
from winitgen.probing import theory
from winitgen.probing.graph import GraphNode
from winitgen.probing.prepare import Prepared
from winitgen.probing.rows import short


def of(network: Prepared) -> dict[str, Any] | None:
    """Return the critical gain of kernels with the standard deviation gain / sqrt(fan_in).

    It is the root of the weight variance for which chi = sigma_w^2 E f'(z)^2 is 1 at the fixed point of the
    signal's variance (Poole et al. 2016, Schoenholz et al. 2017). None if the hidden layers have different
    activations, if norms set the variance, or if there is no such point.
    """
    if any(node.planned.layer.norm for node in network.nodes):
        return None
    kernels = [node for node in network.nodes if node.planned.layer.kernel]
    hidden = kernels[:-1] or kernels
    activations = {node.activation or LINEAR for node in hidden}
    if len(activations) != 1 or not hidden:
        return None
    (activation,) = activations
    return _critical(activation, hidden[0])


def _critical(activation: Applied, node: GraphNode) -> dict[str, Any] | None:
    if activation.name == "softmax":
        return None
    biases = [parameter for parameter in node.planned.parameters if parameter.role == "bias"]
    found = theory.edge_of_chaos(activation, _square(biases[0]) if biases else 0.0)
    if found is None:
        return None
    return {
        "gain": short(math.sqrt(found.weight_variance)),
        "variance": short(found.variance),
        "activation": str(activation),
    }


def _square(bias: Parameter) -> float:
    """Return the second moment of a bias: a constant bias shifts units as much as a drawn one."""
    return bias.mean * bias.mean + bias.std * bias.std  # infinity if it overflows
