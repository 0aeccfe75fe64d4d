"""Layers that take a part of what flows in, along one axis."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.layers.axes import Axis, Position, counted, resized, without
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Size
from winitgen.catalog.layers.layer import Layer, refuse_tokens


class Taken(Layer, frozen=True, kw_only=True):
    """A part of a sample, along one axis."""

    transparent: ClassVar[bool] = True

    axis: Annotated[Axis, "Axis along which a part is taken"] = 0

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Return what is taken; raise `Refusal` if it is not there."""
        refuse_tokens(self, incoming)
        if incoming is None or incoming.shape is None:
            return incoming
        axis = counted(self.axis, incoming)
        return self.taken(incoming, axis, incoming.shape[axis])

    def taken(self, incoming: Flow, axis: int, size: int | None) -> Flow:
        """Return the flow of what is taken along ``axis``, counted from 0, of ``size`` positions."""
        raise NotImplementedError

    def check_position(self, key: str, position: int, ends: tuple[int, int], where: str) -> None:
        """Raise `Refusal` unless a position lies between ``ends``, both included."""
        if not ends[0] <= position <= ends[1]:
            raise Refusal(key, f"{where}; write {ends[0]} to {ends[1]}, not {position}")


class Slice(Taken, frozen=True, kw_only=True):
    """The positions from start up to, not including, stop, along one axis."""

    type: ClassVar[str] = "slice"

    start: Annotated[Position, "First position"] = 0
    stop: Annotated[Position | None, "End, which is not included; if absent, the end of the axis"] = None
    step: Annotated[Size, "Distance between the positions"] = 1

    def positions(self, size: int) -> range:
        """Return the positions that are taken from an axis of ``size``."""
        return range(*slice(self.start, self.stop, self.step).indices(size))

    def taken(self, incoming: Flow, axis: int, size: int | None) -> Flow:
        """Return the flow with fewer positions along ``axis``; at least one must be left."""
        if size is None:
            return resized(incoming, axis, None)
        where = f"axis {axis} of {incoming} has {size} {'position' if size == 1 else 'positions'}"
        self.check_position("start", self.start, (-size, size - 1), where)
        if self.stop is not None:
            self.check_position("stop", self.stop, (-size, size), where)
        count = len(self.positions(size))
        if not count:
            raise Refusal("stop", f"{self.start} to {self.stop} leaves nothing; write a stop after the start")
        return resized(incoming, axis, count)


class Select(Taken, frozen=True, kw_only=True):
    """One position along one axis, which is removed: index -1 is the last."""

    type: ClassVar[str] = "select"

    index: Annotated[Position, "Position that is taken"]

    def taken(self, incoming: Flow, axis: int, size: int | None) -> Flow:
        """Return the flow without ``axis``; another must be left."""
        if size is not None:
            where = f"axis {axis} of {incoming} has {size} {'position' if size == 1 else 'positions'}"
            self.check_position("index", self.index, (-size, size - 1), where)
        if len(incoming.shape or ()) == 1:
            stop = "" if self.index == -1 else f", stop: {self.index + 1}"
            advice = f"write {{type: slice, start: {self.index}{stop}}}"
            raise Refusal("", f"a select leaves no axis of {incoming}; {advice}")
        return without(incoming, (axis,))
