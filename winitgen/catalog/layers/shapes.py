"""Layers that only rearrange values."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.layers.flow import MOST_AXES, Flow, Refusal, Shape
from winitgen.catalog.layers.kinds import Index, Size
from winitgen.catalog.layers.layer import Layer, refuse_tokens
from winitgen.numeric.amount import amount


def _count(shape: Shape) -> int | None:
    sizes = [size for size in shape if size is not None]
    return math.prod(sizes) if len(sizes) == len(shape) else None


class Flatten(Layer, frozen=True, kw_only=True):
    """Joins all axes of a sample into one."""

    type: ClassVar[str] = "flatten"
    transparent: ClassVar[bool] = True

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Return one axis with all the values."""
        refuse_tokens(self, incoming)
        if incoming is None or incoming.shape is None:
            return incoming
        return Flow((_count(incoming.shape),))


class Reshape(Layer, frozen=True, kw_only=True):
    """The values of a sample in a new shape of the same size."""

    type: ClassVar[str] = "reshape"
    transparent: ClassVar[bool] = True

    shape: Annotated[
        tuple[Size, ...],
        Meta(
            min_length=1,
            max_length=MOST_AXES,
            description=f"a list of at most {MOST_AXES} whole numbers of at least 1",
        ),
        "Axes that flow out",
    ]

    def flow(self, incoming: Flow | None) -> Flow:
        """Return ``shape``, which must hold as many values as flow in."""
        refuse_tokens(self, incoming)
        count = None if incoming is None or incoming.shape is None else _count(incoming.shape)
        if count is not None and count != math.prod(self.shape):
            raise Refusal(
                "shape",
                f"{Flow(self.shape)} holds {amount(math.prod(self.shape), 'value')}, but {incoming} has {count}",
            )
        return Flow(self.shape)


class Permute(Layer, frozen=True, kw_only=True):
    """The axes of a sample in another order, counted from 0."""

    type: ClassVar[str] = "permute"
    transparent: ClassVar[bool] = True

    axes: Annotated[
        tuple[Index, ...],
        Meta(min_length=1, description="a list of axes, counted from 0"),
        "Axes of the input in the order in which they flow out",
    ]

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Return the axes in the order given; each must be named once."""
        refuse_tokens(self, incoming)
        if incoming is None or incoming.shape is None:
            return incoming
        if sorted(self.axes) != list(range(len(incoming.shape))):
            raise Refusal(
                "axes", f"{incoming} has the axes 0 to {len(incoming.shape) - 1}; name each exactly once"
            )
        return Flow(tuple(incoming.shape[axis] for axis in self.axes))
