"""Flax's linen: collections and modules joined by dots, kernels (..., in, out), channels last.

``params.fc1.kernel`` is the kernel of the module ``fc1`` in the collection ``params``; a layer whose
name has dots is in as many modules. ``flax.traverse_util.unflatten_dict(load_file(path), sep=".")``
gives the variables of a model.

The classes are linen's own: ``Dense``, ``Conv``, ``ConvTranspose`` (without ``transpose_kernel``: its
kernel is flipped in space, compared with the spec's), ``Embed``, the norms, ``PReLU``,
``MultiHeadDotProductAttention``, and ``RNN`` with ``OptimizedLSTMCell``, ``GRUCell`` or ``SimpleCell``.
"""

from __future__ import annotations

from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.layouts.flax.cells import CELLS, biases_of, gate, path_of_cell
from winitgen.layouts.flax.common import NAMES, STATISTICS, refused_by, tensors_by
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.planning.plan import Plan, PlannedLayer


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec."""
    return tensors_by(plan, name_of, recurrent)


def name_of(path: str, role: str) -> str:
    """Return the name of a variable: its collection, its modules, and its name in the module."""
    collection = "batch_stats" if role in STATISTICS else "params"
    return f"{collection}.{path}.{NAMES[role]}" if role else f"{collection}.{path}"


def recurrent(layer: PlannedLayer, kind: Recurrent) -> list[Tensor]:
    """Return the tensors of the cells: a dense module for each gate, on the input and on the state.

    Their names are ``ii``, ``if``, ``ig``, ``io`` and ``hi`` ... of an LSTM, ``ir``, ``iz``, ``in`` and
    ``hr`` ... of a GRU, ``i`` and ``h`` of a plain cell. The only bias of a cell belongs to the modules
    on the state in an LSTM, to those on the input in the others; a bias that the spec does not have is zero.
    """
    parts = dict.fromkeys(parameter.part for parameter in layer.parameters)
    return [tensor for part in parts for tensor in _cell(layer, kind, part)]


def _cell(layer: PlannedLayer, kind: Recurrent, part: str) -> list[Tensor]:
    """Return the tensors of one cell."""
    path, cell = path_of_cell(layer, part), CELLS[kind.type]
    roles = {parameter.role: parameter for parameter in layer.parameters if parameter.part == part}
    found = []
    for source, role in (("i", "kernel"), ("h", "recurrent_kernel")):
        for index, letter in enumerate(cell.letters):
            module = source + letter
            found.append(gate(name_of(f"{path}.{module}", "kernel"), roles[role], index))
            if source == cell.biased or module == cell.second:
                biases = biases_of(roles, kind, second=module == cell.second)
                found.append(gate(name_of(f"{path}.{module}", "bias"), biases[0], index, *biases[1:]))
    return found


LAYOUT = Layout(
    "flax",
    "flax",
    "Flax linen variables: params.fc1.kernel (in, out), params.conv.kernel (*k, in/groups, out)",
    tensors,
    refused_by,
)
