"""What a layout is: how a framework names, orients and joins the parameters of a model.

A layout is one module of this package with a ``LAYOUT``, and a line in its table. The values are the same
in every layout; the layout decides on names, the order of axes, and what is stored together.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.catalog.layers.flow import Refusal
from winitgen.planning.plan import Parameter, Plan

if TYPE_CHECKING:
    from winitgen.layouts.tiles import Tile
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

Arrange = Callable[..., Any]
"""Turns the whole arrays of the parameters, each in its canonical shape, into the array of the tensor."""


class Tensor:
    """One named array of the file, with the parameters whose values it holds.

    Without ``arrange`` the tensor is its parameters, concatenated in C order, and any range of it can be
    drawn separately, as can one of a large matrix that is turned. Of the others the first request draws the whole tensor, which is
    kept until all of it has been returned.

    ``added`` says that the arrangement adds the parameters elementwise.
    ``keras_path`` is the path of the tensor in Keras's own file, empty if it has none there.
    """

    __slots__ = (
        *("name", "keras_path", "parameters", "shape", "dtype", "size", "added"),
        *("_arrange", "_lock", "_whole", "_given", "_parts"),
    )

    def __init__(
        self,
        name: str,
        parameters: Sequence[Parameter],
        shape: tuple[int, ...] | None = None,
        arrange: Arrange | None = None,
        *,
        added: bool = False,
    ) -> None:
        self.name = name
        self.keras_path = ""
        self.parameters = tuple(parameters)
        self.shape = parameters[0].shape if shape is None else shape
        self.dtype = parameters[0].dtype
        self.size = math.prod(self.shape)
        self.added = added
        self._arrange = arrange
        self._lock = None if arrange is None else threading.Lock()  # a model may have 100,000 tensors
        self._whole: Array | None = None
        self._given = 0
        self._parts: Sequence[Tile] | None = ()  # until it is asked for

    @property
    def as_drawn(self) -> bool:
        """Whether the tensor is its parameters, concatenated in C order."""
        return self._arrange is None

    @property
    def arrangement(self) -> Arrange | None:
        """What turns the arrays of the parameters into that of the tensor, which may have another shape; None if nothing does."""
        return self._arrange

    @property
    def holds(self) -> bool:
        """Whether drawn values are kept, of which not all have been returned."""
        return self._whole is not None

    def undrawn(self) -> Tensor:
        """Return the tensor without drawn values: itself, unless it keeps what it draws."""
        if self._arrange is None:
            return self
        tensor = Tensor(self.name, self.parameters, self.shape, self._arrange, added=self.added)
        tensor.keras_path = self.keras_path
        return tensor

    def axes(self) -> tuple[int, ...] | None:
        """Return for each axis which axis of the only parameter it is; None if the tensor is not a parameter turned.

        Axes of one element may stand anywhere, and count as the parameter's.
        """
        import numpy as np

        if len(self.parameters) != 1 or len(self.shape) != len(self.parameters[0].shape):
            return None
        shape = self.parameters[0].shape
        if self._arrange is None:
            return tuple(range(len(shape))) if self.shape == shape else None
        found = dict.fromkeys(range(len(shape)), -1)
        for axis, size in enumerate(shape):
            if size > 1:  # only the strides of these views are looked at: they have no memory of their own
                line = np.zeros(size, np.int8).reshape(
                    [size if own == axis else 1 for own in range(len(shape))]
                )
                view = self._arrange(np.broadcast_to(line, shape))
                along = [own for own, stride in enumerate(view.strides) if stride and view.shape[own] > 1]
                if len(along) != 1 or view.strides[along[0]] != 1 or view.shape != self.shape:
                    return None
                found[along[0]] = axis
        left = iter(sorted(set(range(len(shape))) - set(found.values())))
        return tuple(next(left) if axis < 0 else axis for axis in found.values())

    def arranged(self, *arrays: Array) -> Array:
        """Return the flat array of the tensor, from arrays with the shapes of the parameters and any contents."""
        import numpy as np

        if self._arrange is None:
            return np.concatenate([array.reshape(-1) for array in arrays])
        # With a reversed axis and all others of size 1, reshape returns a view with a negative stride; copy it.
        flat: Array = np.ascontiguousarray(self._arrange(*arrays).reshape(-1))
        return flat

    def draw(self, start: int, count: int, workspace: Workspace) -> Array:
        """Return elements ``start`` to ``start + count`` in C order, valid until the next call."""
        from winitgen.drawing import draw

        if self._lock is not None:
            return self._arranged(self._lock, start, count, workspace)
        if len(self.parameters) == 1:
            return draw.draw(self.parameters[0], start, count, workspace)
        return draw.joined(self.parameters, start, count, workspace)

    def _arranged(self, lock: threading.Lock, start: int, count: int, workspace: Workspace) -> Array:
        """Return a range that is drawn alone, or one of the whole array, which is freed once all of it has been returned."""
        from winitgen.drawing import draw
        from winitgen.layouts.in_parts import draw_parts, parts_of

        with lock:
            if self._parts is not None and not self._parts:
                self._parts = parts_of(self)
        if self._parts:
            return draw_parts(self, self._parts, start, count, workspace)
        with lock:
            if self._whole is None:
                self._whole = self.arranged(*(draw.whole(parameter) for parameter in self.parameters))
                self._given = 0
            values = self._whole[start : start + count]
            self._given += count
            if self._given >= self.size:
                self._whole = None
            return values


def nothing_refused(plan: Plan) -> list[tuple[int, Refusal]]:
    """Return no refusal: the layout can hold any plan."""
    return []


class Layout(NamedTuple):
    """One layout; ``framework`` is its name in the safetensors metadata key ``format``.

    ``refused`` returns the layers that the framework does not support, by their index in ``plan.layers``,
    and the reasons; ``tensors`` is called only for a plan without any.
    """

    name: str
    framework: str
    summary: str
    tensors: Callable[[Plan], list[Tensor]]
    refused: Callable[[Plan], list[tuple[int, Refusal]]] = nothing_refused
