"""Which parameters are trained, which are buffers, and which have the values of another one."""

from __future__ import annotations

from winitgen.numeric.dtypes import DTYPES
from winitgen.planning.plan import Parameter, Plan, PlannedLayer

SINGULAR = ("u", "v")
"""The roles of the vectors of a spectral normalization."""


def is_tied(parameter: Parameter) -> bool:
    """Return whether a parameter has the values of another one."""
    return parameter.why.startswith("tied to ")


def is_buffer(layer: PlannedLayer, parameter: Parameter) -> bool:
    """Return whether a parameter of a layer is a buffer, which no optimizer changes.

    Buffers are also the singular vectors of a spectral normalization, and all whole numbers: they have no gradient.
    """
    return (
        parameter.why == "buffer"
        or bool(getattr(layer.layer, "buffer", False))
        or parameter.role in SINGULAR
        or DTYPES[parameter.dtype].lowest is not None
    )


def trainable(plan: Plan) -> int:
    """Return the number of values that are stored and can be trained: those of all parameters but buffers."""
    return sum(
        parameter.size
        for layer in plan.layers
        for parameter in layer.parameters
        if not is_buffer(layer, parameter)
    )
