"""Learned values that multiply the flow, or are added to it: layer scale, a shift, a table of positions."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.init import ONES, ZEROS, Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.axes import AxesOrNone, counted
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Size, Switch
from winitgen.catalog.layers.layer import refuse_tokens, size_of
from winitgen.catalog.layers.learned import Learned, check_shape
from winitgen.catalog.layers.weight import Weight


class Broadcast(Learned, frozen=True, kw_only=True):
    """A value for each index of some axes of the flow, the same along the others."""

    axis: Annotated[
        AxesOrNone | None, "Axes along which the values differ; if absent, the last, but an image needs it"
    ] = None
    inputs: Annotated[Size | None, meanings.INPUTS] = None

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes along which the values differ, as the spec counts them."""
        axis = -1 if self.axis is None else self.axis
        return (axis,) if isinstance(axis, int) else axis

    def along(self, rank: int) -> tuple[int, ...]:
        """Return the axes of a sample of ``rank`` axes along which the values differ, counted from 0, in order."""
        return tuple(sorted(axis % rank for axis in self.axes))

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is; each axis must be there, once, and have a known size."""
        refuse_tokens(self, incoming)
        if incoming is not None and incoming.shape is None:
            return incoming
        self._check_axes(incoming)
        sizes = self.sizes(incoming)
        check_shape(self.shape, sizes)
        return Flow(sizes) if incoming is None and sizes else incoming

    def _check_axes(self, incoming: Flow | None) -> None:
        """Raise `Refusal` for an axis that does not fit what flows in."""
        if len(self.axes) != 1 and self.inputs is not None:
            raise Refusal("inputs", "inputs is the size of a single axis; leave it out")
        if incoming is None:
            return
        rank = len(incoming.shape or ())
        if self.axis is None and incoming.image and rank > 1:
            raise Refusal("", f"{incoming} is an image, whose channels are axis 0; write 'axis: 0'")
        for axis in self.axes:
            counted(axis, incoming)
        if len(set(self.along(rank))) < len(self.axes):
            raise Refusal("axis", f"{list(self.axes)} names an axis of {incoming} twice; name each once")

    def sizes(self, incoming: Flow | None) -> tuple[int, ...]:
        """Return the sizes of the axes along which the values differ; raise `Refusal` if one is not known."""
        sizes: tuple[int | None, ...]
        if len(self.axes) == 1:
            sizes = (size_of(self, incoming, self.axes[0]),)
        else:
            shape = (None,) * len(self.axes) if incoming is None else incoming.shape or ()
            sizes = tuple(shape[axis] for axis in self.along(len(shape))) if incoming else shape
        if None in sizes:
            raise Refusal(
                "axis", f"the sizes that flow into this {self.type} are unknown; state the model's 'input'"
            )
        return tuple(size for size in sizes if size is not None)

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """One tensor, with the sizes of its axes in their order."""
        if incoming is not None and incoming.shape is None:
            return []  # after a mistake
        return self.tensor(self.sizes(incoming))


class Scale(Broadcast, frozen=True, kw_only=True):
    """Multiplies by learned values: one for each feature, or along other axes, or one for all."""

    type: ClassVar[str] = "scale"
    family: ClassVar[str] = "scale"
    start: ClassVar[Init] = ONES

    init: Annotated[Init | None, "Scheme of the values; if absent, ones"] = None


class Shift(Broadcast, frozen=True, kw_only=True):
    """Adds learned values: one for each feature, or along other axes, or one for all."""

    type: ClassVar[str] = "shift"
    family: ClassVar[str] = "shift"
    later: ClassVar[tuple[str, ...]] = ("buffer",)
    start: ClassVar[Init] = ZEROS

    init: Annotated[Init | None, "Scheme of the values; if absent, zeros"] = None
    buffer: Annotated[Switch, meanings.BUFFER] = False
