"""The layer that cuts a flow into parts, each an output of its own."""

from __future__ import annotations

from itertools import accumulate
from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.layers.axes import Axis, counted
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Parts, Size
from winitgen.catalog.layers.layer import Layer, refuse_tokens
from winitgen.catalog.layers.several import Several
from winitgen.catalog.layers.slices import Slice
from winitgen.numeric.amount import amount

PartSizes = Annotated[
    tuple[Size, ...], Meta(description="a list of whole numbers of at least 1, one for each part")
]


class Split(Several, frozen=True, kw_only=True):
    """Cuts what flows in into parts along one axis; each is an output: name.0, name.1, or a name of its own."""

    type: ClassVar[str] = "split"

    parts: Annotated[Parts, "Number of parts, or their names"]
    sizes: Annotated[PartSizes | None, "Size of each part along the axis; if absent, all are equal"] = None
    axis: Annotated[Axis, "Axis along which the parts are cut"] = 0

    def outputs(self, incoming: Flow | None) -> dict[str, Layer]:
        """Return a slice for each part, by its name."""
        refuse_tokens(self, incoming)
        names = self.names()
        if self.sizes is not None and len(self.sizes) != len(names):
            raise Refusal(
                "sizes",
                f"{amount(len(self.sizes), 'size is given', 'sizes are given')} for {amount(len(names), 'part')}; write one for each",
            )
        if incoming is not None and incoming.shape is None:
            return {name: Slice(axis=self.axis) for name in names}
        ends = list(accumulate(self.sizes or self.equal_sizes(incoming, len(names)), initial=0))
        self.check_sum(incoming, ends[-1])
        return {
            name: Slice(axis=self.axis, start=start, stop=stop)
            for name, start, stop in zip(names, ends, ends[1:], strict=False)
        }

    def names(self) -> tuple[str, ...]:
        """Return the names of the parts; raise `Refusal` if two have the same."""
        if isinstance(self.parts, int):
            return tuple(map(str, range(self.parts)))
        twice = next((name for name in self.parts if self.parts.count(name) > 1), None)
        if twice is not None:
            raise Refusal("parts", f"two parts are called '{twice}'; rename one")
        return self.parts

    def size(self, incoming: Flow | None) -> int | None:
        """Return the size of the axis, None if it is unknown; raise `Refusal` if it is not there."""
        if incoming is None or incoming.shape is None:
            return None
        return incoming.shape[counted(self.axis, incoming)]

    def equal_sizes(self, incoming: Flow | None, count: int) -> list[int]:
        """Return the size of each of ``count`` equal parts."""
        size = self.size(incoming)
        if size is None:
            raise Refusal(
                "", f"the size of axis {self.axis} is unknown; state the model's 'input', or 'sizes' here"
            )
        if size % count:
            raise Refusal(
                "parts", f"{count} parts do not divide the {size} of axis {self.axis}; state 'sizes'"
            )
        return [size // count] * count

    def check_sum(self, incoming: Flow | None, total: int) -> None:
        """Raise `Refusal` unless the sizes of the parts add up to that of the axis."""
        size = self.size(incoming)
        if size is not None and size != total:
            raise Refusal(
                "sizes", f"the sizes add up to {total}, but axis {self.axis} of {incoming} has {size}"
            )
