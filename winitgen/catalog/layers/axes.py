"""The axes of a sample, as options name them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from winitgen.catalog.layers.flow import Flow, Refusal, Shape
from winitgen.catalog.layers.kinds import LARGEST_SIZE

Axis = Annotated[int, Meta(ge=-8, le=7, description="an axis, counted from 0, or from the end with -1")]
Axes = Annotated[
    Axis | Annotated[tuple[Axis, ...], Meta(min_length=1)],
    Meta(description="an axis, counted from 0, or from the end with -1, or a list of axes"),
]
AxesOrNone = Annotated[
    Axis | tuple[Axis, ...],
    Meta(description="an axis, counted from 0, or from the end with -1, or a list of axes; [] for none"),
]
Position = Annotated[
    int,
    Meta(
        ge=-LARGEST_SIZE,
        le=LARGEST_SIZE,
        description="a whole number: a position counted from 0, or from the end with -1",
    ),
]


def counted(axis: int, flow: Flow) -> int:
    """Return an axis of a flow of known rank counted from 0; raise `Refusal` if it is not there."""
    rank = len(flow.shape or ())
    if not -rank <= axis < rank:
        valid = f"0 to {rank - 1}" if rank > 1 else "0"
        raise Refusal("axis", f"{flow} has no axis {axis}; write {valid}, or -1 for the last")
    return axis % rank


def resized(flow: Flow, axis: int, size: int | None) -> Flow:
    """Return a flow with another size along ``axis``, counted from 0."""
    shape = list(flow.shape or ())
    shape[axis] = size
    return flow._replace(shape=tuple(shape))


def without(flow: Flow, axes: tuple[int, ...]) -> Flow:
    """Return a flow without some axes, counted from 0; it is an image if channels and another axis stay."""
    shape: Shape = tuple(size for axis, size in enumerate(flow.shape or ()) if axis not in axes)
    return flow._replace(shape=shape, image=flow.image and 0 not in axes and len(shape) > 1)
