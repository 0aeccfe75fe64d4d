"""A tensor whose blocks are shown to observers as they are drawn, whatever they are drawn for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from winitgen.files.formats.format import Drawable

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

Observer = Callable[[int, "Array", "Workspace"], object]
"""Called from the drawing threads with a block's first element, its values and the thread's scratch.

A block that is drawn twice, to be compared and then to be written, is shown twice, with the same values.
"""


class Observed:
    """A tensor with those that observe it."""

    def __init__(self, tensor: Drawable, observers: Sequence[Observer]) -> None:
        self.name = tensor.name
        self.keras_path = tensor.keras_path
        self.shape = tensor.shape
        self.dtype = tensor.dtype
        self._tensor = tensor
        self._observers = observers

    def draw(self, start: int, count: int, workspace: Workspace) -> Array:
        """Return elements ``start`` to ``start + count``, once every observer has seen them."""
        values = self._tensor.draw(start, count, workspace)
        for observer in self._observers:
            observer(start, values, workspace)
        return values
