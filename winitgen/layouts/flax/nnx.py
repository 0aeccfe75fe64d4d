"""Flax's nnx: the paths of its state joined by dots, kernels (..., in, out), channels last.

``conv.kernel`` is the path ``("conv", "kernel")`` of ``nnx.to_flat_state(nnx.state(model, ...))``, and
``layers.0.kernel`` that of ``("layers", 0, "kernel")``. The arrays are those of linen, except that
``OptimizedLSTMCell``, ``GRUCell`` and ``SimpleCell`` have ``dense_i`` and ``dense_h`` with all gates.
"""

from __future__ import annotations

from winitgen.layouts.flax.common import NAMES, joined_gates, path_of_cell, refused_by, tensors_by, zeros_like
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.planning.plan import Plan, PlannedLayer

BIAS_OF = {"lstm": "h", "gru": "i", "rnn": "i"}
"""Which of a cell's two dense modules has the bias: that on the input, or that on the state."""


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec."""
    return tensors_by(plan, name_of, recurrent)


def name_of(path: str, role: str) -> str:
    """Return the path of a variable."""
    return f"{path}.{NAMES[role]}" if role else path


_BIASES = {"gru": ("bias",), "lstm": ("bias", "recurrent_bias"), "rnn": ("bias", "recurrent_bias")}
"""The biases of a cell that are added up in its one; a GRU's second one stands apart."""


def recurrent(layer: PlannedLayer) -> list[Tensor]:
    """Return the tensors of the cells: two dense modules each, their gates side by side.

    The one bias belongs to ``dense_h`` in an LSTM, to ``dense_i`` in the others; where the spec has
    none it is zero.
    """
    found = []
    for part in dict.fromkeys(parameter.part for parameter in layer.parameters):
        path = path_of_cell(layer, part)
        roles = {parameter.role: parameter for parameter in layer.parameters if parameter.part == part}
        kernel = roles["kernel"]
        biases = [roles[role] for role in _BIASES[layer.layer.type] if role in roles]
        biases = biases or [zeros_like(kernel, "bias", kernel.shape[:2])]
        for source, role in (("i", "kernel"), ("h", "recurrent_kernel")):
            found.append(joined_gates(name_of(f"{path}.dense_{source}", "kernel"), roles[role]))
            if BIAS_OF[layer.layer.type] == source:
                found.append(joined_gates(name_of(f"{path}.dense_{source}", "bias"), *biases))
    return found


LAYOUT = Layout(
    "nnx",
    "flax",
    "Flax nnx state: fc1.kernel (in, out), conv.kernel (*k, in/groups, out), bn.mean",
    tensors,
    refused_by,
)
