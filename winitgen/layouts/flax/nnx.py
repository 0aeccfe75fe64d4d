"""Flax's nnx: the paths of its state joined by dots, kernels (..., in, out), channels last.

``conv.kernel`` is the path ``("conv", "kernel")`` of ``nnx.to_flat_state(nnx.state(model, ...))``, and
``layers.0.kernel`` that of ``("layers", 0, "kernel")``. The arrays are those of linen, except that
``OptimizedLSTMCell``, ``GRUCell`` and ``SimpleCell`` have ``dense_i`` and ``dense_h`` with all gates.
"""

from __future__ import annotations

from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.layouts.flax.cells import CELLS, biases_of, joined_gates, path_of_cell
from winitgen.layouts.flax.common import NAMES, refused_by, tensors_by
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.planning.plan import Plan, PlannedLayer


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec."""
    return tensors_by(plan, name_of, recurrent)


def name_of(path: str, role: str) -> str:
    """Return the path of a variable."""
    return f"{path}.{NAMES[role]}" if role else path


def recurrent(layer: PlannedLayer, kind: Recurrent) -> list[Tensor]:
    """Return the tensors of the cells: two dense modules each, their gates side by side.

    The one bias belongs to ``dense_h`` in an LSTM, to ``dense_i`` in the others; it is zero if the spec has
    none.
    """
    found = []
    for part in dict.fromkeys(parameter.part for parameter in layer.parameters):
        path = path_of_cell(layer, part)
        roles = {parameter.role: parameter for parameter in layer.parameters if parameter.part == part}
        for source, role in (("i", "kernel"), ("h", "recurrent_kernel")):
            found.append(joined_gates(name_of(f"{path}.dense_{source}", "kernel"), roles[role]))
            if source == CELLS[kind.type].biased:
                biases = biases_of(roles, kind)
                found.append(joined_gates(name_of(f"{path}.dense_{source}", "bias"), *biases))
    return found


LAYOUT = Layout(
    "nnx",
    "flax",
    "Flax nnx state: fc1.kernel (in, out), conv.kernel (*k, in/groups, out), bn.mean",
    tensors,
    refused_by,
)
