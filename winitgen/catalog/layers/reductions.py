"""Layers that reduce one or more axes to a single value: the mean, the sum, and the largest."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.layers.axes import Axes, counted, without
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Switch
from winitgen.catalog.layers.layer import Layer, refuse_tokens


class Reduction(Layer, frozen=True, kw_only=True):
    """One value for all positions along some axes."""

    transparent: ClassVar[bool] = True

    axis: Annotated[Axes, "Axis or axes that are reduced"]
    keep: Annotated[Switch, "Whether a reduced axis stays, with size 1"] = False

    def reduced(self, incoming: Flow) -> tuple[int, ...]:
        """Return the axes that are reduced, counted from 0; raise `Refusal` if one is not there."""
        axes = (self.axis,) if isinstance(self.axis, int) else self.axis
        found = [counted(axis, incoming) for axis in axes]
        twice = next((axis for axis in found if found.count(axis) > 1), None)
        if twice is not None:
            raise Refusal("axis", f"axis {twice} is named twice; name each once")
        return tuple(sorted(found))

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the axes out, or keep them with size 1; without ``keep``, another axis must be left."""
        refuse_tokens(self, incoming)
        if incoming is None or incoming.shape is None:
            return incoming
        axes = self.reduced(incoming)
        if self.keep:
            shape = tuple(1 if axis in axes else size for axis, size in enumerate(incoming.shape))
            return incoming._replace(shape=shape)
        if len(axes) == len(incoming.shape):
            raise Refusal("axis", f"this {self.type} leaves no axis of {incoming}; add 'keep: true'")
        return without(incoming, axes)


class Mean(Reduction, frozen=True, kw_only=True):
    """The mean over one or more axes."""

    type: ClassVar[str] = "mean"


class Sum(Reduction, frozen=True, kw_only=True):
    """The sum over one or more axes."""

    type: ClassVar[str] = "sum"


class Maximum(Reduction, frozen=True, kw_only=True):
    """The largest value over one or more axes."""

    type: ClassVar[str] = "max"
