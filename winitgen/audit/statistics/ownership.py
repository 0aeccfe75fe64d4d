"""Which parameter owns each element of a tensor, in any layout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from winitgen.audit.statistics.laws import law_of
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import Parameter

PADDING = -1
"""The owner of elements that are always zero."""


class OwnedElements(NamedTuple):
    """The elements of a block that the parameter with index ``owner`` in the tensor, or `PADDING`, owns.

    ``chosen`` are their indices in the block. ``elements`` are their indices in the parameter, in C order, or None
    if the order does not matter.
    """

    owner: int
    chosen: slice | Array
    elements: slice | Array | None = None


class Ownership:
    """Maps the elements of a tensor to those of its parameters.

    A tensor of one parameter with independent values needs only its size, and a tensor of parameters in
    order only their sizes; any other tensor needs arrays of its own size.
    """

    def __init__(self, tensor: Tensor) -> None:
        self._runs: list[tuple[int, int, int, int]] = []
        self._owners: Array | None = None
        self._elements: Array | None = None
        if tensor.as_drawn:
            self._runs = list(_runs(tensor.parameters))
        elif _any_order(tensor.parameters):
            self._runs = [(0, tensor.size, 0, 0)]
        else:
            self._owners = tensor.arranged(*(_labels(i, p) for i, p in enumerate(tensor.parameters)))
            if any(law_of(parameter.distribution) is None for parameter in tensor.parameters):
                own = [np.arange(p.size).reshape(p.shape) for p in tensor.parameters]
                self._elements = tensor.arranged(*own)

    def owned(self, start: int, count: int) -> Iterator[OwnedElements]:
        """Yield the owners of elements ``start`` to ``start + count`` of the tensor."""
        for first, last, index, before in self._runs:
            low, high = max(first, start), min(last, start + count)
            if low < high:
                elements = slice(low - first + before, high - first + before)
                yield OwnedElements(index, slice(low - start, high - start), elements)
        if self._owners is not None:
            owners = self._owners[start : start + count]
            for index in np.unique(owners).tolist():
                chosen = np.flatnonzero(owners == index)
                own = None if self._elements is None else self._elements[start : start + count][chosen]
                yield OwnedElements(index, chosen, own)


def _runs(parameters: tuple[Parameter, ...]) -> Iterator[tuple[int, int, int, int]]:
    """Yield each run as its first element, the element after its last, its owner, and its first element in the owner."""
    before = 0
    for index, parameter in enumerate(parameters):
        first, last = parameter.zeroed or (0, 0)
        for begin, end, owner in ((0, first, index), (first, last, PADDING), (last, parameter.size, index)):
            if begin < end:
                yield before + begin, before + end, owner, begin
        before += parameter.size


def _any_order(parameters: tuple[Parameter, ...]) -> bool:
    """Tell whether the order of the elements is irrelevant."""
    return (
        len(parameters) == 1
        and parameters[0].zeroed is None
        and law_of(parameters[0].distribution) is not None
    )


def _labels(index: int, parameter: Parameter) -> Array:
    """Return an array of a parameter's shape filled with its index, and `PADDING` where it is always zero."""
    labels = np.full(parameter.size, index, np.int16)
    if parameter.zeroed is not None:
        labels[slice(*parameter.zeroed)] = PADDING
    return labels.reshape(parameter.shape)
