"""The tensors of a small model as they are drawn without NumPy, whose import takes longer than drawing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from winitgen.drawing import plain_draw
from winitgen.files.formats.format import Drawable

if TYPE_CHECKING:
    from winitgen.layouts.tensor import Tensor
    from winitgen.numeric.plain_values import PlainValues
    from winitgen.numeric.scratch import Workspace

MOST = 1 << 24
"""Values up to which a model is small. Beyond, the tables that NumPy makes for each large parameter save more time."""


class PlainTensor:
    """A tensor of one parameter, drawn without NumPy."""

    __slots__ = ("_tensor", "dtype", "keras_path", "name", "shape")

    def __init__(self, tensor: Tensor) -> None:
        self.name, self.keras_path = tensor.name, tensor.keras_path
        self.shape, self.dtype = tensor.shape, tensor.dtype
        self._tensor = tensor

    def draw(self, start: int, count: int, workspace: Workspace) -> PlainValues:
        """Return elements ``start`` to ``start + count``, the bits that the tensor itself draws."""
        return plain_draw.draw(self._tensor.parameters[0], start, count, workspace.plain)


def plain_where_possible(tensors: Sequence[Tensor]) -> Sequence[Drawable]:
    """Return the tensors as drawn without NumPy, if they are few values and all can be; else the tensors themselves."""
    if sum(tensor.size for tensor in tensors) > MOST or not all(map(_is_plain, tensors)):
        return tensors
    return [PlainTensor(tensor) for tensor in tensors]


def _is_plain(tensor: Tensor) -> bool:
    """Tell whether a tensor is one parameter, stored as it is drawn, and can be drawn without NumPy."""
    return tensor.as_drawn and len(tensor.parameters) == 1 and plain_draw.is_plain(tensor.parameters[0])
