"""Flax's linen: collections and modules joined by dots, kernels (..., in, out), channels last.

``params.fc1.kernel`` is the kernel of the module ``fc1`` in the collection ``params``; a layer whose
name has dots is in as many modules. ``flax.traverse_util.unflatten_dict(load_file(path), sep=".")``
gives the variables of a model.

The classes are linen's own: ``Dense``, ``Conv``, ``ConvTranspose`` (without ``transpose_kernel``: its
kernel is not turned round in space, unlike that of the spec), ``Embed``, the norms, ``PReLU``,
``MultiHeadDotProductAttention``, and ``RNN`` with ``OptimizedLSTMCell``, ``GRUCell`` or ``SimpleCell``.
"""

from __future__ import annotations

from winitgen.layouts.flax.common import (
    NAMES,
    STATISTICS,
    gate,
    path_of_cell,
    refused_by,
    tensors_by,
    zeros_like,
)
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.planning.plan import Parameter, Plan, PlannedLayer

CELLS = {"lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n"), "rnn": ("",)}
"""The letters of the gates, in the order in which they are stacked: the end of a dense module's name."""

WITH_BIAS = {"lstm": ("hi", "hf", "hg", "ho"), "gru": ("ir", "iz", "in", "hn"), "rnn": ("i",)}
"""The dense modules of a cell that have a bias, whatever the spec says."""


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec."""
    return tensors_by(plan, name_of, recurrent)


def name_of(path: str, role: str) -> str:
    """Return the name of a variable: its collection, its modules, and what its module calls it."""
    collection = "batch_stats" if role in STATISTICS else "params"
    return f"{collection}.{path}.{NAMES[role]}" if role else f"{collection}.{path}"


def recurrent(layer: PlannedLayer) -> list[Tensor]:
    """Return the tensors of the cells: a dense module for each gate, on the input and on the state.

    Their names are ``ii``, ``if``, ``ig``, ``io`` and ``hi`` ... of an LSTM, ``ir``, ``iz``, ``in`` and
    ``hr`` ... of a GRU, ``i`` and ``h`` of a plain cell. What a cell's only bias is added to is the
    state's part in an LSTM, the input's in the others; a bias that the spec does not have is zero.
    """
    return [
        tensor for part in dict.fromkeys(p.part for p in layer.parameters) for tensor in _cell(layer, part)
    ]


def _cell(layer: PlannedLayer, part: str) -> list[Tensor]:
    """Return the tensors of one cell."""
    kind, path = layer.layer.type, path_of_cell(layer, part)
    roles = {parameter.role: parameter for parameter in layer.parameters if parameter.part == part}
    found = []
    for source, role in (("i", "kernel"), ("h", "recurrent_kernel")):
        for index, letter in enumerate(CELLS[kind]):
            module = source + letter
            found.append(gate(name_of(f"{path}.{module}", "kernel"), roles[role], index))
            if module in WITH_BIAS[kind]:
                biases = _biases(roles, kind, second=module == "hn")
                found.append(gate(name_of(f"{path}.{module}", "bias"), biases[0], index, *biases[1:]))
    return found


def _biases(roles: dict[str, Parameter], kind: str, *, second: bool) -> list[Parameter]:
    """Return what a dense module of a cell has as its bias: zeros where the spec has none.

    A GRU's ``second`` is for the state; two biases of another cell are added up.
    """
    if kind == "gru":
        found = [roles.get("recurrent_bias" if second else "bias")]
    else:
        found = [roles.get("bias"), roles.get("recurrent_bias")]
    return [bias for bias in found if bias] or [
        zeros_like(roles["kernel"], "bias", roles["kernel"].shape[:2])
    ]


LAYOUT = Layout(
    "flax",
    "flax",
    "Flax linen variables: params.fc1.kernel (in, out), params.conv.kernel (*k, in/groups, out)",
    tensors,
    refused_by,
)
