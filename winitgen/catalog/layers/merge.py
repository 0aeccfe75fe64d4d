"""Layers that join several flows into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.axes import Axis, counted, resized
from winitgen.catalog.layers.flow import Flow, Refusal, fit
from winitgen.catalog.layers.kinds import Pair, Sources
from winitgen.catalog.layers.layer import Layer


class Merge(Layer, frozen=True, kw_only=True):
    """A layer with several inputs."""

    transparent: ClassVar[bool] = True
    merges: ClassVar[bool] = True

    from_: Annotated[Sources, "Layers whose outputs are joined"] = msgspec.field(name="from")
    activation: Annotated[Applied | None, meanings.ACTIVATION] = None


class ValueByValue(Merge, frozen=True, kw_only=True):
    """Joins its inputs value by value; an axis of size 1 is repeated along another input's axis.

    Axes are compared in their order, and all inputs have as many.
    """

    def join(self, flows: Sequence[Flow | None]) -> Flow | None:
        """Return the larger sizes, of an image if an input of these sizes is one; raise `Refusal` if none fit.

        An unknown size fits every size.
        """
        known = [flow for flow in flows if flow is not None and flow.shape is not None]
        if not known:
            return flows[0]
        out = known[0]
        for flow in known[1:]:
            self.check(out, flow)
            shape = tuple(y if x == 1 else x for x, y in zip(out.shape or (), flow.shape or (), strict=True))
            out = out._replace(shape=shape)
        return out._replace(image=any(flow.image and fit(flow.shape, out.shape) for flow in known))

    def check(self, first: Flow, other: Flow) -> None:
        """Raise `Refusal` unless each axis has equal sizes or one of them is 1, as far as they are known."""
        a, b = first.shape or (), other.shape or ()
        if len(a) != len(b) or any(x != y for x, y in zip(a, b, strict=True) if not {None, 1} & {x, y}):
            raise Refusal(
                "from",
                f"{self.type} takes inputs whose sizes are equal or 1 along each axis; got {first} and {other}"
                f"{_advice(*sorted((first, other), key=lambda flow: len(flow.shape or ())))}",
            )


def _advice(small: Flow, large: Flow) -> str:
    """Return the reshape that gives one number for each channel, or each feature, the axes of ``large``."""
    shape, sizes = list(large.shape or ()), small.shape or ()
    axes = [axis for axis, size in enumerate(shape) if sizes == (size,) and len(shape) > 1]
    if not axes or sizes == (None,):
        return ""
    place = axes[0] if large.image else axes[-1]
    inner = ", ".join(str(size) if axis == place else "1" for axis, size in enumerate(shape))
    return f"; put {{type: reshape, shape: [{inner}]}} after the smaller one"


class Add(ValueByValue, frozen=True, kw_only=True):
    """The sum of its inputs."""

    type: ClassVar[str] = "add"


class ResidualSum(Add, frozen=True, kw_only=True):
    """The sum at the end of a residual: its layers' output plus its input or shortcut."""

    def check(self, first: Flow, other: Flow) -> None:
        """Raise `Refusal` unless the two have the same shape, as far as it is known."""
        if not fit(first.shape, other.shape):
            advice = "; a 'shortcut' can change its shape" if self.from_[1] == "input" else ""
            raise Refusal(
                "", f"the layers output {first}, which does not match the {self.from_[1]}, {other}{advice}"
            )


class Subtract(ValueByValue, frozen=True, kw_only=True):
    """The first input minus the second."""

    type: ClassVar[str] = "subtract"

    from_: Annotated[Pair, "Layers whose outputs are subtracted, the second from the first"] = msgspec.field(
        name="from"
    )


class Multiply(ValueByValue, frozen=True, kw_only=True):
    """The product of its inputs, value by value."""

    type: ClassVar[str] = "multiply"
    transparent: ClassVar[bool] = False


class Concat(Merge, frozen=True, kw_only=True):
    """Its inputs, concatenated along one axis."""

    type: ClassVar[str] = "concat"

    axis: Annotated[Axis, "Axis along which the inputs are concatenated"] = 0

    def join(self, flows: Sequence[Flow | None]) -> Flow | None:
        """Return the flow with the sizes along ``axis`` added up."""
        known = [flow for flow in flows if flow is not None and flow.shape is not None]
        if len(known) != len(flows):
            return Flow(None) if any(flow is not None for flow in flows) else None
        axis = counted(self.axis, known[0])
        for flow in known[1:]:
            self.check(known[0], flow)
        sizes = [(flow.shape or ())[self.axis] for flow in known]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        return resized(known[0], axis, total)._replace(image=any(flow.image for flow in known))

    def check(self, first: Flow, other: Flow) -> None:
        """Raise `Refusal` unless the two have equal sizes on every axis but ``axis``."""
        a, b = list(first.shape or ()), list(other.shape or ())
        if len(a) == len(b):
            a[self.axis] = b[self.axis] = None
        if not fit(tuple(a), tuple(b)):
            raise Refusal(
                "from",
                f"concat needs inputs that differ only along axis {self.axis}; got {first} and {other}",
            )
