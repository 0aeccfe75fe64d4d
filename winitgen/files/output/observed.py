"""A tensor that passes each block to observers as it is drawn, for any purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.formats.format import Drawable

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.plain_values import PlainValues
    from winitgen.numeric.scratch import Workspace

Observer = Callable[[int, Any, "Workspace"], object]
"""Called by the drawing threads with the first element of a block, its values and the thread's workspace.

A block that is drawn twice, for the comparison and for the writing, is passed twice, with the same values.
"""


class Observed:
    """A tensor with its observers."""

    __slots__ = ("_observers", "_tensor", "dtype", "keras_path", "name", "shape")

    def __init__(self, tensor: Drawable, observers: Sequence[Observer]) -> None:
        self.name = tensor.name
        self.keras_path = tensor.keras_path
        self.shape = tensor.shape
        self.dtype = tensor.dtype
        self._tensor = tensor
        self._observers = observers

    def draw(self, start: int, count: int, workspace: Workspace) -> Array | PlainValues:
        """Return elements ``start`` to ``start + count``, after every observer has seen them."""
        values = self._tensor.draw(start, count, workspace)
        for observer in self._observers:
            observer(start, values, workspace)
        return values
