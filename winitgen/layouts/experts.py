"""The tensors of a mixture of experts: one for each expert, or the kernels of all experts stacked.

A layout gives the names and says whether kernels are (units, inputs) or (inputs, units). A stacked kernel
has the experts as its first axis; a fused one has gate and up side by side along the units, one after the
other or, interleaved, in turns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from winitgen.catalog.layers.experts import ROUTER, SELECTION_BIAS, Experts
from winitgen.layouts.channels import Order, channels_last
from winitgen.layouts.stack import StackedTensor
from winitgen.layouts.tensor import Arrange, Tensor
from winitgen.planning.plan import Parameter, PlannedLayer

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


class Stored(NamedTuple):
    """One tensor to be: its path, its role, its parameters, and how they are joined.

    ``router`` says that it is the router's. ``parts`` is the number of parts of an expert in it. ``stacked``
    says that all experts are in it. ``reading`` says that its inputs are the layer's.
    """

    path: str
    role: str
    parameters: tuple[Parameter, ...]
    router: bool = False
    parts: int = 1
    stacked: bool = False
    reading: bool = True


NameOf = Callable[[Stored], str]
"""Returns the name of a tensor in a layout."""


def experts(
    layer: PlannedLayer, kind: Experts, name_of: NameOf, *, in_out: bool, order: Order | None = None
) -> list[Tensor]:
    """Return the tensors of a mixture of experts: the router, then the experts.

    ``in_out`` says that the layout has kernels (inputs, units), as experts also are that are ``stored`` so;
    ``order`` is that of the features that flow in.
    """
    return [
        _tensor(
            name_of(stored),
            stored,
            in_out=in_out or (kind.stored == "in_out" and not stored.router),
            interleaved=kind.interleaved,
            order=order,
        )
        for stored in _stored(layer, kind)
    ]


def path_and_role(stored: Stored) -> str:
    """Return the name of a tensor where the segments of names are joined by slashes."""
    path = stored.path.replace(".", "/")
    return f"{path}/{stored.role}" if stored.role else path


def _stored(layer: PlannedLayer, kind: Experts) -> list[Stored]:
    """Return the parameters of each tensor."""
    found = []
    for parameter in layer.parameters:
        if parameter.part == ROUTER:
            part, role = ROUTER, parameter.role
            if role == SELECTION_BIAS:
                part, role = SELECTION_BIAS, ""
            found.append(Stored(f"{layer.path}.{kind.named(part)}", role, (parameter,), router=True))
    known = {(parameter.part, parameter.role): parameter for parameter in layer.parameters}
    numbers = [tuple(range(kind.count))] if kind.stacked else [(e,) for e in range(kind.count)]
    for several in numbers:
        for part, inner in kind.stored_parts.items():
            path = f"{layer.path}.{kind.named(part).replace(kind.number, str(several[0]))}"
            for role in ("kernel", "bias"):
                own = tuple(known.get((f"experts.{e}.{one}", role)) for e in several for one in inner)
                parameters = tuple(parameter for parameter in own if parameter is not None)
                if parameters:
                    reading = part != "down"
                    found.append(Stored(path, role, parameters, False, len(inner), kind.stacked, reading))
    return found


def _tensor(name: str, stored: Stored, *, in_out: bool, interleaved: bool, order: Order | None) -> Tensor:
    """Return a tensor: (experts if stacked, units of all parts, inputs), or with ``in_out`` (..., inputs, units).

    If arrays are rearranged, it is made of a tensor for each expert, so that one at a time is in memory.
    """
    first = stored.parameters[0]
    units, inputs = first.shape[0] * stored.parts, first.shape[1:]
    kernel = bool(inputs)
    alternate = interleaved and stored.parts > 1
    order = order if kernel and stored.reading else None
    turned = kernel and in_out
    inner = (*inputs, units) if turned else (units, *inputs)
    shape = (len(stored.parameters) // stored.parts, *inner) if stored.stacked else inner
    if not (turned or alternate or order is not None):
        return Tensor(name, stored.parameters, shape)
    arrange = _arranged(inner, alternate=alternate, turned=turned, order=order)
    pieces = [
        Tensor(name, stored.parameters[begin : begin + stored.parts], inner, arrange)
        for begin in range(0, len(stored.parameters), stored.parts)
    ]
    return StackedTensor(name, pieces, shape) if stored.stacked else pieces[0]


def _arranged(shape: tuple[int, ...], *, alternate: bool, turned: bool, order: Order | None) -> Arrange:
    """Return what turns the parts of one expert, which are stored together, into an array of ``shape``."""

    def arrange(*arrays: Array) -> Array:
        import numpy as np

        parts = np.stack([channels_last(array, order) for array in arrays], axis=1 if alternate else 0)
        joined = parts.reshape(-1, *parts.shape[2:])
        return (joined.T if turned else joined).reshape(shape)

    return arrange
