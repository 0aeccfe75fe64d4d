"""The cells of Flax's recurrent modules: their paths, and the arrays of their gates."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.drawing.distributions.constant_gates import ConstantGates
from winitgen.layouts.tensor import Tensor
from winitgen.layouts.zeros import zeros_like
from winitgen.planning.plan import Parameter, PlannedLayer


class Cell(NamedTuple):
    """How Flax builds the cell of one layer type from dense modules on the input, i, and on the state, h.

    ``letters`` are those of the gates, in the order in which they are stacked; each ends the name of a dense
    module in linen. ``biased`` is the source whose modules always have a bias, with or without one in the
    spec, and ``second`` is a module of the other source that has one too.
    """

    letters: tuple[str, ...]
    biased: str
    second: str = ""


CELLS = {
    "lstm": Cell(("i", "f", "g", "o"), "h"),
    "gru": Cell(("r", "z", "n"), "i", "hn"),
    "rnn": Cell(("",), "i"),
}
"""The cell of each recurrent layer type."""


def biases_of(roles: dict[str, Parameter], kind: Recurrent, *, second: bool = False) -> list[Parameter]:
    """Return the parameters whose sum is the bias of a cell, or its ``second`` bias: zeros if the spec has none.

    ``roles`` are the parameters of the cell by their role.
    """
    if kind.two_biases:
        found = [roles.get("recurrent_bias" if second else "bias")]
    else:
        found = [roles.get("bias"), roles.get("recurrent_bias")]
    kernel = roles["kernel"]
    return [bias for bias in found if bias] or [zeros_like(kernel, "bias", kernel.shape[:2])]


def path_of_cell(layer: PlannedLayer, part: str) -> str:
    """Return the path of the cell of one level and direction, a part such as ``l0.forward``.

    It is that of Flax's own wrappers: ``cell`` in an ``RNN``, and in a ``Bidirectional``
    ``forward_rnn.cell`` and ``backward_rnn.cell``. Several levels are modules ``l0``, ``l1``, ...
    """
    level, _, direction = part.partition(".")
    parts = {parameter.part for parameter in layer.parameters}
    path = layer.path if {name.partition(".")[0] for name in parts} == {"l0"} else f"{layer.path}.{level}"
    return f"{path}.{direction}_rnn.cell" if "l0.backward" in parts else f"{path}.cell"


def gate(name: str, stacked: Parameter, index: int, *more: Parameter) -> Tensor:
    """Return one of the stacked gates (units, inputs) as (inputs, units); or its bias.

    ``more`` biases are added to the bias.
    """
    if more:
        return Tensor(
            name,
            [stacked, *more],
            stacked.shape[:0:-1],
            lambda *arrays: sum(array[index] for array in arrays),
            added=True,
        )
    if isinstance(stacked.distribution, ConstantGates):  # a constant for each gate: say which
        stacked = stacked._replace(mean=stacked.distribution.values[index], std=0.0)
    return Tensor(name, [stacked], stacked.shape[:0:-1], lambda array: array[index].T)


def joined_gates(name: str, stacked: Parameter, *more: Parameter) -> Tensor:
    """Return all gates (gates, units, inputs) side by side as (inputs, gates * units); or their biases.

    ``more`` biases are added to the biases.
    """
    if more:
        return Tensor(name, [stacked, *more], (stacked.size,), lambda *arrays: sum(arrays), added=True)
    gates, units, *inputs = stacked.shape
    shape = (*inputs, gates * units)
    return Tensor(name, [stacked], shape, (lambda array: array.reshape(shape[::-1]).T) if inputs else None)
